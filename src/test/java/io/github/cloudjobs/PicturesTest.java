package io.github.cloudjobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.Fault;
import io.github.cloudjobs.testing.SimulatedJob;
import io.github.cloudjobs.testing.SimulatedJobs;
import io.github.cloudjobs.testing.SimulatedService;
import io.github.cloudjobs.testing.VirtualTime;
import io.github.cloudjobs.wait.PollFailure;
import io.github.cloudjobs.wait.PollSchedule;
import io.github.cloudjobs.wait.WaitListener;
import io.github.cloudjobs.wait.WaitOptions;
import io.github.cloudjobs.wait.WaitProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the page on waiting show what the library does. {@code mvn test
 * -Dtest=PicturesTest -Dpictures=write} draws them again.
 */
class PicturesTest {
  private static final Path FOLDER = Path.of("src/site/resources");
  private static final String BLUE = "#0b5fa5";
  private static final String GREEN = "#2e7d32";
  private static final String ORANGE = "#d97706";
  private static final String RED = "#c62828";
  private static final String GRAY = "#6b7280";
  private static final String PALE = "#d1d5db";
  private static final String BLACK = "#111827";

  @Test
  void theScheduleIsDrawnAsItIs() throws IOException {
    Picture picture =
        new Picture(
            860, 360, "Pause before the next poll, by the age of the job, of three schedules");
    for (int[] age :
        new int[][] {{1, 1}, {10, 10}, {60, 60}, {600, 600}, {3600, 3600}, {10800, 0}}) {
      picture.line(ageX(age[0]), 40, ageX(age[0]), 310, PALE);
      picture.text(ageX(age[0]), 328, "middle", BLACK, words(age[0]));
    }
    for (int pause : new int[] {1, 2, 5, 10, 15, 30, 60, 120}) {
      picture.line(60, pauseY(pause), 640, pauseY(pause), PALE);
      picture.text(52, pauseY(pause) + 4, "end", BLACK, words(pause));
    }
    picture.text(350, 350, "middle", BLACK, "age of the job");
    picture.text(20, 26, "start", BLACK, "pause before the next poll, without jitter");
    draw(picture, PollSchedule.frugal(), GREEN, "frugal()", -6);
    draw(picture, PollSchedule.balanced(), BLUE, "balanced(), the default", 6);
    draw(picture, PollSchedule.eager(), ORANGE, "eager()", 16);
    check("schedule.svg", picture);
  }

  private static void draw(
      Picture picture, PollSchedule schedule, String color, String name, int down) {
    StringBuilder points = new StringBuilder();
    double last = 0;
    for (double age = 1; age <= 10_800; age *= 1.02) {
      Duration pause = schedule.nextDelay(Duration.ofMillis((long) (age * 1000)), null);
      last = pauseY(pause.toMillis() / 1000.0);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", ageX(age), last));
    }
    picture.curve(points.toString().strip(), color);
    picture.text(644, last + down, "start", color, name);
  }

  private static double ageX(double seconds) {
    return 60 + 580 * Math.log(seconds) / Math.log(10_800);
  }

  private static double pauseY(double seconds) {
    return 310 - 260 * Math.log(seconds) / Math.log(150);
  }

  private static String words(int seconds) {
    if (seconds >= 3600) {
      return seconds / 3600 + " h";
    }
    return seconds >= 60 ? seconds / 60 + " min" : seconds + " s";
  }

  private record Poll(double at, String color) {}

  @Test
  void theTimelineIsThatOfAWait() throws Exception {
    List<Poll> polls = new ArrayList<>();
    Instant start = Instant.parse("2026-01-01T12:00:00Z");
    VirtualTime time = new VirtualTime(start);
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .clock(time.clock())
                .build()) {
      SimulatedJob script =
          SimulatedJob.builder(SimulatedService.ECS, "createServer")
              .jobId("ff80808288d41e1b018990260955686a")
              .init(Duration.ofSeconds(4))
              .running(Duration.ofSeconds(146))
              .build();
      JobRef job = cloud.submit(script);
      WaitListener listener =
          new WaitListener() {
            @Override
            public void onProgress(WaitProgress progress) {
              boolean done = progress.job().status() == JobStatus.SUCCESS;
              add(done ? GREEN : BLUE);
              if (polls.size() == 9) {
                cloud.inject(job, 1, Fault.badGateway());
              } else if (polls.size() == 15) {
                cloud.inject(job, 1, Fault.throttled(Duration.ofSeconds(20)));
              }
            }

            @Override
            public void onPollFailed(PollFailure failure) {
              add(RED);
            }

            @Override
            public void onThrottled(PollFailure failure) {
              add(ORANGE);
            }

            private void add(String color) {
              polls.add(new Poll(time.elapsed().toMillis() / 1000.0, color));
            }
          };
      JobRef submitted = new JobRef(job.projectId(), job.jobId(), start);
      time.run(
          () ->
              ecs.waitForCompletion(
                  submitted, WaitOptions.builder().addListener(listener).build()));
    }
    check("timeline.svg", timeline(polls));
  }

  private static Picture timeline(List<Poll> polls) {
    Picture picture =
        new Picture(860, 250, "A wait for a job of 150 seconds: when it polls, and what it does");
    picture.text(20, 24, "start", BLACK, "the job");
    picture.bar(x(0), 34, x(4) - x(0), 22, PALE);
    picture.bar(x(4), 34, x(150) - x(4), 22, BLUE);
    picture.text(x(75), 50, "middle", "#ffffff", "RUNNING");
    picture.text(x(150) + 6, 50, "start", GREEN, "SUCCESS");
    picture.line(x(0), 190, 840, 190, BLACK);
    for (int second = 0; second <= 165; second += 15) {
      picture.line(x(second), 190, x(second), 195, BLACK);
      picture.text(x(second), 212, "middle", BLACK, second + " s");
    }
    picture.text(20, 238, "start", BLACK, "time since the submission; the deadline is at 60 min");
    picture.text(20, 84, "start", BLACK, polls.size() + " polls");
    for (Poll poll : polls) {
      picture.dot(x(poll.at()), 176, poll.color());
      if (poll.color().equals(RED)) {
        note(picture, poll.at(), 120, RED, "502: tolerated, polled again");
      } else if (poll.color().equals(ORANGE)) {
        note(
            picture,
            poll.at(),
            140,
            ORANGE,
            "429, Retry-After 20 s: all waits of the project pause");
      } else if (poll.color().equals(GREEN)) {
        picture.dashes(x(poll.at()), 60, x(poll.at()), 170, GREEN);
        picture.text(x(poll.at()) - 5, 140, "end", GREEN, late(poll.at() - 150));
      }
    }
    Poll first = polls.get(0);
    note(
        picture, first.at(), 100, GRAY, "first poll after 2 s, then every second, ever less often");
    return picture;
  }

  private static void note(Picture picture, double at, int y, String color, String text) {
    picture.dashes(x(at), y - 4, x(at), 170, color);
    picture.text(x(at) + 5, y, "start", color, text);
  }

  private static String late(double seconds) {
    return String.format(Locale.ROOT, "noticed %.1f s after the end", seconds);
  }

  private static double x(double second) {
    return 30 + second * 4.8;
  }

  private static void check(String name, Picture picture) throws IOException {
    Path file = FOLDER.resolve(name);
    if ("write".equals(System.getProperty("pictures"))) {
      Files.writeString(file, picture.toString());
    }
    assertThat(Files.readString(file)).isEqualTo(picture.toString());
  }
}

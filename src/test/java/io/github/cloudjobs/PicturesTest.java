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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The pictures of the page on waiting show what the library does. After a change of a schedule, a
 * failure prints the elements to put into the files.
 */
class PicturesTest {
  private static final String BLUE = "#0b5fa5";
  private static final String GREEN = "#2e7d32";
  private static final String ORANGE = "#d97706";
  private static final String RED = "#c62828";

  private static List<MatchResult> find(String picture, String element) throws IOException {
    String svg = Files.readString(Path.of("src/site/resources", picture));
    return Pattern.compile(element).matcher(svg).results().toList();
  }

  /** Both axes are logarithmic. */
  @ParameterizedTest
  @CsvSource({"frugal, " + GREEN, "balanced, " + BLUE, "eager, " + ORANGE})
  void theScheduleIsDrawnAsItIs(String name, String color) throws IOException {
    StringBuilder points = new StringBuilder();
    for (double age = 1; age <= 10_800; age *= 1.02) {
      Duration pause =
          PollSchedule.parse(name).nextDelay(Duration.ofMillis((long) (age * 1000)), null);
      double x = 60 + 580 * Math.log(age) / Math.log(10_800);
      double y = 310 - 260 * Math.log(pause.toMillis() / 1000.0) / Math.log(150);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }
    assertThat(find("schedule.svg", "<polyline points='(.*)' fill='none' stroke='" + color))
        .extracting(curve -> curve.group(1))
        .containsExactly(points.toString().strip());
  }

  @Test
  void theTimelineIsThatOfAWait() throws Exception {
    VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T12:00:00Z"));
    try (SimulatedJobs cloud = SimulatedJobs.builder().clock(time.clock()).start();
        JobsClient ecs =
            JobsClient.builder()
                .service(JobsService.ECS)
                .endpoint(cloud.endpoint())
                .credentials(cloud.credentials())
                .clock(time.clock())
                .build()) {
      JobRef job =
          cloud.submit(
              SimulatedJob.builder(SimulatedService.ECS, "createServer")
                  .jobId("ff80808288d41e1b018990260955686a")
                  .init(Duration.ofSeconds(4))
                  .running(Duration.ofSeconds(146))
                  .build());
      List<String> dots = new ArrayList<>();
      WaitListener drawing =
          new WaitListener() {
            @Override
            public void onProgress(WaitProgress progress) {
              dot(progress.job().status() == JobStatus.SUCCESS ? GREEN : BLUE);
              if (dots.size() == 9) {
                cloud.inject(job, 1, Fault.badGateway());
              } else if (dots.size() == 15) {
                cloud.inject(job, 1, Fault.throttled(Duration.ofSeconds(20)));
              }
            }

            @Override
            public void onPollFailed(PollFailure failure) {
              dot(RED);
            }

            @Override
            public void onThrottled(PollFailure failure) {
              dot(ORANGE);
            }

            private void dot(String color) {
              double x = 30 + time.elapsed().toMillis() / 1000.0 * 4.8;
              dots.add(
                  String.format(
                      Locale.ROOT, "<circle cx='%.1f' cy='176.0' r='4' fill='%s'/>", x, color));
            }
          };
      WaitOptions options = WaitOptions.builder().addListener(drawing).build();
      time.run(() -> ecs.waitForCompletion(job, options));
      double late = time.elapsed().toMillis() / 1000.0 - 150;
      assertThat(find("timeline.svg", "<circle .*/>"))
          .extracting(MatchResult::group)
          .isEqualTo(dots);
      assertThat(find("timeline.svg", dots.size() + " polls")).hasSize(1);
      assertThat(find("timeline.svg", "noticed %.1f s after".formatted(late))).hasSize(1);
    }
    // each note is at its poll
    for (MatchResult note : find("timeline.svg", "<line x1='(.*?)' .* stroke-dasharray")) {
      assertThat(find("timeline.svg", "<circle cx='" + note.group(1) + "'")).hasSize(1);
    }
  }
}

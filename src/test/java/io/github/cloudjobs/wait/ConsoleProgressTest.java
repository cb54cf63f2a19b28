package io.github.cloudjobs.wait;

import static io.github.cloudjobs.wait.WaitFixtures.end;
import static io.github.cloudjobs.wait.WaitFixtures.failure;
import static io.github.cloudjobs.wait.WaitFixtures.job;
import static io.github.cloudjobs.wait.WaitFixtures.last;
import static io.github.cloudjobs.wait.WaitFixtures.progress;
import static io.github.cloudjobs.wait.WaitFixtures.ref;
import static io.github.cloudjobs.wait.WaitFixtures.server;
import static io.github.cloudjobs.wait.WaitFixtures.stopped;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.step.Answers;
import io.github.cloudjobs.wait.WaitOutcome.Failed;
import io.github.cloudjobs.wait.WaitOutcome.Succeeded;
import io.github.cloudjobs.wait.WaitOutcome.TimedOut;
import io.github.cloudjobs.wait.WaitOutcome.Vanished;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleProgressTest {
  private static final String A = "ff80808288d41e1b018990260955686a";
  private static final String B = "ff80808288d41e1b0189902609556ddd";
  private static final String NL = System.lineSeparator();

  private final Screen screen = new Screen();
  private final ConsoleProgress live = terminal(Map.of());
  private final ConsoleProgress plain = ConsoleProgress.plain(screen.out);

  // On a terminal

  @Test
  void aLineIsRedrawnAndTheFinalLineRemains() {
    ConsoleProgress monochrome = terminal(Map.of("NO_COLOR", "1"));
    monochrome.onProgress(progress(A, server("RUNNING", 3, 5), 42));
    assertThat(screen.printed())
        .isEqualTo(
            "\u001b[?7l"
                + "[############--------] 00:42 …0955686a createServer RUNNING 3/5 sub-jobs\n"
                + "\u001b[?7h");
    monochrome.onProgress(last(A, server("SUCCESS", 5, 5), 62));
    assertThat(screen.printed()).as("the end draws it").isEmpty();
    monochrome.onEnd(end(A, new Succeeded(job(server("SUCCESS", 5, 5))), 62));
    assertThat(screen.printed())
        .isEqualTo(
            "\r\u001b[1A\u001b[J"
                + "[####################] 01:02 …0955686a createServer SUCCESS 5/5 sub-jobs\n");
  }

  @Test
  void theColourOfABarIsThatOfItsState() {
    live.onProgress(progress(A, server("RUNNING", 1, 2), 1));
    assertThat(screen.printed()).contains("[\u001b[36m##########----------\u001b[m] 00:01 …");
    live.onPollFailed(failure(A, Answers.http(502), 1, 2));
    assertThat(screen.printed()).contains("[\u001b[33m##########----------\u001b[m] 00:02 …");
    live.onEnd(end("j-1", new Vanished(null), 3));
    assertThat(screen.printed()).contains("[\u001b[33m....................\u001b[m] 00:03 j-1 V");
    live.onEnd(end("j-2", new Failed(job("{}")), 4));
    assertThat(screen.printed()).contains("[\u001b[31mxxxxxxxxxxxxxxxxxxxx\u001b[m] 00:04 j-2 F");
    live.onEnd(end("j-3", new Succeeded(job("{}")), 5));
    assertThat(screen.printed()).contains("[\u001b[32m####################\u001b[m] 00:05 j-3 S");
  }

  @Test
  void eachJobHasALineBelowThoseThatEnded() {
    live.onProgress(progress(A, server("RUNNING", 0, 2), 1));
    live.onProgress(progress(B, "{'job_type':'deleteELB','status':'RUNNIGN'}", 2));
    live.onProgress(progress("j-3", "{}", 3));
    live.onEnd(end(B, new Succeeded(job("{'job_type':'deleteELB','status':'SUCCESS'}")), 4));
    live.onProgress(progress(A, server("RUNNING", 1, 2), 5));
    assertThat(screen.shown())
        .containsExactly(
            "[####################] 00:04 …09556ddd deleteELB SUCCESS",
            "[##########----------] 00:05 …0955686a createServer RUNNING 1/2 sub-jobs",
            "[....................] 00:03 j-3 job UNKNOWN");
  }

  @Test
  void ofManyJobsTwentyAreDrawnAndTheOthersCounted() {
    for (int i = 0; i < 23; i++) {
      live.onProgress(progress("j-" + i, server("RUNNING", 0, 1), i));
    }
    assertThat(screen.shown()).hasSize(21).endsWith("... and 3 more");
    live.onEnd(end("j-22", new Vanished(null), 30));
    live.onEnd(end("j-4", new Vanished(null), 31));
    assertThat(screen.shown())
        .hasSize(23)
        .startsWith(
            "[....................] 00:30 j-22 VANISHED",
            "[....................] 00:31 j-4 VANISHED")
        .noneMatch(line -> line.contains("] 00:04"))
        .endsWith(
            "[--------------------] 00:20 j-20 createServer RUNNING 0/1 sub-jobs",
            "... and 1 more");
    live.onProgress(progress("j-21", server("FAIL", 0, 1), 40));
    assertThat(screen.printed()).as("a job that is not drawn").isEmpty();
  }

  @Test
  void anErrorReplacesTheJobUntilTheNextGoodResponse() {
    live.onPollFailed(failure(A, Answers.http(502), 1, 2));
    live.onProgress(progress(B, server("INIT", 0, 2), 3));
    live.onThrottled(failure(B, Answers.throttled(), 1, 5));
    assertThat(screen.shown())
        .containsExactly(
            "[....................] 00:02 …0955686a HTTP 502",
            "[--------------------] 00:05 …09556ddd HTTP 429");
    live.onProgress(progress(A, "{'status':'RUNNING','entities':{'process_percent':0.38}}", 7));
    assertThat(screen.shown())
        .element(0)
        .isEqualTo("[#######-------------] 00:07 …0955686a job RUNNING 38 %");
  }

  @Test
  void aForgottenJobIsNoLongerDrawn() {
    live.onProgress(progress(A, "{}", 1));
    live.onProgress(progress(B, "{}", 1));
    live.forget(ref(A));
    assertThat(screen.shown())
        .containsExactly("[....................] 00:01 …09556ddd job UNKNOWN");
    live.forget(ref(A));
    plain.forget(ref(A));
    assertThat(screen.printed()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\u001b[2J\\u001b[31mred",
        "a\\r\\nb\\u0000\\u0007",
        "创建云服务器创建云服务器创建云服务器创建云服务器创建云服务器创建云服务器创建云服务器创建云服务器创建",
        "\\ud83d\\ude80\\ud83d",
        "no-break-no-break-no-break-no-break-no-break-no-break-no-break-no-break-no-break-no-break"
      })
  void aLineIsOneLineWhateverTheServiceReports(String odd) {
    String json =
        "{'job_type':'%1$s','status':'%1$s','fail_reason':'%1$s','error_code':'%1$s'}"
            .formatted(odd);
    live.onProgress(progress(A, json, 360_000));
    assertLines("[....................] 100:00:00 …0955686a ", 1);
    live.onPollFailed(failure(A, Answers.http(500, odd), 1, 3));
    assertLines("[....................] 00:03 …0955686a HTTP 500", 1);
    live.onEnd(end(A, new Failed(job(json)), 3));
    assertLines("[xxxxxxxxxxxxxxxxxxxx] 00:03 …0955686a FAIL ", 2);
  }

  private void assertLines(String start, int count) {
    List<String> shown = screen.shown();
    assertThat(shown).hasSize(count).allMatch(line -> line.matches("\\P{Cntrl}{1,400}"));
    assertThat(shown.get(0)).startsWith(start).hasSizeLessThan(80);
  }

  @Test
  void anUnusualIdIsMadeSafe() {
    String odd = "\u202e\u2067 id " + "x".repeat(300) + "\ud83d\ude80abcdefg";
    live.onEnd(end(odd, new Vanished(null), 2));
    assertThat(screen.shown()).containsExactly("[....................] 00:02 …?abcdefg VANISHED");
    plain.onEnd(end(odd, new Vanished(null), 2));
    assertThat(screen.printed()).isEqualTo("00:02 ?? id " + "x".repeat(58) + "… VANISHED" + NL);
  }

  @Test
  void linesOfManyThreadsAreNotTorn() {
    IntStream.range(0, 60)
        .parallel()
        .mapToObj(n -> "job-" + n)
        .forEach(
            id -> {
              for (int done = 0; done <= 20; done++) {
                live.onProgress(progress(id, server("RUNNING", done, 20), done));
              }
              live.onEnd(end(id, new Succeeded(job(server("SUCCESS", 20, 20))), 21));
            });
    assertThat(screen.shown())
        .hasSize(60)
        .doesNotHaveDuplicates()
        .allMatch(line -> line.matches("\\[#{20}] 00:21 job-\\d+ createServer SUCCESS 20/20 .*"));
  }

  // Without a terminal

  @Test
  void aLineIsPrintedForEachChangeAndNotForEachPoll() {
    plain.onProgress(progress(A, server("INIT", 0, 2), 0));
    plain.onProgress(progress(A, server("INIT", 0, 2), 1));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 2));
    plain.onProgress(progress(B, server("RUNNING", 0, 2), 2));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 3));
    plain.onProgress(progress(A, server("RUNNING", 1, 2), 4));
    plain.onProgress(last(A, server("SUCCESS", 2, 2), 65));
    plain.onEnd(end(A, new Succeeded(job(server("SUCCESS", 2, 2))), 65));
    assertThat(screen.printed())
        .isEqualTo(
            String.join(
                    NL,
                    "00:00 " + A + " createServer INIT 0/2 sub-jobs",
                    "00:02 " + A + " createServer RUNNING 0/2 sub-jobs",
                    "00:02 " + B + " createServer RUNNING 0/2 sub-jobs",
                    "00:04 " + A + " createServer RUNNING 1/2 sub-jobs",
                    "01:05 " + A + " createServer SUCCESS 2/2 sub-jobs")
                + NL);
  }

  @Test
  void anErrorIsPrintedOnceAndSoIsItsEnd() {
    plain.onPollFailed(failure(A, Answers.http(502), 1, 1));
    plain.onPollFailed(failure(A, Answers.http(500), 2, 3));
    plain.onPollFailed(failure(A, Answers.lost(), 3, 7));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 15));
    plain.onThrottled(failure(A, Answers.throttled(), 1, 16));
    plain.onThrottled(failure(A, Answers.throttled(), 2, 20));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 30));
    assertThat(screen.printed().split(NL))
        .containsExactly(
            "00:01 " + A + " HTTP 502",
            "00:07 " + A + " no answer",
            "00:15 " + A + " createServer RUNNING 0/2 sub-jobs",
            "00:16 " + A + " HTTP 429",
            "00:30 " + A + " createServer RUNNING 0/2 sub-jobs");
  }

  @Test
  void aPercentageIsPrintedInStepsOfFive() {
    for (int percent = 0; percent <= 100; percent++) {
      String json = "{'status':'RUNNING','entities':{'process_percent':" + percent / 100.0 + "}}";
      plain.onProgress(progress(A, json, percent));
    }
    assertThat(screen.printed().split(NL))
        .hasSize(21)
        .startsWith("00:00 " + A + " job RUNNING 0 %", "00:05 " + A + " job RUNNING 5 %")
        .endsWith("01:40 " + A + " job RUNNING 100 %");
  }

  // Ends

  @Test
  void everyEndHasALine() {
    Job half = job(server("RUNNING", 1, 2));
    plain.onEnd(end("j-1", new Succeeded(job("{'status':'success'}")), 5));
    plain.onEnd(end("j-2", new Failed(job("{'job_type':'t','status':'FAIL'}")), 5));
    plain.onEnd(end("j-3", new TimedOut(half, Duration.ofHours(1), 9, WaitFixtures.TOKEN), 3_600));
    plain.onEnd(end("j-4", new TimedOut(null, Duration.ZERO, 1, WaitFixtures.TOKEN), 0));
    plain.onEnd(end("j-5", new Vanished(half), 5));
    plain.onEnd(stopped("j-6", "polling cannot go on", Answers.unauthorized(), null));
    plain.onEnd(stopped("j-7", "the client was closed", null, half));
    assertThat(screen.printed().split(NL))
        .containsExactly(
            "00:05 j-1 SUCCESS job success",
            "00:05 j-2 t FAIL",
            "1:00:00 j-3 TIMED OUT createServer RUNNING 1/2 sub-jobs",
            "00:00 j-4 TIMED OUT",
            "00:05 j-5 VANISHED createServer RUNNING 1/2 sub-jobs",
            "00:05 j-6 STOPPED: stopped waiting for job j-6: polling cannot go on: HTTP 401",
            "00:05 j-7 STOPPED createServer RUNNING 1/2 sub-jobs: "
                + "stopped waiting for job j-7: the client was closed");
  }

  @Test
  void aFailureHasTheInnermostReason() {
    WaitResult failed =
        end(
            "j-1",
            new Failed(
                job(
                    "{'job_type':'t','status':'RUNNING','fail_reason':'1 of 1 failed','entities':"
                        + "{'sub_jobs':[{'status':'FAIL','fail_reason':'full','error_code':'E.1'}]}}")),
            5);
    plain.onEnd(failed);
    assertThat(screen.printed()).isEqualTo("00:05 j-1 FAIL t RUNNING 1/1 sub-jobs: E.1: full" + NL);
    live.onEnd(failed);
    assertThat(screen.shown())
        .containsExactly(
            "[xxxxxxxxxxxxxxxxxxxx] 00:05 j-1 FAIL t RUNNING 1/1 sub-jobs", "    E.1: full");
  }

  // Which of the two

  @Test
  void aProcessWithoutATerminalPrintsPlainLines() {
    ConsoleProgress.on(screen.out).onProgress(progress(A, "{}", 1));
    assertThat(screen.printed()).isEqualTo("00:01 " + A + " job UNKNOWN" + NL);
  }

  @ParameterizedTest
  @CsvSource({
    "true,  xterm, '',  true,  true",
    "true,  ,      ,    true,  true",
    "true,  xterm, 1,   true,  false",
    "true,  dumb,  ,    false, false",
    "false, xterm, ,    false, false"
  })
  void theTerminalAndItsEnvironmentDecide(
      boolean terminal, String term, String noColor, boolean drawn, boolean coloured) {
    ConsoleProgress.on(screen.out, terminal, name -> name.equals("TERM") ? term : noColor)
        .onProgress(progress(A, "{}", 1));
    String printed = screen.printed();
    assertThat(printed.contains("\u001b[?7l[")).isEqualTo(drawn);
    assertThat(printed.contains("\u001b[36m")).isEqualTo(coloured);
  }

  @Test
  void aStreamIsRequired() {
    assertThatNullPointerException().isThrownBy(() -> ConsoleProgress.on(null));
  }

  private ConsoleProgress terminal(Map<String, String> environment) {
    return ConsoleProgress.on(screen.out, true, environment::get);
  }
}

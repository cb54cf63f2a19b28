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
import io.github.cloudjobs.step.PollResults;
import io.github.cloudjobs.wait.WaitOutcome.Failed;
import io.github.cloudjobs.wait.WaitOutcome.Succeeded;
import io.github.cloudjobs.wait.WaitOutcome.TimedOut;
import io.github.cloudjobs.wait.WaitOutcome.Vanished;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleProgressTest {
  private static final String A = "ff80808288d41e1b018990260955686a";
  private static final String B = "ff80808288d41e1b0189902609556ddd";
  private static final Job DONE = job(server("SUCCESS", 5, 5));
  private static final String FAILED =
      "{'job_type':'t','status':'RUNNING','fail_reason':'1 of 1 failed','entities':{'sub_jobs':"
          + "[{'status':'FAIL','fail_reason':'full','error_code':'E.1'}]}}";

  private final Screen screen = new Screen();
  private final ConsoleProgress live = terminal(null);
  private final ConsoleProgress plain = ConsoleProgress.plain(screen.out);

  private ConsoleProgress terminal(String noColor) {
    return ConsoleProgress.on(screen.out, true, null, noColor);
  }

  private void assertPrinted(String... lines) {
    assertThat(screen.printed().split(System.lineSeparator())).containsExactly(lines);
  }

  // On a terminal

  @Test
  void aLineIsRedrawnAndTheFinalLineRemains() {
    ConsoleProgress monochrome = terminal("1");
    monochrome.onProgress(progress(A, server("RUNNING", 3, 5), 42));
    assertThat(screen.printed())
        .isEqualTo(
            "\u001b[?7l"
                + "[############--------] 00:42 …0955686a createServer RUNNING 3/5 sub-jobs\n"
                + "\u001b[?7h");
    monochrome.onProgress(last(A, server("SUCCESS", 5, 5), 62));
    assertThat(screen.printed()).as("the end draws it").isEmpty();
    monochrome.onEnd(end(A, new Succeeded(DONE), 62));
    assertThat(screen.printed())
        .isEqualTo(
            "\r\u001b[1A\u001b[J"
                + "[####################] 01:02 …0955686a createServer SUCCESS 5/5 sub-jobs\n");
  }

  @Test
  void theColourOfABarIsThatOfItsState() {
    live.onProgress(progress(A, server("RUNNING", 1, 2), 1));
    live.onPollFailed(failure(A, PollResults.http(502), 1, 2));
    live.onEnd(end("j-1", new Vanished(null), 3));
    live.onEnd(end("j-2", new Failed(job("{}")), 4));
    live.onEnd(end("j-3", new Succeeded(job("{}")), 5));
    assertThat(screen.printed())
        .containsSubsequence(
            "[\u001b[36m##########----------\u001b[m] 00:01 …",
            "[\u001b[33m##########----------\u001b[m] 00:02 …",
            "[\u001b[33m....................\u001b[m] 00:03 j-1 V",
            "[\u001b[31mxxxxxxxxxxxxxxxxxxxx\u001b[m] 00:04 j-2 F",
            "[\u001b[32m####################\u001b[m] 00:05 j-3 S");
  }

  @Test
  void eachJobOrItsErrorHasALineBelowThoseThatEnded() {
    live.onPollFailed(failure(A, PollResults.http(502), 1, 1));
    live.onProgress(progress(B, "{'job_type':'deleteELB','status':'RUNNIGN'}", 2));
    live.onProgress(progress("j-3", "{'entities':{'process_percent':0.38}}", 3));
    live.onProgress(progress("j-4", "{}", 3));
    live.onThrottled(failure("j-3", PollResults.throttled(), 1, 5));
    live.onEnd(end(B, new Failed(job(FAILED)), 6));
    assertThat(screen.shown())
        .containsExactly(
            "[xxxxxxxxxxxxxxxxxxxx] 00:06 …09556ddd FAIL t RUNNING 1/1 sub-jobs",
            "    E.1: full",
            "[....................] 00:01 …0955686a HTTP 502",
            "[#######-------------] 00:05 j-3 HTTP 429",
            "[....................] 00:03 j-4 job UNKNOWN");
    live.forget(ref("j-4"));
    live.onProgress(progress(A, server("RUNNING", 1, 2), 7));
    live.forget(ref("j-3"));
    assertThat(screen.shown())
        .hasSize(3)
        .endsWith("[##########----------] 00:07 …0955686a createServer RUNNING 1/2 sub-jobs");
    live.forget(ref("j-3"));
    plain.forget(ref(A));
    assertThat(screen.printed()).isEmpty();
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
    live.onPollFailed(failure(A, PollResults.http(500, odd), 1, 3));
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
  void linesOfManyThreadsAreNotTorn() {
    IntStream.range(0, 600)
        .parallel()
        .forEach(
            n -> {
              live.onProgress(progress("job-" + n, server("RUNNING", n % 5, 5), n));
              live.onEnd(end("job-" + n, new Succeeded(DONE), 21));
            });
    assertThat(screen.shown())
        .hasSize(600)
        .doesNotHaveDuplicates()
        .allMatch(line -> line.matches("\\[#{20}] 00:21 job-\\d+ createServer SUCCESS 5/5 .*"));
  }

  // Without a terminal

  @Test
  void aLineIsPrintedForEachChangeAndNotForEachPoll() {
    plain.onPollFailed(failure(A, PollResults.http(502), 1, 1));
    plain.onPollFailed(failure(A, PollResults.http(500), 2, 3));
    plain.onPollFailed(failure(A, PollResults.lost(), 3, 7));
    plain.onProgress(progress(A, server("INIT", 0, 2), 15));
    plain.onProgress(progress(B, server("INIT", 0, 2), 15));
    plain.onThrottled(failure(A, PollResults.throttled(), 1, 16));
    plain.onThrottled(failure(A, PollResults.throttled(), 2, 20));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 30));
    plain.onProgress(progress(A, server("RUNNING", 0, 2), 31));
    plain.onProgress(progress(A, server("RUNNING", 1, 2), 32));
    plain.onProgress(progress(B, server("RUNNING", 7, 100), 33));
    plain.onProgress(progress(B, server("RUNNING", 8, 100), 34));
    plain.onProgress(last(A, server("SUCCESS", 5, 5), 65));
    plain.onEnd(end(A, new Succeeded(DONE), 65));
    assertPrinted(
        "00:01 " + A + " HTTP 502",
        "00:07 " + A + " no response",
        "00:15 " + A + " createServer INIT 0/2 sub-jobs",
        "00:15 " + B + " createServer INIT 0/2 sub-jobs",
        "00:16 " + A + " HTTP 429",
        "00:30 " + A + " createServer RUNNING 0/2 sub-jobs",
        "00:32 " + A + " createServer RUNNING 1/2 sub-jobs",
        "00:33 " + B + " createServer RUNNING 7/100 sub-jobs",
        "00:34 " + B + " createServer RUNNING 8/100 sub-jobs",
        "01:05 " + A + " createServer SUCCESS 5/5 sub-jobs");
  }

  @Test
  void aPercentageIsPrintedInStepsOfFive() {
    for (int percent = 0; percent <= 100; percent++) {
      String json = "{'status':'RUNNING','entities':{'process_percent':" + percent / 100.0 + "}}";
      plain.onProgress(progress(A, json, percent));
    }
    assertThat(screen.printed().lines())
        .hasSize(21)
        .startsWith("00:00 " + A + " job RUNNING 0 %", "00:05 " + A + " job RUNNING 5 %")
        .endsWith("01:40 " + A + " job RUNNING 100 %");
  }

  @Test
  void everyEndHasALine() {
    Job half = job(server("RUNNING", 1, 2));
    plain.onEnd(end("j-1", new Succeeded(job("{'status':'success'}")), 5));
    plain.onEnd(end("j-2", new Failed(job("{'job_type':'t','status':'FAIL'}")), 5));
    plain.onEnd(end("j-3", new Failed(job(FAILED)), 5));
    plain.onEnd(end("j-4", new TimedOut(half, Duration.ofHours(1), 9, WaitFixtures.TOKEN), 3_600));
    plain.onEnd(end("j-5", new TimedOut(null, Duration.ZERO, 1, WaitFixtures.TOKEN), 0));
    plain.onEnd(end("j-6", new Vanished(half), 5));
    plain.onEnd(stopped("j-7", "polling cannot go on", PollResults.unauthorized(), null));
    plain.onEnd(stopped("j-8", "the client was closed", null, half));
    plain.onEnd(end("\u202e\u2067 id " + "x".repeat(99), new Vanished(null), 2));
    assertPrinted(
        "00:05 j-1 SUCCESS job success",
        "00:05 j-2 t FAIL",
        "00:05 j-3 FAIL t RUNNING 1/1 sub-jobs: E.1: full",
        "1:00:00 j-4 TIMED OUT createServer RUNNING 1/2 sub-jobs",
        "00:00 j-5 TIMED OUT",
        "00:05 j-6 VANISHED createServer RUNNING 1/2 sub-jobs",
        "00:05 j-7 STOPPED: stopped waiting for job j-7: polling cannot go on: HTTP 401",
        "00:05 j-8 STOPPED createServer RUNNING 1/2 sub-jobs: "
            + "stopped waiting for job j-8: the client was closed",
        "00:02 ?? id " + "x".repeat(58) + "… VANISHED");
  }

  // Which of the two

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
    ConsoleProgress.on(screen.out, terminal, term, noColor).onProgress(progress(A, "{}", 1));
    String printed = screen.printed();
    assertThat(printed.contains("\u001b[?7l[")).isEqualTo(drawn);
    assertThat(printed.contains("\u001b[36m")).isEqualTo(coloured);
  }

  @Test
  void aProcessWithoutATerminalPrintsPlainLines() {
    ConsoleProgress.on(screen.out).onProgress(progress(A, "{}", 1));
    assertPrinted("00:01 " + A + " job UNKNOWN");
    assertThatNullPointerException().isThrownBy(() -> ConsoleProgress.on(null));
  }

  // The text of progress

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      nullValues = "unknown",
      textBlock =
          """
          {'job_type':'t','status':'RUNNING','entities':{'sub_jobs_total':5,'sub_jobs':[{'status':'SUCCESS'},{'status':'FAIL'},{'status':'SUCCESS'},{'status':'INIT'}]}} | 42 | t RUNNING 3/5 sub-jobs 00:42 | 0.6
          {'entities':{'process_percent':0.4,'sub_jobs_total':4,'sub_jobs':[{'status':'FAIL'}]}} | 5 | job UNKNOWN 1/4 sub-jobs 00:05 | 0.25
          {'entities':{'process_percent':0.4}}   | 5      | job UNKNOWN 40 % 00:05 | 0.4
          {'job_type':'t','status':'INIT'}       | 61     | t INIT 01:01           | unknown
          {'job_type':'t','status':'RUNNING'}    | 363600 | t RUNNING 101:00:00    | unknown
          {}                                     | 0      | job UNKNOWN 00:00      | unknown
          {'status':' \\u0007'}                  | 0      | job ? 00:00            | unknown
          {'job_type':'a\\nb\\u001b','status':'XXXXXXXXXXxxxxxxxxxxXXXXXXXXXX!'} | 0 | a b? XXXXXXXXXXxxxxxxxxxxXXXXXXXXXX… 00:00 | unknown
          """)
  void progressIsPrintedAsTypeStatusPartAndTime(
      String json, int seconds, String line, Double fraction) {
    WaitProgress progress = progress("j-1", json, seconds);
    assertThat(progress).hasToString(line);
    assertThat(progress.fraction()).isEqualTo(fraction);
    assertThat(line.contains(" %s/%s ".formatted(progress.done(), progress.total())))
        .isEqualTo(progress.total() > 0);
  }
}

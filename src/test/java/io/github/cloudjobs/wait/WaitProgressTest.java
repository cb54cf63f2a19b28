package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitProgressTest {
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
          {'job_type':'t','status':'RUNNING'}    | 3599   | t RUNNING 59:59        | unknown
          {'job_type':'t','status':'RUNNING'}    | 3600   | t RUNNING 1:00:00      | unknown
          {'job_type':'t','status':'RUNNING'}    | 363600 | t RUNNING 101:00:00    | unknown
          {}                                     | 0      | job UNKNOWN 00:00      | unknown
          {'job_type':'','status':''}            | 0      | job UNKNOWN 00:00      | unknown
          {'status':' \\u0007'}                  | 0      | job ? 00:00            | unknown
          {'job_type':'a\\nb\\u001b','status':'XXXXXXXXXXxxxxxxxxxxXXXXXXXXXX!'} | 0 | a b? XXXXXXXXXXxxxxxxxxxxXXXXXXXXXX… 00:00 | unknown
          """)
  void aLineHasTypeStatusProgressAndTime(String json, int seconds, String line, Double fraction) {
    WaitProgress progress = WaitFixtures.progress("j-1", json, seconds);
    assertThat(progress).hasToString(line);
    assertThat(progress.fraction()).isEqualTo(fraction);
    assertThat(line.contains(" %s/%s ".formatted(progress.done(), progress.total())))
        .isEqualTo(progress.total() > 0);
  }
}

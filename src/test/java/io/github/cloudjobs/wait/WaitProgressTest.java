package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitProgressTest {
  private static final JobRef REF = new JobRef("p-1", "j-1");

  @Test
  void oneLineTellsTypeStatusSubJobsAndTime() {
    WaitProgress progress =
        progress(
            """
            {"job_type": "createServer", "status": "RUNNING", "entities": {"sub_jobs_total": 5,
             "sub_jobs": [{"status": "SUCCESS"}, {"status": "FAIL"}, {"status": "SUCCESS"},
                          {"status": "RUNNING"}, {"status": "INIT"}]}}\
            """,
            Duration.ofSeconds(42));
    assertThat(progress).hasToString("createServer RUNNING 3/5 sub-jobs 00:42");
    assertThat(progress.done()).isEqualTo(3);
    assertThat(progress.total()).isEqualTo(5);
  }

  @Test
  void aJobWithoutSubJobsTellsNoneOfThem() {
    WaitProgress progress =
        progress("{\"job_type\":\"createVolume\",\"status\":\"INIT\"}", Duration.ofMillis(61_999));
    assertThat(progress).hasToString("createVolume INIT 01:01");
    assertThat(progress.done()).isZero();
    assertThat(progress.total()).isZero();
  }

  @Test
  void hoursAreToldWhenThereAreAny() {
    String job = "{\"job_type\":\"t\",\"status\":\"RUNNING\"}";
    assertThat(progress(job, Duration.ofSeconds(3_599))).hasToString("t RUNNING 59:59");
    assertThat(progress(job, Duration.ofSeconds(3_600))).hasToString("t RUNNING 1:00:00");
    assertThat(progress(job, Duration.ofHours(101))).hasToString("t RUNNING 101:00:00");
  }

  @Test
  void aTypeOrStatusThatIsNotThereIsMadeUp() {
    assertThat(progress("{}", Duration.ZERO)).hasToString("job UNKNOWN 00:00");
    assertThat(progress("{\"job_type\":\"\",\"status\":\"\"}", Duration.ZERO))
        .hasToString("job UNKNOWN 00:00");
    assertThat(progress("{\"status\":\" \\u0007\"}", Duration.ZERO)).hasToString("job ? 00:00");
  }

  @Test
  void whatTheServiceSaysIsMadeSafeToPrint() {
    String job = "{\"job_type\":\"a\\nb\\u001b\",\"status\":\"%s\"}".formatted("X".repeat(40));
    assertThat(progress(job, Duration.ZERO)).hasToString("a b? " + "X".repeat(30) + "… 00:00");
  }

  private static WaitProgress progress(String job, Duration elapsed) {
    return new WaitProgress(
        "ECS",
        REF,
        Job.fromJson(job),
        4,
        elapsed,
        Duration.ofSeconds(1),
        () -> new WaitToken("jw1.e30"));
  }

  @Test
  void howFarItIsComesFromTheSubJobsOrElseFromTheJobItself() {
    assertThat(progress("{'entities':{'process_percent':0.4}}").fraction()).isEqualTo(0.4);
    assertThat(progress("{'entities':{'process_percent':0.4}}"))
        .hasToString("job UNKNOWN 40 % 00:05");
    assertThat(
            progress(
                    "{'entities':{'process_percent':0.4,'sub_jobs_total':4,"
                        + "'sub_jobs':[{'status':'FAIL'},{'status':'RUNNING'}]}}")
                .fraction())
        .isEqualTo(0.25);
    assertThat(progress("{'status':'RUNNING'}").fraction()).isNull();
  }

  private static WaitProgress progress(String json) {
    Job job = Job.fromJson(json.replace('\'', '"'));
    return new WaitProgress(
        "ECS", REF, job, 1, Duration.ofSeconds(5), Duration.ZERO, () -> new WaitToken("jw1.e30"));
  }
}

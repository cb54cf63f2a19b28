package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitExceptionsTest {
  private static final JobRef REF = new JobRef("p-1", "j-1");
  private static final Duration ELAPSED = Duration.ofSeconds(90);
  private static final WaitToken TOKEN = new WaitToken("jw1.e30");
  private static final Job RUNNING = Job.fromJson("{\"status\":\"RUNNING\"}");

  @Test
  void aFailureTellsTheWholeJobAndWhatFailedInIt() {
    Job job =
        Job.fromJson(
            """
            {"job_id": "j-1", "job_type": "createServer", "status": "FAIL", "error_code": "Ecs.0208",
             "fail_reason": "no capacity", "entities": {"sub_jobs_total": 1, "sub_jobs": [
               {"job_id": "s-1", "status": "FAIL", "error_code": "Ecs.0319", "fail_reason": "full"}]}}
            """);
    JobFailedException failed = new JobFailedException(REF, job, 7, ELAPSED, TOKEN);
    assertThat(failed.job()).isSameAs(job);
    assertThat(failed.failures()).isEqualTo(job.failures()).hasSize(2);
    assertThat(failed)
        .hasMessage("job j-1 (FAIL) failed: Ecs.0208: no capacity\n" + job.describe())
        .hasNoCause();
    assertThat(failed.getMessage()).contains("no capacity", "s-1", "full");
    tellsTheRest(failed, job);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'status':'FAIL'} | job j-1 (FAIL) failed",
        "{'status':'FAIL','error_code':'Ecs.0208'} | job j-1 (FAIL) failed: Ecs.0208",
        "{'status':'FAIL','fail_reason':'no\\nroom'} | job j-1 (FAIL) failed: no room",
        "{'status':'FAIL','fail_reason':'ExtendTask-fail:SDRS.0011:no quota'}"
            + " | job j-1 (FAIL) failed: SDRS.0011: no quota",
        "{'status':'FAIL','error_code':'Ecs.1','entities':{'sub_jobs':[{'status':'FAIL'},"
            + "{'status':'FAIL','fail_reason':'no image'}]}} | job j-1 (FAIL) failed: no image",
        "{'status':'RUNNING','entities':{'sub_jobs':[{'status':'FAIL','fail_reason':'no image'}]}}"
            + " | a sub-job of job j-1 (RUNNING) failed: no image"
      })
  void theFirstLineOfAFailureHasTheJobItsStatusAndTheFirstReason(String json, String line) {
    Job job = Job.fromJson(json.replace('\'', '"'));
    JobFailedException failed = new JobFailedException(REF, job, 7, ELAPSED, TOKEN);
    assertThat(failed).hasMessage(line + "\n" + job.describe());
  }

  @Test
  void aLongReasonIsCutInTheFirstLine() {
    Job job = Job.fromJson("{\"status\":\"FAIL\",\"fail_reason\":\"" + "x".repeat(9_999) + "\"}");
    String message = new JobFailedException(REF, job, 7, ELAPSED, TOKEN).getMessage();
    assertThat(message.lines().findFirst().orElseThrow()).hasSizeLessThan(550).endsWith("…");
  }

  @Test
  void aTimeoutTellsHowLongAndHowOften() {
    JobWaitTimeoutException timeout =
        new JobWaitTimeoutException(REF, RUNNING, 7, ELAPSED, TOKEN, "");
    assertThat(timeout).hasMessage("job j-1 is still RUNNING after 90 s and 7 polls").hasNoCause();
    tellsTheRest(timeout, RUNNING);
  }

  @Test
  void aVanishedJobTellsWhetherItWasEverThere() {
    JobVanishedException gone = new JobVanishedException(REF, RUNNING, 7, ELAPSED, TOKEN);
    assertThat(gone).hasMessage("job j-1 is not known to the service any more").hasNoCause();
    tellsTheRest(gone, RUNNING);
    JobVanishedException never = new JobVanishedException(REF, null, 7, ELAPSED, TOKEN);
    assertThat(never).hasMessage("job j-1 is not known to the service");
    tellsTheRest(never, null);
  }

  @Test
  void aWaitThatCannotGoOnTellsWhy() {
    Exception cause = new IOException("connection reset");
    JobPollException stopped =
        new JobPollException("5 polls in a row failed", cause, REF, null, 7, ELAPSED, TOKEN);
    assertThat(stopped)
        .hasMessage(
            "stopped waiting for job j-1: 5 polls in a row failed: "
                + "IOException, connection reset")
        .hasCause(cause);
    tellsTheRest(stopped, null);
  }

  @Test
  void anExceptionThatWasSerializedTellsAllItToldBefore() throws Exception {
    JobWaitTimeoutException timeout =
        new JobWaitTimeoutException(REF, RUNNING, 7, ELAPSED, TOKEN, "");
    JobWaitException read = serialized(timeout);
    assertThat(read).hasMessage("job j-1 is still RUNNING after 90 s and 7 polls");
    tellsTheRest(read, RUNNING);
    Job job = Job.fromJson("{\"job\":{\"job_id\":\"j-1\",\"status\":\"FAIL\"},\"beside\":1}");
    JobFailedException failed = serialized(new JobFailedException(REF, job, 7, ELAPSED, TOKEN));
    assertThat(failed.job()).isEqualTo(job);
    assertThat(failed.failures()).isEqualTo(job.failures()).hasSize(1);
    tellsTheRest(failed, job);
  }

  @SuppressWarnings("unchecked")
  private static <T> T serialized(T value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  private static void tellsTheRest(JobWaitException e, Job lastJob) {
    assertThat(e.ref()).isEqualTo(REF);
    assertThat(e.lastJob()).isEqualTo(lastJob);
    assertThat(e.polls()).isEqualTo(7);
    assertThat(e.elapsed()).isEqualTo(ELAPSED);
    assertThat(e.token()).isEqualTo(TOKEN);
  }
}

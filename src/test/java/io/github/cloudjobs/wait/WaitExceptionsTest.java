package io.github.cloudjobs.wait;

import static io.github.cloudjobs.wait.WaitFixtures.TOKEN;
import static io.github.cloudjobs.wait.WaitFixtures.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.PollResults;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages of exceptions, their content, and that both survive serialization. */
class WaitExceptionsTest {
  private static final JobRef REF = new JobRef("p-1", "j-1", Instant.EPOCH);
  private static final Duration ELAPSED = Duration.ofSeconds(90);
  private static final Job RUNNING = job("{'status':'RUNNING'}");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'status':'FAIL'} | job j-1 (FAIL) failed
          {'status':'FAIL','error_code':'Ecs.0208'} | job j-1 (FAIL) failed: Ecs.0208
          {'status':'FAIL','fail_reason':'no\\nroom'} | job j-1 (FAIL) failed: no room
          {'status':'FAIL','error_code':'E.2','fail_reason':'full'} | job j-1 (FAIL) failed: E.2: full
          {'status':'FAIL','fail_reason':'Task-fail:SDRS.0011:full'} | job j-1 (FAIL) failed: SDRS.0011: full
          {'status':'FAIL','fail_reason':'1 of 2 failed','entities':{'sub_jobs':[{'status':'FAIL','fail_reason':'full'},{'status':'FAIL','error_code':'E.1'}]}} | job j-1 (FAIL) failed: full
          {'status':'RUNNING','entities':{'sub_jobs':[{'status':'FAIL','fail_reason':'full'}]}} | a sub-job of job j-1 (RUNNING) failed: full
          """)
  void theFirstLineOfAFailureHasTheJobItsStatusAndTheInnermostReason(String json, String line)
      throws Exception {
    Job job = job(json);
    JobFailedException failed = new JobFailedException(REF, job, 7, ELAPSED, () -> TOKEN);
    assertContent(failed, job, line + "\n" + job.describe());
    assertThat(copy(failed).failures()).isEqualTo(job.failures());
  }

  @Test
  void theMessageHasWhatKeptTheJobFromSucceeding() throws Exception {
    assertContent(
        new JobWaitTimeoutException(REF, RUNNING, 7, ELAPSED, () -> TOKEN, ""),
        RUNNING,
        "job j-1 is still RUNNING after 90 s and 7 polls");
    assertContent(
        new JobWaitTimeoutException(REF, null, 7, ELAPSED, () -> TOKEN, "the executor is busy"),
        null,
        "job j-1 was not seen after 90 s and 7 polls; the executor is busy");
    assertContent(
        new JobVanishedException(REF, RUNNING, 7, ELAPSED, () -> TOKEN),
        RUNNING,
        "job j-1 is not known to the service any more");
    assertContent(
        new JobVanishedException(REF, null, 7, ELAPSED, () -> TOKEN),
        null,
        "job j-1 is not known to the service");
  }

  @Test
  void aWaitThatWasStoppedHasItsCause() throws Exception {
    Exception cause = PollResults.unauthorized();
    JobPollException stopped =
        new JobPollException("5 polls in a row failed", cause, REF, null, 7, ELAPSED, () -> TOKEN);
    assertContent(stopped, null, "stopped waiting for job j-1: 5 polls in a row failed: HTTP 401");
    assertThat(copy(stopped)).hasRootCauseInstanceOf(AuthenticationException.class);
    WaitResult result = new WaitResult("ECS", REF, null, stopped, 3, ELAPSED);
    WaitForAllException all = copy(new WaitForAllException("why", stopped, List.of(result)));
    assertThat(all.results().get(0).problem().token()).isEqualTo(TOKEN);
    assertThat(all).hasMessage("why").hasCauseInstanceOf(JobPollException.class);
  }

  private static void assertContent(JobWaitException thrown, Job lastJob, String message)
      throws Exception {
    for (JobWaitException each : List.of(thrown, copy(thrown))) {
      assertThat(each)
          .hasMessage(message)
          .returns(REF, JobWaitException::ref)
          .returns(lastJob, JobWaitException::lastJob)
          .returns(7, JobWaitException::polls)
          .returns(ELAPSED, JobWaitException::elapsed)
          .returns(TOKEN, JobWaitException::token);
    }
  }

  @Test
  void aResultHasAnOutcomeOrAProblemAndCanBeSerialized() throws Exception {
    for (WaitOutcome outcome :
        List.of(
            new WaitOutcome.Succeeded(RUNNING),
            new WaitOutcome.Failed(RUNNING),
            new WaitOutcome.TimedOut(null, ELAPSED, 3, TOKEN),
            new WaitOutcome.Vanished(RUNNING))) {
      WaitResult result = new WaitResult("ECS", REF, outcome, null, 3, ELAPSED);
      assertThat(copy(result)).isEqualTo(result);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WaitResult("ECS", REF, null, null, 3, ELAPSED))
        .withMessage("a wait ends with an outcome or a problem");
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }
}

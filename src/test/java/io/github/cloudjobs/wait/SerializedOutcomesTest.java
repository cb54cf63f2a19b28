package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.step.Answers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What tells how a wait ended can be sent elsewhere, its token included. */
class SerializedOutcomesTest {
  private static final JobRef REF = new JobRef("p", "j", Instant.EPOCH);
  private static final Duration ELAPSED = Duration.ofSeconds(90);
  private static final WaitToken TOKEN = new WaitToken("jw1.e30");
  private static final Job JOB = Job.fromJson("{\"status\":\"RUNNING\"}");

  @Test
  void exceptionsKeepTheirTokensAndCauses() throws Exception {
    JobPollException stopped =
        copy(new JobPollException("lost", Answers.lost(), REF, null, 3, ELAPSED, TOKEN));
    assertThat(stopped.token()).isEqualTo(TOKEN);
    assertThat(stopped.ref()).isEqualTo(REF);
    assertThat(stopped).hasRootCauseMessage("connection reset");
    assertThat(copy(new JobVanishedException(REF, JOB, 3, ELAPSED, TOKEN)).token())
        .isEqualTo(TOKEN);
    assertThat(copy(Answers.unauthorized())).hasMessage(Answers.unauthorized().getMessage());
  }

  @Test
  void outcomesAndResultsAreEqualToWhatTheyWere() throws Exception {
    for (WaitOutcome outcome :
        List.of(
            new WaitOutcome.Succeeded(JOB),
            new WaitOutcome.Failed(JOB),
            new WaitOutcome.TimedOut(null, ELAPSED, 3, TOKEN),
            new WaitOutcome.Vanished(JOB))) {
      WaitResult result = new WaitResult("ECS", REF, outcome, null, 3, ELAPSED);
      assertThat(copy(result)).isEqualTo(result);
    }
  }

  @Test
  void aWaitForManyKeepsWhatIsKnownOfEach() throws Exception {
    JobPollException problem = new JobPollException("given up", null, REF, JOB, 3, ELAPSED, TOKEN);
    WaitResult result = new WaitResult("ECS", REF, null, problem, 3, ELAPSED);
    WaitForAllException all = copy(new WaitForAllException("why", problem, List.of(result)));
    assertThat(all.results()).hasSize(1);
    assertThat(all.results().get(0).problem().token()).isEqualTo(TOKEN);
    assertThat(all).hasMessage("why").hasCauseInstanceOf(JobPollException.class);
  }

  @Test
  void aTokenThatWasTamperedWithIsRefusedWhenItIsRead() throws Exception {
    String bytes = new String(bytes(TOKEN), StandardCharsets.ISO_8859_1);
    byte[] tampered = bytes.replace("jw1.e30", "jw7.e30").getBytes(StandardCharsets.ISO_8859_1);
    assertThatExceptionOfType(InvalidObjectException.class)
        .isThrownBy(() -> read(tampered))
        .withMessageContaining("a token of version 7");
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(T value) throws Exception {
    return (T) read(bytes(value));
  }

  private static byte[] bytes(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws Exception {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }
}

package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;

/** An edge writes a wrong {@code Date} under refusals; this machine's clock is right. */
class WrongDateTest {
  private static final Credentials REVOKED =
      Credentials.accessKey("AKOFTHETESTS0000000A", "secret-secret-a");
  private static final Credentials MENDED =
      Credentials.accessKey("AKOFTHETESTS0000000B", "secret-secret-b");
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void aCorrectionThatDidNotHelpIsReverted() {
    AtomicReference<Credentials> current = new AtomicReference<>(REVOKED);
    Gateway.answerBy(server, this::answer);
    try (JobsClient client = Gateway.client(server).credentials(current::get).build()) {
      assertThatExceptionOfType(AuthenticationException.class)
          .isThrownBy(() -> client.pollJob(PROJECT, JOB));
      current.set(MENDED);
      assertThat(client.pollJob(PROJECT, JOB).status()).isEqualTo(JobStatus.RUNNING);
    }
  }

  private MockResponse answer(RecordedRequest request) {
    Instant signed = SDK_DATE.parse(request.getHeaders().get("X-Sdk-Date"), Instant::from);
    Duration off = Duration.between(signed, Instant.now()).abs();
    if (off.compareTo(Duration.ofMinutes(15)) < 0 && Gateway.accepts(MENDED, request)) {
      return Gateway.job("RUNNING");
    }
    String anHourAhead =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(Duration.ofHours(1)).atZone(ZoneOffset.UTC));
    return Gateway.refusal("0301", "Incorrect IAM authentication information")
        .addHeader("Date", anHourAhead)
        .build();
  }
}

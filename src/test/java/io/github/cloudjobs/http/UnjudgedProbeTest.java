package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.model.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The probe with a replacement is answered by somebody in between, who looked at no signature. */
class UnjudgedProbeTest {
  private static final Credentials OLD =
      Credentials.accessKey("AKOFTHETESTS0000000A", "secret-secret-a");
  private static final Credentials NEW =
      Credentials.accessKey("AKOFTHETESTS0000000B", "secret-secret-b");

  @StartStop private final MockWebServer server = new MockWebServer();

  private final AtomicReference<Credentials> current = new AtomicReference<>(OLD);
  private final AtomicInteger withNew = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(ints = {405, 407, 408, 413, 414, 421, 429, 431, 451, 500, 511})
  void aProxysStatusDoesNotAcceptTheKey(int status) throws Exception {
    Gateway.answerBy(server, request -> answer(status, Gateway.accepts(OLD, request)));
    try (JobsClient client = Gateway.client(server).credentials(current::get).build()) {
      assertThatExceptionOfType(JobsException.class).isThrownBy(() -> client.pollJob(PROJECT, JOB));
      List<CompletableFuture<Job>> polls = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        polls.add(client.pollJobAsync(PROJECT, JOB + i));
      }
      for (CompletableFuture<Job> poll : polls) {
        assertThat(poll).failsWithin(20, TimeUnit.SECONDS);
      }
    }
    assertThat(withNew.get() - 1).as("bad signatures").isOne();
  }

  private MockResponse answer(int status, boolean old) {
    if (old) {
      current.set(NEW);
      return Gateway.unknownKey();
    }
    return withNew.incrementAndGet() == 1
        ? new MockResponse.Builder().code(status).build()
        : Gateway.refusal("0301", "verify aksk signature fail")
            .headersDelay(100, TimeUnit.MILLISECONDS)
            .build();
  }
}

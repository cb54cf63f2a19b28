package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.wait.JobPollException;
import java.io.IOException;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CrashesTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  static Stream<Arguments> crashes() {
    return Stream.of(new IllegalStateException("boom"), new AssertionError("boom"))
        .flatMap(
            crash ->
                Stream.of(true, false)
                    .flatMap(
                        async ->
                            Stream.of("application", "network", "after")
                                .map(where -> Arguments.of(crash, async, where))));
  }

  private static void sneak(Throwable crash) {
    if (crash instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) crash;
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void anInterceptorThatThrowsEndsThePollWithTheCause(
      Throwable crash, boolean async, String where) {
    server.enqueue(Gateway.job("RUNNING"));
    Interceptor broken =
        chain -> {
          if (where.equals("after")) {
            chain.proceed(chain.request()).close();
          }
          sneak(crash);
          throw new IOException("never");
        };
    OkHttpClient.Builder own = new OkHttpClient.Builder();
    OkHttpClient client =
        (where.equals("network") ? own.addNetworkInterceptor(broken) : own.addInterceptor(broken))
            .build();
    try (JobsClient jobs = Gateway.client(server).httpClient(client).build()) {
      assertThatThrownBy(() -> Gateway.poll(jobs, async))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessageContaining("boom")
          .hasCause(crash);
      assertThat(client.connectionPool().connectionCount())
          .isEqualTo(client.connectionPool().idleConnectionCount());
    }
    client.connectionPool().evictAll();
  }

  static Stream<Arguments> failingProviders() {
    JobsTransportException unreachable = new JobsTransportException("no metadata service", null);
    JobsException refused = new JobsException("no such agency");
    IllegalStateException crash = new IllegalStateException("boom");
    Error error = new NoClassDefFoundError("boom");
    return Stream.of(
        Arguments.of(unreachable, JobsTransportException.class, "no metadata service"),
        Arguments.of(refused, JobsException.class, "no such agency"),
        Arguments.of(crash, JobsException.class, "the credentials provider failed: " + crash),
        Arguments.of(error, JobsException.class, "the credentials provider failed: " + error));
  }

  @ParameterizedTest
  @MethodSource("failingProviders")
  void aProviderThatThrowsEndsThePollBeforeAnyRequest(
      Throwable thrown, Class<?> type, String message) {
    CredentialsProvider failing =
        () -> {
          sneak(thrown);
          return Gateway.KEY;
        };
    try (JobsClient client = Gateway.client(server).credentials(failing).build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(client, async))
            .isExactlyInstanceOf(type)
            .hasMessage(message);
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aProviderThatAnswersNullEndsThePoll(boolean async) {
    try (JobsClient client = Gateway.client(server).credentials(() -> null).build()) {
      assertThatThrownBy(() -> Gateway.poll(client, async))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessage("the credentials provider answered null");
    }
  }

  @Test
  void aWaitEndsWithAProviderThatFails() {
    CredentialsProvider failing =
        () -> {
          throw new AssertionError("boom");
        };
    try (JobsClient client = Gateway.client(server).credentials(failing).build()) {
      assertThatThrownBy(() -> Gateway.join(client.waitForCompletionAsync(PROJECT, JOB)))
          .isInstanceOf(JobPollException.class)
          .hasStackTraceContaining("boom");
    }
  }

  @Test
  void aRequestWithoutWhatToSignIsNotSent() {
    OkHttpClient own =
        new OkHttpClient.Builder()
            .addInterceptor(
                chain ->
                    chain.proceed(chain.request().newBuilder().tag(PollTag.class, null).build()))
            .build();
    try (JobsClient client = Gateway.client(server).httpClient(own).build()) {
      assertThatThrownBy(() -> client.pollJob(PROJECT, JOB)).isInstanceOf(JobsException.class);
    }
    assertThat(server.getRequestCount()).isZero();
  }
}

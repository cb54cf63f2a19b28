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

class CrashesTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  static Stream<Arguments> crashes() {
    return Stream.of(
            new IllegalStateException("boom"),
            new AssertionError("boom"),
            new Exception("boom"),
            new Unspeakable())
        .flatMap(
            crash ->
                Stream.of(true, false)
                    .flatMap(
                        async ->
                            Stream.of("application", "network", "after")
                                .map(where -> Arguments.of(crash, async, where))));
  }

  /** Not even its text can be had. */
  private static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new LinkageError("no text");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new LinkageError("no cause");
    }

    @Override
    public String toString() {
      return getMessage();
    }
  }

  @SuppressWarnings("unchecked") // as code in another language may throw anything
  private static <T extends Throwable> void sneak(Throwable crash) throws T {
    throw (T) crash;
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void anExceptionOfAnInterceptorIsTheCauseOfTheFailedPoll(
      Throwable crash, boolean async, String where) {
    server.enqueue(Gateway.job("RUNNING"));
    Interceptor broken =
        chain -> {
          if (where.equals("after")) {
            chain.proceed(chain.request()).close();
          }
          CrashesTest.<RuntimeException>sneak(crash);
          throw new IOException("never");
        };
    OkHttpClient.Builder own = new OkHttpClient.Builder();
    OkHttpClient client =
        (where.equals("network") ? own.addNetworkInterceptor(broken) : own.addInterceptor(broken))
            .build();
    try (JobsClient jobs = Gateway.client(server).httpClient(client).build()) {
      assertThatThrownBy(() -> Gateway.poll(jobs, async))
          .isExactlyInstanceOf(JobsException.class)
          .hasMessage("the poll failed: " + crash.getClass().getName())
          .satisfies(e -> assertThat(e.getCause() == crash).isTrue());
      assertThat(client.connectionPool().connectionCount())
          .isEqualTo(client.connectionPool().idleConnectionCount());
    }
    client.connectionPool().evictAll();
  }

  static Stream<Arguments> failingProviders() {
    JobsTransportException unreachable = new JobsTransportException("no metadata service", null);
    JobsException refused = new JobsException("no such agency");
    return Stream.concat(
        Stream.of(
            Arguments.of(unreachable, JobsTransportException.class, "no metadata service"),
            Arguments.of(refused, JobsException.class, "no such agency"),
            Arguments.of(
                new InterruptedException(),
                JobsTransportException.class,
                "interrupted while the credentials were fetched")),
        Stream.of(
                new IllegalStateException("hush"),
                new NoClassDefFoundError("hush"),
                new Exception("hush"),
                new IOException("hush"),
                new Unspeakable())
            .map(
                crash ->
                    Arguments.of(
                        crash,
                        JobsException.class,
                        "the credentials provider failed: " + crash.getClass().getName())));
  }

  @ParameterizedTest
  @MethodSource("failingProviders")
  void anExceptionOfTheProviderFailsThePollWithoutARequest(
      Throwable thrown, Class<?> type, String message) {
    CredentialsProvider failing =
        () -> {
          CrashesTest.<RuntimeException>sneak(thrown);
          return Gateway.KEY;
        };
    try (JobsClient client = Gateway.client(server).credentials(failing).build()) {
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(client, async))
            .isExactlyInstanceOf(type)
            .hasMessage(message);
        assertThat(Thread.currentThread().isInterrupted()).as("the caller was not").isFalse();
      }
    }
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aFailingProviderEndsAWait() {
    CredentialsProvider failing =
        () -> {
          throw new AssertionError("boom");
        };
    try (JobsClient client = Gateway.client(server).credentials(failing).build()) {
      assertThatThrownBy(() -> Gateway.join(client.waitForCompletionAsync(PROJECT, JOB)))
          .isInstanceOf(JobPollException.class)
          .hasMessage(
              "stopped waiting for job %s: polling cannot go on: the credentials provider failed: %s"
                  .formatted(JOB, "java.lang.AssertionError"))
          .hasStackTraceContaining("boom");
    }
  }
}

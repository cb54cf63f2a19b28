package io.github.cloudjobs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import java.io.IOException;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CrashesTest {

  @StartStop private final MockWebServer server = new MockWebServer();

  static Stream<Arguments> crashes() {
    return Stream.of("application", "network", "after")
        .flatMap(
            where ->
                Stream.of(new AssertionError("boom"), new Exception("boom"), new Unspeakable())
                    .map(crash -> Arguments.of(where, crash)));
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
  void anExceptionOfAnInterceptorIsTheCauseOfTheFailedPoll(String where, Throwable crash) {
    Gateway.answerBy(server, request -> Gateway.job("RUNNING"));
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
      for (boolean async : new boolean[] {false, true}) {
        assertThatThrownBy(() -> Gateway.poll(jobs, async))
            .isExactlyInstanceOf(JobsException.class)
            .hasMessage("the poll failed: " + crash.getClass().getName())
            .satisfies(e -> assertThat(e.getCause() == crash).isTrue());
      }
      assertThat(client.connectionPool().connectionCount())
          .isEqualTo(client.connectionPool().idleConnectionCount());
    }
    client.connectionPool().evictAll();
  }

  static Stream<Arguments> failingProviders() {
    String failed = "the credentials provider failed: ";
    return Stream.of(
        Arguments.of(
            new JobsTransportException("no metadata service", null), "no metadata service"),
        Arguments.of(new JobsException("no such agency"), "no such agency"),
        Arguments.of(new InterruptedException(), "interrupted while the credentials were fetched"),
        Arguments.of(new NoClassDefFoundError("hush"), failed + "java.lang.NoClassDefFoundError"),
        Arguments.of(new IOException("hush"), failed + "java.io.IOException"),
        Arguments.of(new Unspeakable(), failed + Unspeakable.class.getName()));
  }

  @ParameterizedTest
  @MethodSource("failingProviders")
  void anExceptionOfTheProviderFailsThePollWithoutARequest(Throwable thrown, String message) {
    Class<?> type =
        thrown instanceof JobsTransportException || thrown instanceof InterruptedException
            ? JobsTransportException.class
            : JobsException.class;
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
}

package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.JOB;
import static io.github.cloudjobs.http.Gateway.SECRET;
import static io.github.cloudjobs.http.Gateway.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.JobsClient;
import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.model.Job;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.junit5.StartStop;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RotatedCredentialsTest {
  private static final Credentials OLD =
      Credentials.temporaryAccessKey("AKOLD", SECRET, "old." + TOKEN);
  private static final Credentials NEW =
      Credentials.temporaryAccessKey("AKNEW", SECRET, "new." + TOKEN);

  @StartStop private final MockWebServer server = new MockWebServer();
  private final ConnectionPool pool = new ConnectionPool(100, 1, TimeUnit.MINUTES);
  private final OkHttpClient http = new OkHttpClient.Builder().connectionPool(pool).build();
  private final AtomicInteger old = new AtomicInteger(); // requests that came signed with it
  private final AtomicInteger fresh = new AtomicInteger();
  private final ConcurrentCallers callers = new ConcurrentCallers();

  private JobsClient client(CredentialsProvider provider) {
    return Gateway.client(server).httpClient(http).credentials(provider).build();
  }

  private boolean isOld(RecordedRequest request) {
    boolean isOld = Gateway.accepts(OLD, request);
    assertThat(isOld || Gateway.accepts(NEW, request)).isTrue();
    (isOld ? old : fresh).incrementAndGet();
    return isOld;
  }

  @AfterEach
  void noConnectionIsLeftInUse() {
    Gateway.awaitIdle(pool);
    pool.evictAll();
  }

  @Test
  void onePollProbesNewCredentialsAndTheOthersWaitAndUseThem() {
    int polls = 20;
    CountDownLatch allSent = new CountDownLatch(polls);
    CountDownLatch probeMayBeAnswered = new CountDownLatch(1);
    AtomicReference<Credentials> current = new AtomicReference<>(OLD);
    Gateway.answerBy(
        server,
        request -> {
          if (isOld(request)) {
            allSent.countDown();
            Gateway.await(allSent);
            current.set(NEW);
            return Gateway.unknownKey();
          }
          Gateway.await(probeMayBeAnswered);
          return Gateway.job("RUNNING");
        });
    try (JobsClient client = client(current::get)) {
      List<CompletableFuture<Job>> all = callers.poll(client, polls);
      ConcurrentCallers.awaitWaiting(polls - 1);
      assertThat(fresh).hasValueLessThanOrEqualTo(1);
      probeMayBeAnswered.countDown();
      all.forEach(poll -> assertThat(Gateway.join(poll).jobId()).isEqualTo(JOB));
    }
    assertThat(old).hasValue(polls);
    assertThat(fresh).hasValue(polls);
  }

  @Test
  void newCredentialsThatAreRefusedTooEndEveryPollAfterOneProbe() {
    int polls = 20;
    CountDownLatch allSent = new CountDownLatch(polls);
    AtomicReference<Credentials> current = new AtomicReference<>(OLD);
    Gateway.answerBy(
        server,
        request -> {
          if (isOld(request)) {
            allSent.countDown();
            Gateway.await(allSent);
            current.set(NEW);
          }
          return Gateway.unknownKey();
        });
    try (JobsClient client = client(current::get)) {
      for (CompletableFuture<Job> poll : callers.poll(client, polls)) {
        assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
      }
    }
    assertThat(old).hasValue(polls);
    assertThat(fresh).hasValue(1);
  }

  @Test
  void aPollThatReceivesTheOldCredentialsOnceMoreDoesNotRejectThem() {
    // The second poll is refused while the first one probes, and its source lags behind.
    AtomicInteger leftOfTheOld = new AtomicInteger(2);
    AtomicInteger askedByTheFirst = new AtomicInteger();
    AtomicReference<Thread> firstPoll = new AtomicReference<>();
    CountDownLatch bothSent = new CountDownLatch(2);
    CountDownLatch probeMayBeAnswered = new CountDownLatch(1);
    CountDownLatch probing = new CountDownLatch(1);
    AtomicInteger refused = new AtomicInteger();
    Gateway.answerBy(
        server,
        request -> {
          if (isOld(request)) {
            boolean first = request.getHeaders().get("X-First").equals("true");
            bothSent.countDown();
            Gateway.await(first ? bothSent : probing);
            refused.incrementAndGet();
            return Gateway.unknownKey();
          }
          probing.countDown();
          Gateway.await(probeMayBeAnswered);
          return Gateway.job("RUNNING");
        });
    OkHttpClient naming =
        http.newBuilder()
            .addInterceptor(
                chain ->
                    chain.proceed(
                        chain
                            .request()
                            .newBuilder()
                            .header("X-First", Boolean.toString(isCurrent(firstPoll)))
                            .build()))
            .build();
    try (JobsClient client =
        Gateway.client(server)
            .httpClient(naming)
            .credentials(
                () ->
                    isCurrent(firstPoll)
                        ? (askedByTheFirst.getAndIncrement() == 0 ? OLD : NEW)
                        : (leftOfTheOld.getAndDecrement() > 0 ? OLD : NEW))
            .build()) {
      List<CompletableFuture<Job>> both = callers.poll(client, 2);
      ConcurrentCallers.awaitWaiting(1);
      probeMayBeAnswered.countDown();
      both.forEach(poll -> assertThat(Gateway.join(poll).jobId()).isEqualTo(JOB));
    }
    assertThat(refused).hasValue(2);
    assertThat(fresh).hasValue(2);
  }

  /** Whether this is the thread named, or the first to ask. */
  private static boolean isCurrent(AtomicReference<Thread> thread) {
    Thread current = Thread.currentThread();
    return thread.compareAndSet(null, current) || thread.get() == current;
  }

  @Test
  void aProviderThatAlternatesBlocksNoPoll() {
    AtomicInteger asked = new AtomicInteger();
    Gateway.answerBy(server, request -> Gateway.unknownKey());
    try (JobsClient client = client(() -> asked.getAndIncrement() % 2 == 0 ? OLD : NEW)) {
      for (CompletableFuture<Job> poll : callers.poll(client, 40)) {
        assertThatThrownBy(() -> Gateway.join(poll)).isInstanceOf(AuthenticationException.class);
      }
    }
  }
}

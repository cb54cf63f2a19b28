package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBreaker.Pass;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.http.Transport.WrappedJobsException;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialBreakerTest {

  private static final Credentials OTHER = Credentials.accessKey("AKOTHER", Gateway.SECRET);

  private static final AuthenticationException REFUSAL =
      new AuthenticationException("HTTP 401", 401, "APIGW.0301", "ak not exist", "r-1", null);

  private final CredentialBreaker breaker = new CredentialBreaker();
  private final AtomicReference<Credentials> current = new AtomicReference<>(KEY);
  private final ConcurrentCallers callers = new ConcurrentCallers();

  private Pass enter() throws InterruptedException, IOException {
    return enter(breaker.generation());
  }

  private Pass enter(int began) throws InterruptedException, IOException {
    return breaker.enter(current::get, poll(began), () -> false);
  }

  private static PollContext poll(int began) {
    HttpUrl endpoint = HttpUrl.get("https://jobs.invalid");
    return new PollContext(endpoint, endpoint, new JobRef("p", "j"), began);
  }

  /** A poll in flight is refused: returns the probe that it becomes, or null. */
  private @Nullable Pass suspect(Credentials credentials) {
    Pass pass = breaker.new Pass(credentials, poll(breaker.generation()));
    return pass.refused(credentials, true) ? pass : null;
  }

  private Pass suspected() {
    return requireNonNull(suspect(KEY));
  }

  @Test
  void otherCredentialsPassOnceTheyAreKnownNotToBeTheReplacement() throws Exception {
    Pass probe = suspected();
    current.set(OTHER);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    assertThat(probe.extendTo(KEY)).isTrue(); // with a corrected clock
    assertThat(Gateway.join(other).credentials()).isEqualTo(OTHER);
    assertThat(enter().isProbe()).isFalse();
  }

  @Test
  void aReplacementThatAnotherProbeTestsIsNotSent() {
    Pass probe = suspected();
    Pass other = requireNonNull(suspect(OTHER));
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(other.extendTo(KEY)).isFalse(); // and neither waits for the other
    other.reject(REFUSAL, true);
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(suspect(KEY)).isNull();
  }

  @Test
  void anUndecidedProbeDoesNotLiftARejection() throws Exception {
    suspected().reject(REFUSAL, true);
    enter().close();
    assertThatThrownBy(() -> enter(0)).isInstanceOf(AuthenticationException.class);
    enter().accept();
    assertThat(enter(0).isProbe()).isFalse();
  }

  @Test
  void closingADecidedProbeChangesNothing() throws Exception {
    Pass probe = suspected();
    probe.reject(REFUSAL, true);
    Pass next = enter();
    probe.close();
    assertThat(suspect(KEY)).isNull();
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1); // for the next probe, which the first one did not end
    next.accept();
    assertThat(Gateway.join(other).isProbe()).isFalse();
  }

  @Test
  void theOldestOfManySuspectsIsForgotten() throws Exception {
    Pass forgotten = suspected();
    forgotten.extendTo(KEY);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    for (int i = 0; i < 1_000; i++) {
      requireNonNull(suspect(Credentials.accessKey("AK" + i, Gateway.SECRET)))
          .reject(REFUSAL, true);
    }
    assertThat(Gateway.join(other).isProbe()).isFalse();
    assertThat(suspect(KEY)).isNotNull();
    forgotten.close();
    forgotten.accept();
    assertThat(suspect(KEY)).isNull();
  }

  @Test
  void aPollThatIsRefusedWhileItsCredentialsAreAcceptedElsewhereEndsAfterThreeAttempts() {
    AtomicReference<Pass> other = new AtomicReference<>();
    AtomicInteger sent = new AtomicInteger();
    SigningInterceptor signing =
        new SigningInterceptor(
            () -> {
              Pass probe = other.getAndSet(null);
              if (probe != null) {
                probe.accept();
              }
              return KEY;
            },
            RequestSigner.standard(),
            new ServerClock(Clock.systemUTC()),
            breaker,
            new String[0],
            new ResponseReader(1, false));
    Interceptor gateway =
        chain -> {
          sent.incrementAndGet();
          other.set(suspect(KEY)); // another poll probes, until the next call of the provider
          return new Response.Builder()
              .request(chain.request())
              .protocol(Protocol.HTTP_1_1)
              .code(401)
              .message("")
              .build();
        };
    OkHttpClient client =
        new OkHttpClient.Builder().addInterceptor(signing).addInterceptor(gateway).build();
    PollContext poll = poll(breaker.generation());
    Request request = new Request.Builder().url(poll.url()).build();
    CompletableFuture<Response> ended = new CompletableFuture<>();
    Callback callback =
        new Callback() {
          @Override
          public void onResponse(Call call, Response response) {
            ended.complete(response);
          }

          @Override
          public void onFailure(Call call, IOException e) {
            ended.completeExceptionally(e);
          }
        };
    signing.enqueue(client.newCall(request), poll, callback);
    assertThatThrownBy(ended::get)
        .cause()
        .isInstanceOf(WrappedJobsException.class)
        .hasCauseInstanceOf(AuthenticationException.class);
    assertThat(sent).hasValue(3);
    assertThat(breaker.generation()).isZero();
  }
}

package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBreaker.Pass;
import io.github.cloudjobs.http.CredentialBreaker.PollContext;
import io.github.cloudjobs.http.CredentialBreaker.Probe;
import io.github.cloudjobs.model.JobRef;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.HttpUrl;
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

  private @Nullable Probe suspect(Credentials credentials) {
    return suspect(credentials, breaker.generation());
  }

  private @Nullable Probe suspect(Credentials credentials, int began) {
    return breaker.suspect(credentials, poll(began), true);
  }

  private Probe suspected() {
    return requireNonNull(suspect(KEY));
  }

  @Test
  void otherCredentialsPassOnceTheyAreKnownNotToBeTheReplacement() throws Exception {
    Probe probe = suspected();
    current.set(OTHER);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    assertThat(probe.extendTo(KEY)).isTrue(); // with a corrected clock
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void aReplacementWaitsForItsProbe() throws Exception {
    Probe probe = suspected();
    current.set(OTHER);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    assertThat(probe.extendTo(OTHER)).isTrue();
    ConcurrentCallers.awaitWaiting(1);
    probe.reject(REFUSAL, true);
    assertThatThrownBy(other::get).hasCauseInstanceOf(AuthenticationException.class);
  }

  @Test
  void theReplacementOfALaterProbeWaitsToo() throws Exception {
    suspected().close();
    Probe probe = requireNonNull(enter().probe());
    current.set(OTHER);
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
    probe.refused(KEY, true);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    probe.close();
    probe.refused(KEY, true); // over: it holds up nobody
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void aReplacementThatAnotherProbeTestsIsNotSent() {
    Probe probe = suspected();
    Probe other = requireNonNull(suspect(OTHER));
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(other.extendTo(KEY)).isFalse(); // and neither waits for the other
    other.reject(REFUSAL, true);
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(suspect(KEY)).isNull();
  }

  @Test
  void anUndecidedProbeDoesNotLiftARejection() throws Exception {
    suspected().reject(REFUSAL, true);
    requireNonNull(enter().probe()).close();
    assertThatThrownBy(() -> enter(0)).isInstanceOf(AuthenticationException.class);
    requireNonNull(enter().probe()).accept();
    assertThat(enter(0).probe()).isNull();
  }

  @Test
  void closingADecidedProbeChangesNothing() throws Exception {
    Probe probe = suspected();
    probe.reject(REFUSAL, true);
    Pass next = enter();
    probe.close();
    probe.accept();
    assertThat(suspect(KEY)).isNull();
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1); // for the next probe, which the first one did not end
    requireNonNull(next.probe()).accept();
    assertThat(Gateway.join(other).probe()).isNull();
  }

  @Test
  void theOldestOfManySuspectsIsForgotten() throws Exception {
    Probe forgotten = suspected();
    forgotten.extendTo(KEY);
    CompletableFuture<Pass> other = callers.start(this::enter);
    ConcurrentCallers.awaitWaiting(1);
    for (int i = 0; i < 1_000; i++) {
      requireNonNull(suspect(Credentials.accessKey("AK" + i, Gateway.SECRET)))
          .reject(REFUSAL, true);
    }
    assertThat(Gateway.join(other).probe()).isNull();
    assertThat(suspect(KEY)).isNotNull();
    forgotten.close();
    forgotten.accept();
    assertThat(suspect(KEY)).isNull();
  }
}

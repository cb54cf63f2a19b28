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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final Crowd crowd = new Crowd();

  private Pass enter() throws InterruptedException, IOException {
    return enter(breaker.generation());
  }

  private Pass enter(int began) throws InterruptedException, IOException {
    return breaker.enter(current::get, poll(began), cancelled::get);
  }

  private static PollContext poll(int began) {
    HttpUrl endpoint = HttpUrl.get("https://jobs.invalid");
    return new PollContext(endpoint, endpoint, new JobRef("p", "j"), began);
  }

  private @Nullable Probe doubt(Credentials credentials) {
    return doubt(credentials, breaker.generation());
  }

  private @Nullable Probe doubt(Credentials credentials, int began) {
    return breaker.suspect(credentials, poll(began), true);
  }

  private Probe doubted() {
    return requireNonNull(doubt(KEY));
  }

  @Test
  void whoeverComesPassesWhileNothingIsInDoubt() throws Exception {
    assertThat(enter()).isEqualTo(new Pass(KEY, null));
    assertThat(breaker.generation()).isZero();
  }

  @Test
  void theFirstToBeRefusedProbesAndTheOthersWaitUntilItIsCleared() throws Exception {
    Probe probe = doubted();
    assertThat(doubt(KEY)).isNull();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    probe.accept();
    assertThat(Gateway.join(other)).isEqualTo(new Pass(KEY, null));
    assertThat(enter().probe()).isNull();
  }

  @Test
  void anotherCredentialIsNotHeldUpOnceItIsKnownNotToBeTheReplacement() throws Exception {
    Probe probe = doubted();
    current.set(OTHER);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    assertThat(probe.extendTo(KEY)).isTrue(); // with a corrected clock
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void nobodyPassesWithAReplacementBeforeItIsProbed() throws Exception {
    Probe probe = doubted();
    current.set(OTHER);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    assertThat(probe.extendTo(OTHER)).isTrue();
    Crowd.awaitParked(1);
    probe.reject(REFUSAL, true);
    assertThatThrownBy(other::get).hasCauseInstanceOf(AuthenticationException.class);
  }

  @Test
  void aLaterProbeThatIsRefusedHoldsUpItsReplacementToo() throws Exception {
    doubted().close();
    Probe probe = requireNonNull(enter().probe());
    current.set(OTHER);
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
    probe.refused(KEY, true);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    probe.close();
    probe.refused(KEY, true); // over: it holds up nobody
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void whoeverWaitedAsksForCredentialsAgain() throws Exception {
    Probe probe = doubted();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    current.set(OTHER);
    assertThat(probe.extendTo(OTHER)).isTrue();
    probe.accept();
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void aReplacementIsUnderTheSameProbe() {
    Probe probe = doubted();
    assertThat(probe.extendTo(OTHER)).isTrue();
    assertThat(probe.extendTo(OTHER)).isTrue();
    assertThat(doubt(OTHER)).isNull();
    probe.accept();
    assertThat(doubt(OTHER)).isNotNull();
  }

  @Test
  void aReplacementThatAnotherProbeIsAtMayNotBeTried() {
    Probe probe = doubted();
    Probe other = requireNonNull(doubt(OTHER));
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(other.extendTo(KEY)).isFalse(); // and neither waits for the other
    other.reject(REFUSAL, true);
    assertThat(probe.extendTo(OTHER)).isFalse();
    assertThat(doubt(KEY)).isNull();
  }

  @Test
  void aProbeThatBroughtNothingLeavesItToOneOfThoseWhoWait() throws Exception {
    Probe probe = doubted();
    List<CompletableFuture<Pass>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(crowd.start(this::enter));
    }
    Crowd.awaitParked(3);
    probe.close();
    for (int left = 3; left > 0; left--) {
      Pass next = (Pass) CompletableFuture.anyOf(others.toArray(CompletableFuture[]::new)).get();
      others.removeIf(f -> f.isDone() && f.join().equals(next));
      assertThat(others).hasSize(left - 1).noneMatch(CompletableFuture::isDone);
      requireNonNull(next.probe()).close();
    }
  }

  @Test
  void aCondemnedCredentialEndsThoseWhoBeganBeforeAndIsProbedByThoseWhoBeginLater()
      throws Exception {
    int before = breaker.generation();
    Probe probe = doubted();
    CompletableFuture<Pass> other = crowd.start(() -> enter(before));
    Crowd.awaitParked(1);
    assertThat(probe.reject(REFUSAL, true)).isSameAs(REFUSAL);
    assertThatThrownBy(other::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(AuthenticationException.class)
        .isNotSameAs(REFUSAL)
        .hasMessage("the credentials for GET https://jobs.invalid/ were refused: HTTP 401")
        .hasCause(REFUSAL);
    assertThat(doubt(KEY)).isNull();
    assertThat(enter().probe()).isNotNull();
  }

  @Test
  void aLaterProbeThatBroughtNothingDoesNotLetThoseInWhoBeganBefore() throws Exception {
    doubted().reject(REFUSAL, true);
    requireNonNull(enter().probe()).close();
    assertThatThrownBy(() -> enter(0)).isInstanceOf(AuthenticationException.class);
    requireNonNull(enter().probe()).accept();
    assertThat(enter(0).probe()).isNull();
  }

  @Test
  void aCondemnedCredentialDragsItsReplacementAlongAndIsToldOfOnce() {
    List<AuthenticationException> told = new ArrayList<>();
    breaker.onRejected(
        refusal -> {
          assertThat(refusal.generation()).isEqualTo(breaker.generation()).isOne();
          told.add(refusal.error());
        });
    Probe probe = doubted();
    probe.extendTo(OTHER);
    probe.reject(REFUSAL, true);
    assertThat(told).containsExactly(REFUSAL);
    assertThat(breaker.generation()).isEqualTo(1);
    for (Credentials each : List.of(KEY, OTHER)) {
      assertThatThrownBy(() -> breaker.enter(() -> each, poll(0), cancelled::get))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void aDecidedProbeIsClosedForNothing() throws Exception {
    Probe probe = doubted();
    probe.reject(REFUSAL, true);
    Pass next = enter();
    probe.close();
    probe.accept();
    assertThat(doubt(KEY)).isNull();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1); // for the next probe, which the first one did not end
    requireNonNull(next.probe()).accept();
    assertThat(Gateway.join(other).probe()).isNull();
  }

  @Test
  void whoeverWaitsCanBeInterrupted() {
    doubted();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    crowd.interrupt();
    assertThatThrownBy(other::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void whoeverWaitsForAProbeStopsOnceCancelledAndAsksForNoCredentialsMeanwhile() {
    doubted();
    AtomicInteger asked = new AtomicInteger();
    CompletableFuture<Pass> other =
        crowd.start(
            () ->
                breaker.enter(
                    () -> {
                      asked.incrementAndGet();
                      return KEY;
                    },
                    poll(0),
                    cancelled::get));
    Crowd.awaitParked(1);
    cancelled.set(true);
    assertThatThrownBy(other::get)
        .cause()
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("Canceled");
    assertThat(asked).hasValue(1);
    assertThatThrownBy(this::enter).isExactlyInstanceOf(IOException.class);
  }

  @Test
  void aSourceThatFailsAfterAWaitEndsThePollAndHoldsNothing() throws Exception {
    Probe probe = doubted();
    CompletableFuture<Pass> other =
        crowd.start(
            () ->
                breaker.enter(
                    () -> {
                      if (current.get().equals(OTHER)) {
                        throw new IllegalStateException("no more");
                      }
                      return current.get();
                    },
                    poll(0),
                    cancelled::get));
    Crowd.awaitParked(1);
    current.set(OTHER);
    probe.close();
    assertThatThrownBy(other::get).hasCauseInstanceOf(IllegalStateException.class);
    current.set(KEY);
    assertThat(enter().probe()).isNotNull();
  }

  @Test
  void credentialsWithoutEndAreForgottenInTheEnd() throws Exception {
    Probe forgotten = doubted();
    forgotten.extendTo(KEY);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    Crowd.awaitParked(1);
    for (int i = 0; i < 1_000; i++) {
      requireNonNull(doubt(Credentials.accessKey("AK" + i, Gateway.SECRET))).reject(REFUSAL, true);
    }
    assertThat(Gateway.join(other).probe()).isNull();
    assertThat(doubt(KEY)).isNotNull();
    forgotten.close();
    forgotten.accept();
    assertThat(doubt(KEY)).isNull();
  }
}

package io.github.cloudjobs.http;

import static io.github.cloudjobs.http.Gateway.KEY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.http.CredentialBrake.Pass;
import io.github.cloudjobs.http.CredentialBrake.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CredentialBrakeTest {
  private static final Credentials OTHER = Credentials.accessKey("AKOTHER", Gateway.SECRET);
  private static final AuthenticationException REFUSAL =
      new AuthenticationException("HTTP 401", 401, "APIGW.0301", "ak not exist", "r-1");

  private final CredentialBrake brake = new CredentialBrake();
  private final AtomicReference<Credentials> current = new AtomicReference<>(KEY);
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final Crowd crowd = new Crowd();

  private Pass enter() throws InterruptedException, IOException {
    return brake.enter(current::get, brake.now(), cancelled::get);
  }

  private Probe doubted() {
    return requireNonNull(brake.doubt(KEY));
  }

  @Test
  void whoeverComesPassesWhileNothingIsInDoubt() throws Exception {
    assertThat(enter()).isEqualTo(new Pass(KEY, null));
    assertThat(brake.now()).isZero();
  }

  @Test
  void theFirstToBeRefusedProbesAndTheOthersWaitUntilItIsCleared() throws Exception {
    Probe probe = doubted();
    assertThat(brake.doubt(KEY)).isNull();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    probe.clear();
    assertThat(Gateway.join(other)).isEqualTo(new Pass(KEY, null));
    assertThat(enter().probe()).isNull();
  }

  @Test
  void anotherCredentialIsNotHeldUpOnceItIsKnownNotToBeTheReplacement() throws Exception {
    Probe probe = doubted();
    current.set(OTHER);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    assertThat(probe.takeAlong(KEY, 0)).isTrue(); // with a corrected clock
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void nobodyPassesWithAReplacementBeforeItIsProbed() throws Exception {
    Probe probe = doubted();
    current.set(OTHER);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    assertThat(probe.takeAlong(OTHER, 0)).isTrue();
    crowd.awaitParked(1);
    probe.condemn(REFUSAL);
    assertThatThrownBy(other::get).hasCauseInstanceOf(AuthenticationException.class);
  }

  @Test
  void aLaterProbeThatIsRefusedHoldsUpItsReplacementToo() throws Exception {
    doubted().close();
    Probe probe = requireNonNull(enter().probe());
    current.set(OTHER);
    assertThat(enter()).isEqualTo(new Pass(OTHER, null));
    probe.seek();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    probe.close();
    probe.seek(); // over: it holds up nobody
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void whoeverWaitedAsksForCredentialsAgain() throws Exception {
    Probe probe = doubted();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    current.set(OTHER);
    assertThat(probe.takeAlong(OTHER, 0)).isTrue();
    probe.clear();
    assertThat(Gateway.join(other)).isEqualTo(new Pass(OTHER, null));
  }

  @Test
  void aReplacementIsUnderTheSameProbe() {
    Probe probe = doubted();
    assertThat(probe.takeAlong(OTHER, 0)).isTrue();
    assertThat(probe.takeAlong(OTHER, 0)).isTrue();
    assertThat(brake.doubt(OTHER)).isNull();
    probe.clear();
    assertThat(brake.doubt(OTHER)).isNotNull();
  }

  @Test
  void aReplacementThatAnotherProbeIsAtMayNotBeTried() {
    Probe probe = doubted();
    Probe other = requireNonNull(brake.doubt(OTHER));
    assertThat(probe.takeAlong(OTHER, 0)).isFalse();
    assertThat(other.takeAlong(KEY, 0)).isFalse(); // and neither waits for the other
    other.condemn(REFUSAL);
    assertThat(probe.takeAlong(OTHER, 0)).isFalse();
    assertThat(probe.takeAlong(OTHER, brake.now())).isTrue();
  }

  @Test
  void aProbeThatBroughtNothingLeavesItToOneOfThoseWhoWait() throws Exception {
    Probe probe = doubted();
    List<CompletableFuture<Pass>> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(crowd.start(this::enter));
    }
    crowd.awaitParked(3);
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
    int before = brake.now();
    Probe probe = doubted();
    CompletableFuture<Pass> other =
        crowd.start(() -> brake.enter(current::get, before, cancelled::get));
    crowd.awaitParked(1);
    assertThat(probe.condemn(REFUSAL)).isSameAs(REFUSAL);
    assertThatThrownBy(other::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(AuthenticationException.class)
        .isNotSameAs(REFUSAL)
        .hasMessage("HTTP 401")
        .hasCause(REFUSAL);
    assertThat(brake.doubt(KEY)).isNull();
    assertThat(enter().probe()).isNotNull();
  }

  @Test
  void aLaterProbeThatBroughtNothingDoesNotLetThoseInWhoBeganBefore() throws Exception {
    doubted().condemn(REFUSAL);
    requireNonNull(enter().probe()).close();
    assertThatThrownBy(() -> brake.enter(current::get, 0, cancelled::get))
        .isInstanceOf(AuthenticationException.class);
    requireNonNull(enter().probe()).clear();
    assertThat(brake.enter(current::get, 0, cancelled::get).probe()).isNull();
  }

  @Test
  void aCondemnedCredentialDragsItsReplacementAlongAndIsToldOfOnce() {
    List<AuthenticationException> told = new ArrayList<>();
    brake.onCondemned(
        (refusal, at) -> {
          assertThat(at).isEqualTo(brake.now()).isOne();
          told.add(refusal);
        });
    Probe probe = doubted();
    probe.takeAlong(OTHER, 0);
    probe.condemn(REFUSAL);
    assertThat(told).containsExactly(REFUSAL);
    assertThat(brake.now()).isEqualTo(1);
    for (Credentials each : List.of(KEY, OTHER)) {
      assertThatThrownBy(() -> brake.enter(() -> each, 0, cancelled::get))
          .isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void aDecidedProbeIsClosedForNothing() throws Exception {
    Probe probe = doubted();
    probe.condemn(REFUSAL);
    Pass next = enter();
    probe.close();
    probe.clear();
    assertThat(brake.doubt(KEY)).isNull();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1); // for the next probe, which the first one did not end
    requireNonNull(next.probe()).clear();
    assertThat(Gateway.join(other).probe()).isNull();
  }

  @Test
  void whoeverWaitsCanBeInterrupted() {
    doubted();
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
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
                brake.enter(
                    () -> {
                      asked.incrementAndGet();
                      return KEY;
                    },
                    0,
                    cancelled::get));
    crowd.awaitParked(1);
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
                brake.enter(
                    () -> {
                      if (current.get().equals(OTHER)) {
                        throw new IllegalStateException("no more");
                      }
                      return current.get();
                    },
                    0,
                    cancelled::get));
    crowd.awaitParked(1);
    current.set(OTHER);
    probe.close();
    assertThatThrownBy(other::get).hasCauseInstanceOf(IllegalStateException.class);
    current.set(KEY);
    assertThat(enter().probe()).isNotNull();
  }

  @Test
  void credentialsWithoutEndAreForgottenInTheEnd() throws Exception {
    Probe forgotten = doubted();
    forgotten.takeAlong(KEY, 0);
    CompletableFuture<Pass> other = crowd.start(this::enter);
    crowd.awaitParked(1);
    for (int i = 0; i < 1_000; i++) {
      requireNonNull(brake.doubt(Credentials.accessKey("AK" + i, Gateway.SECRET))).condemn(REFUSAL);
    }
    assertThat(Gateway.join(other).probe()).isNull();
    assertThat(brake.doubt(KEY)).isNotNull();
    forgotten.close();
    forgotten.clear();
    assertThat(brake.doubt(KEY)).isNull();
  }
}

package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.auth.Issuer.Issued;
import java.time.Duration;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Credentials are refused while others are being fetched ahead of time. */
@Timeout(20)
class RefusedDuringRenewalTest {
  private final Stage stage = new Stage();
  private final ArrayDeque<Runnable> renewals = new ArrayDeque<>();
  private final ArrayDeque<String> answers = new ArrayDeque<>();
  private final Refresher refresher =
      new Refresher(
          "the source",
          now -> new Issued(Credentials.token(answers.remove()), Duration.ofHours(1)),
          Duration.ofMinutes(10),
          stage.surroundings());

  @Test
  void theRenewalThatBeganBeforeDoesNotCount() {
    answers.add("token-1");
    Credentials first = refresher.get();
    stage.advance(Duration.ofMinutes(51));
    stage.background(renewals::add);
    assertThat(refresher.get()).isEqualTo(first);
    assertThat(renewals).hasSize(1);

    stage.background(Runnable::run);
    answers.add("token-2");
    assertThat(refresher.refresh(first)).isEqualTo(Credentials.token("token-2"));

    answers.add("token-1"); // what the source said when the renewal began
    renewals.remove().run();
    assertThat(refresher.get()).isEqualTo(Credentials.token("token-2"));
  }
}

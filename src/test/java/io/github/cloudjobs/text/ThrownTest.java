package io.github.cloudjobs.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ThrownTest {
  /** Nothing can be had of it. */
  private static class Unspeakable extends IOException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new LinkageError("no text");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new LinkageError("no cause");
    }
  }

  @Test
  void oursAndThePlatformsIoSayWhatHappenedAndOthersTheirNamesOnly() {
    assertThat(Thrown.text(new JobsException("no such agency"))).isEqualTo("no such agency");
    assertThat(Thrown.text(new ConnectException("refused"))).isEqualTo("ConnectException, refused");
    assertThat(Thrown.text(new IllegalStateException("hush")))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void whatHasNoTextHasAName() {
    assertThat(Thrown.text(new Unspeakable())).isEqualTo(Unspeakable.class.getName());
  }

  @Test
  void theChainBeginsWithItAndEndsWithItsCause() {
    IOException cause = new IOException("cause");
    UncheckedIOException thrown = new UncheckedIOException(cause);
    assertThat(Thrown.chain(thrown)).containsExactly(thrown, cause);
  }

  @Test
  void aChainThatGoesRoundInACircleOrCannotBeFollowedEnds() {
    IOException one = new IOException("one");
    one.initCause(new IOException("other", one));
    assertThat(Thrown.chain(one)).hasSize(20);
    assertThat(Thrown.chain(new Unspeakable())).hasSize(1);
  }

  @Test
  void itsMessagesAreThoseOfAllThatItCarries() {
    IOException thrown = new IOException("one", new IOException("cause"));
    thrown.addSuppressed(new IOException("suppressed", new Unspeakable()));
    assertThat(Thrown.messages(thrown)).containsExactly("one", "suppressed", "cause");
  }

  @Test
  void messagesThatSuppressOneAnotherEnd() {
    IOException one = new IOException("one");
    IOException other = new IOException("other");
    one.addSuppressed(other);
    other.addSuppressed(one);
    assertThat(Thrown.messages(one)).hasSize(100);
  }
}

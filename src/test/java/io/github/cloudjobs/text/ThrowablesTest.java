package io.github.cloudjobs.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class ThrowablesTest {
  /** Its methods throw. */
  private static class Broken extends IOException {
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
  void onlyOurMessagesAndThoseOfThePlatformsIoAreRepeated() {
    assertThat(Throwables.describe(new JobsException("no such agency")))
        .isEqualTo("no such agency");
    assertThat(Throwables.describe(new ConnectException("refused")))
        .isEqualTo("ConnectException, refused");
    assertThat(Throwables.describe(new IllegalStateException("hush")))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void anExceptionWhoseMessageThrowsIsDescribedByItsClass() {
    assertThat(Throwables.describe(new Broken())).isEqualTo(Broken.class.getName());
  }

  @Test
  void theChainHoldsTheExceptionAndItsCauses() {
    IOException cause = new IOException("cause");
    UncheckedIOException thrown = new UncheckedIOException(cause);
    assertThat(Throwables.chain(thrown)).containsExactly(thrown, cause);
  }

  @Test
  void aChainWithACircleOrABrokenCauseEnds() {
    IOException one = new IOException("one");
    one.initCause(new IOException("other", one));
    assertThat(Throwables.chain(one)).hasSize(20);
    assertThat(Throwables.chain(new Broken())).hasSize(1);
  }

  @Test
  void messagesIncludeCausesAndSuppressedExceptions() {
    IOException thrown = new IOException("one", new IOException("cause"));
    thrown.addSuppressed(new IOException("suppressed", new Broken()));
    assertThat(Throwables.messages(thrown)).containsExactly("one", "suppressed", "cause");
  }

  @Test
  void messagesOfACircleEnd() {
    IOException one = new IOException("one");
    IOException other = new IOException("other");
    one.addSuppressed(other);
    other.addSuppressed(one);
    assertThat(Throwables.messages(one)).hasSize(100);
  }
}

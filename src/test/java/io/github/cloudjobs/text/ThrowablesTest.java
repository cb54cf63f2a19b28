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
    assertThat(Throwables.describe(new Broken())).isEqualTo(Broken.class.getName());
  }

  @Test
  void theChainHoldsTheExceptionAndItsCauses() {
    IOException cause = new IOException("cause");
    UncheckedIOException thrown = new UncheckedIOException(cause);
    assertThat(Throwables.chain(thrown)).containsExactly(thrown, cause);
    assertThat(Throwables.chain(new Broken())).hasSize(1);
    cause.initCause(thrown);
    assertThat(Throwables.chain(thrown)).as("a circle").hasSize(20);
  }

  @Test
  void aSecretIsFoundBesideAnExceptionWhoseMethodsThrow() {
    IOException thrown = new IOException("unexpected: invented-token");
    thrown.addSuppressed(new Broken());
    assertThat(Secrets.password("invented-token".toCharArray()).hide(thrown))
        .hasMessage("unexpected: …");
  }
}

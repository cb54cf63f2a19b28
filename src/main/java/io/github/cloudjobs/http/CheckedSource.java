package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.CredentialsProvider;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.text.HeaderText.UnusableTextException;
import java.util.function.Supplier;

/** A user's provider, whose null and whose exceptions of any kind become exceptions of ours. */
record CheckedSource(CredentialsProvider provider) implements CredentialsProvider {
  @Override
  public Credentials get() {
    return checked(provider::get);
  }

  @Override
  public Credentials refresh(Credentials refused) {
    return checked(() -> provider.refresh(refused));
  }

  private static Credentials checked(Supplier<Credentials> asking) {
    Credentials credentials;
    try {
      credentials = asking.get();
    } catch (JobsException e) {
      throw e;
    } catch (Throwable t) { // anything at all: not all code has to declare what it throws
      if (t instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw new JobsTransportException("interrupted while the credentials were fetched", t);
      }
      // Any other text may hold what it was about to answer.
      String what = t instanceof UnusableTextException ? t.getMessage() : t.getClass().getName();
      throw new JobsException("the credentials provider failed: " + what, t);
    }
    if (credentials == null) {
      throw new JobsException("the credentials provider answered null");
    }
    return credentials;
  }
}

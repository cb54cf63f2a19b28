package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.Throwables;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several sources in order. The first one that returns credentials is used from then on: a short
 * failure of it must not sign requests with the credentials of another.
 */
final class ChainedCredentials implements CredentialsProvider {
  private final List<CredentialsProvider> sources;
  private final AtomicReference<@Nullable CredentialsProvider> chosen = new AtomicReference<>();

  ChainedCredentials(CredentialsProvider... sources) {
    if (sources.length == 0) {
      throw new IllegalArgumentException("a chain needs at least one provider");
    }
    this.sources = List.of(sources);
  }

  /** The official SDK's sources in its order. */
  static ChainedCredentials ofDefaults(SystemEnvironment environment) {
    return new ChainedCredentials(
        new EnvironmentCredentials(environment),
        FileCredentials.atDefaultPath(environment),
        EcsMetadata.provider(environment));
  }

  @Override
  public Credentials get() {
    CredentialsProvider source = chosen.get();
    return source != null ? source.get() : first();
  }

  @Override
  public Credentials refresh(Credentials refused) {
    CredentialsProvider source = chosen.get();
    return source != null ? source.refresh(refused) : first();
  }

  private Credentials first() {
    List<Throwable> failures = new ArrayList<>();
    StringJoiner reasons = new StringJoiner("; ", "no source has credentials: ", "");
    for (CredentialsProvider source : sources) {
      try {
        Credentials found = requireNonNull(source.get(), "it returned null");
        // Several threads may search at once and find different sources.
        return chosen.compareAndSet(null, source) ? found : get();
      } catch (RuntimeException failure) {
        failures.add(failure);
        reasons.add("(" + failures.size() + ") " + Throwables.describe(failure));
      }
    }
    JobsException none = new JobsException(reasons.toString());
    for (Throwable failure : failures) {
      none.addSuppressed(failure);
    }
    throw none;
  }

  @Override
  public String toString() {
    return "chain of " + sources.size() + " credentials providers";
  }
}

package io.github.cloudjobs.auth;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.Throwables;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Several sources, of which the first that answers is asked ever after: a moment of trouble must
 * not put somebody else's name under a request. Thread-safe.
 */
final class Chain implements CredentialsProvider {
  private final List<CredentialsProvider> sources;
  private final AtomicReference<@Nullable CredentialsProvider> chosen = new AtomicReference<>();

  Chain(List<CredentialsProvider> sources) {
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a chain needs at least one provider");
    }
    this.sources = List.copyOf(sources);
  }

  /** Those of the official SDK, in its order. */
  static Chain byDefault(Surroundings surroundings) {
    return new Chain(
        List.of(
            new EnvironmentCredentials(surroundings),
            FileCredentials.whereTheSdkLooks(surroundings),
            EcsMetadata.provider(surroundings)));
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
    for (CredentialsProvider source : sources) {
      try {
        Credentials found = requireNonNull(source.get(), "it answered null");
        // Threads that ask for the first time at once may each find another.
        return chosen.compareAndSet(null, source) ? found : get();
      } catch (RuntimeException failure) {
        failures.add(failure);
      }
    }
    StringBuilder text = new StringBuilder("no source has credentials");
    for (int i = 0; i < failures.size(); i++) {
      text.append(i == 0 ? ": (" : "; (").append(i + 1).append(") ");
      text.append(Throwables.describe(failures.get(i)));
    }
    JobsException told = new JobsException(text.toString());
    failures.forEach(told::addSuppressed);
    throw told;
  }

  @Override
  public String toString() {
    return "chain of " + sources.size() + " credentials providers";
  }
}

package io.github.cloudjobs;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PendingCallbacks;
import io.github.cloudjobs.http.Endpoint;
import io.github.cloudjobs.http.Plaintext;
import io.github.cloudjobs.http.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The resources that a client shares with those made by {@link JobsClient#with}: connections,
 * credentials, the engine of its waits, and time.
 *
 * @param plaintext where the others may use {@code http}
 * @param region where the others are; null if the client was built for an endpoint
 */
record SharedResources(
    Transport transport,
    Engine engine,
    ClientTime time,
    Plaintext plaintext,
    @Nullable Regions region) {
  SharedResources {
    transport.onRefused(
        refusal ->
            engine.endBefore(
                refusal.generation(),
                "the credentials were refused",
                (source, job) -> ((ClientPolls) source).poller().endBy(refusal, job)));
  }

  Endpoint endpoint(JobsService service) {
    if (region == null) {
      throw new IllegalStateException(
          "this JobsClient was built with endpoint(..), not with region(..): use"
              + " with(service, endpoint)");
    }
    return region.endpoint(service, plaintext);
  }

  boolean isClosed() {
    return engine.isClosed();
  }

  /** Closes everything, then waits for the callbacks that this causes. */
  void close() {
    PendingCallbacks caused = engine.shutDown();
    try {
      transport.close();
    } finally {
      caused.await();
    }
  }
}

package io.github.cloudjobs;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PendingCallbacks;
import io.github.cloudjobs.http.Endpoint;
import io.github.cloudjobs.http.Plaintext;
import io.github.cloudjobs.http.Transport;
import org.jspecify.annotations.Nullable;

/**
 * What a built client and its siblings share; closed with the built one.
 *
 * @param plaintext where siblings may use {@code http} too
 * @param region where siblings are found; null if the built client was given an endpoint
 */
record Family(
    Transport transport,
    Engine engine,
    ClientTime time,
    Plaintext plaintext,
    @Nullable Regions region) {
  Family {
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
          "this JobsClient was built by endpoint(..), not by region(..), and does not know where"
              + " other services are: use with(service, endpoint)");
    }
    return region.endpoint(service, plaintext);
  }

  boolean isClosed() {
    return engine.isClosed();
  }

  /** Closes all, and waits for the callbacks which that causes. */
  void close() {
    PendingCallbacks caused = engine.shutDown();
    try {
      transport.close();
    } finally {
      caused.await();
    }
  }
}

package io.github.cloudjobs;

import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.http.Transport;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What a built client and its siblings share; closed with the built one.
 *
 * @param allowPlaintext whether siblings may use {@code http} too
 */
record Family(
    Transport transport, Engine engine, Executor executor, Clock clock, boolean allowPlaintext) {
  Family {
    transport.onCondemned(
        (refusal, mark) -> engine.endBefore(mark, "the credentials were refused", refusal));
  }

  boolean isClosed() {
    return engine.isClosed();
  }

  void close() {
    engine.close();
    transport.close();
  }
}

package io.github.cloudjobs;

import io.github.cloudjobs.Cloud.Region;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.connection.Endpoint.PlainHttp;
import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.SystemTimer;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.http.Transport;
import java.time.Clock;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a client shares with the clients made by {@link JobsClient#with}.
 *
 * @param region null if the client was built with an endpoint
 */
record SharedResources(
    Transport transport, Engine engine, Clock clock, PlainHttp plainHttp, @Nullable Region region) {
  SharedResources {
    transport.onRejected(
        rejection ->
            engine.endBefore(
                rejection.generation(),
                "the credentials were refused",
                (source, job) -> ((JobPoller) source).errorOf(rejection, job)));
  }

  static WaitTimer timer(Clock clock) {
    return clock instanceof TimerClock virtual ? virtual.timer() : new SystemTimer();
  }

  Endpoint endpoint(JobsService service) {
    if (region == null) {
      throw new IllegalStateException(
          "this JobsClient was built with endpoint(..), not region(..): use with(service,"
              + " endpoint)");
    }
    return region.endpoint(service, plainHttp);
  }

  /** Closes everything, then waits for the callbacks that this causes. */
  void close() {
    Collection<?> caused = engine.close();
    try {
      transport.close();
    } finally {
      engine.awaitReturn(caused);
    }
  }
}

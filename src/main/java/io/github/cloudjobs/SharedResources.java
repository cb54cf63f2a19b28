package io.github.cloudjobs;

import io.github.cloudjobs.Cloud.Region;
import io.github.cloudjobs.connection.ConnectionSettings;
import io.github.cloudjobs.connection.Endpoint;
import io.github.cloudjobs.engine.Engine;
import io.github.cloudjobs.engine.PollLimits;
import io.github.cloudjobs.engine.SystemTimer;
import io.github.cloudjobs.engine.WaitTimer;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.http.JobPoller;
import io.github.cloudjobs.http.Transport;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The resources that a client shares with the clients made by {@link JobsClient#with}. */
final class SharedResources {
  final Transport transport;
  final Engine engine;
  final Clock clock;
  final ConnectionSettings connection;
  private final @Nullable Region region; // null if the client was built with an endpoint

  SharedResources(
      Transport transport,
      Duration grace,
      @Nullable Executor executor,
      PollLimits limits,
      Clock clock,
      ConnectionSettings connection,
      @Nullable Region region) {
    WaitTimer timer = clock instanceof TimerClock virtual ? virtual.timer() : new SystemTimer();
    this.transport = transport;
    this.engine = new Engine(timer, executor, clock, grace, limits);
    this.clock = clock;
    this.connection = connection;
    this.region = region;
    transport.onRejected(
        rejection ->
            engine.endBefore(
                rejection.generation(),
                "the credentials were refused",
                (source, job) -> ((JobPoller) source).errorOf(rejection, job)));
  }

  Endpoint endpoint(JobsService service) {
    if (region == null) {
      throw new IllegalStateException(
          "this JobsClient was built with endpoint(..), not region(..): use with(service,"
              + " endpoint)");
    }
    return region.endpoint(service, connection);
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

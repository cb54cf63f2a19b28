package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.SimulatedJob.notNegative;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A job service for tests: an HTTP server on 127.0.0.1 that runs scripted jobs, checks signatures
 * and injects faults. Thread-safe.
 *
 * <pre>{@code
 * try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(60).start();  // a minute in a second
 *     JobsClient ecs = JobsClient.builder()
 *         .service(JobsService.ECS)
 *         .endpoint(cloud.endpoint())
 *         .credentials(cloud.credentials())
 *         .build()) {
 *   JobRef job = cloud.submit(SimulatedJob.createServer(3));
 *   cloud.inject(job, 2, Fault.unavailable());                   // its first two polls: 503
 *   Job done = ecs.waitForCompletion(job);
 * }
 * }</pre>
 *
 * A job that is unknown, belongs to another project or is past its retention gives 404 with an
 * error of the service; any other path, also that of another {@link SimulatedService}, gives 404
 * with {@code APIGW.0101}; any other method than GET gives 405.
 *
 * <p>Requests carry a token or a signature in either form of {@code SDK-HMAC-SHA256}. The response
 * to a wrong signature contains the expected canonical request. A date more than 15 minutes off is
 * refused as expired. Unlike the real gateway, this one does not lock keys.
 *
 * <p>The server is the JDK's: on a module path start with {@code --add-modules jdk.httpserver}. It
 * answers 256 requests at a time, on daemon threads. The first simulation sets the system property
 * {@code sun.net.httpserver.nodelay} unless it is set: without it a poll can take 40 ms longer.
 */
public final class SimulatedJobs implements AutoCloseable {
  private final Set<Credentials> accepted = ConcurrentHashMap.newKeySet();
  private final Credentials credentials;
  private final JobService service;
  private final LoopbackServer server;

  private SimulatedJobs(Builder builder) {
    credentials = builder.credentials.iterator().next();
    accepted.addAll(builder.credentials);
    service = new JobService(builder, accepted);
    try {
      server = new LoopbackServer(service);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "SimulatedJobs needs the JDK's HTTP server: start with --add-modules jdk.httpserver", e);
    }
  }

  /** Starts a simulation with the defaults of the builder. */
  public static SimulatedJobs start() {
    return builder().start();
  }

  /** Returns a builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** The base URL, such as {@code http://127.0.0.1:40123}. */
  public String endpoint() {
    return server.url();
  }

  /** The project of jobs submitted without a project id. */
  public String projectId() {
    return "5ca1ab1e0ddba11c0ffee00000000001";
  }

  /** Accepted credentials: the first given to the builder, else an invented access key. */
  public Credentials credentials() {
    return credentials;
  }

  /** Starts a job in the project {@link #projectId}. */
  public JobRef submit(SimulatedJob job) {
    return submit(projectId(), job);
  }

  /**
   * Starts a job. Its reference has a submission time only if the time scale is at most 1, because
   * a wait polls a new job after two seconds.
   */
  public JobRef submit(String projectId, SimulatedJob job) {
    if (projectId.isBlank() || projectId.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "projectId must not be blank or contain a slash: '" + projectId + "'");
    }
    return service.submit(projectId, requireNonNull(job, "job"));
  }

  /**
   * Injects a fault into a number of next polls of any job, 1 or more. Each poll meets one fault at
   * most: the first injected of those that are left.
   */
  public void inject(int polls, Fault fault) {
    service.inject(null, polls, 1, fault);
  }

  /** Injects a fault into the next polls of one job, like {@link #inject(int, Fault)}. */
  public void inject(JobRef job, int polls, Fault fault) {
    service.inject(job.jobId(), polls, 1, fault);
  }

  /**
   * Injects a fault into a share of all later polls, from 0 to 1, chosen at random but the same in
   * every run. Shares of several faults add up.
   */
  public void injectRandomly(double share, Fault fault) {
    service.inject(null, Integer.MAX_VALUE, share, fault);
  }

  /** Removes all injected faults that have not occurred yet. */
  public void clearFaults() {
    service.clearFaults();
  }

  /** Accepts additional credentials from now on. */
  public void accept(Credentials added) {
    accepted.add(requireNonNull(added, "added"));
  }

  /** Refuses these credentials from now on, with status 401. */
  public void revoke(Credentials revoked) {
    accepted.remove(requireNonNull(revoked, "revoked"));
  }

  /** The number of requests for this job, including those refused or answered with a fault. */
  public int polls(JobRef job) {
    return service.polls(job.jobId());
  }

  /** The latest 10,000 requests, oldest first. A request is listed before its response is sent. */
  public List<ReceivedPoll> received() {
    return service.latestPolls();
  }

  /** Frees the port and closes all connections at once; responses in progress are cut off. */
  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "SimulatedJobs[" + endpoint() + "]";
  }

  /** Builds and starts a {@link SimulatedJobs}. Not thread-safe. */
  public static final class Builder {
    final Set<Credentials> credentials = new LinkedHashSet<>();
    Clock clock = Clock.systemUTC();
    Duration clockSkew = Duration.ZERO;
    double timeScale = 1;
    Duration retention = Duration.ofDays(1); // as documented for ECS
    double quota = Double.POSITIVE_INFINITY;

    private Builder() {}

    /** Accepts these credentials; can be called repeatedly. Defaults to an invented access key. */
    public Builder credentials(Credentials accepted) {
      credentials.add(requireNonNull(accepted, "accepted"));
      return this;
    }

    /**
     * The speed of jobs, more than 0: with 60, a job of ten minutes takes ten seconds, also by its
     * times. Defaults to 1.
     */
    public Builder timeScale(double factor) {
      timeScale = positive("timeScale", factor);
      return this;
    }

    /**
     * The clock of jobs, quotas and times in bodies, which start at the machine's time: {@code
     * Date} and the age of signatures follow that. The clock of a {@link VirtualTime}, which the
     * client needs too, is used for all. Defaults to the system's.
     */
    public Builder clock(Clock ticking) {
      clock = requireNonNull(ticking, "ticking");
      return this;
    }

    /**
     * How far the clock that checks the age of signatures is ahead of {@code Date}; negative if it
     * is behind. Defaults to zero.
     */
    public Builder clockSkew(Duration ahead) {
      clockSkew = requireNonNull(ahead, "ahead");
      return this;
    }

    /**
     * The polls per second of each project, more than 0, with bursts of one second's worth; others
     * get status 429 with {@code APIGW.0308}. Unlimited by default.
     */
    public Builder quota(double pollsPerSecond) {
      quota = positive("quota", pollsPerSecond);
      return this;
    }

    /** How long a job can be polled after its end, in simulated time. Defaults to one day. */
    public Builder retention(Duration length) {
      retention = notNegative("retention", length);
      return this;
    }

    /** Starts the server. */
    public SimulatedJobs start() {
      if (credentials.isEmpty()) {
        credentials.add(
            Credentials.accessKey("SIMULATEDACCESSKEY00", "an-invented-secret-that-opens-nothing"));
      }
      return new SimulatedJobs(this);
    }

    private static double positive(String name, double value) {
      if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(name + " must be positive and finite: " + value);
      }
      return value;
    }
  }
}

package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A job service for tests: an HTTP server on 127.0.0.1 that runs scripted jobs, checks signatures
 * and injects faults.
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
 *
 *   Job done = ecs.waitForCompletion(job);
 *
 *   assertThat(done.ids("server_id")).hasSize(3);
 *   assertThat(cloud.polls(job)).isGreaterThan(2);
 * }
 * }</pre>
 *
 * <b>Paths.</b> {@link SimulatedService} has the paths of each service. A job that is unknown,
 * belongs to another project or is past its retention gives 404 with an error of the service. Any
 * other path, and the path of another service, gives 404 with {@code APIGW.0101}; any other method
 * than GET gives 405.
 *
 * <p><b>Authentication.</b> Requests carry a token or a signature in either form of {@code
 * SDK-HMAC-SHA256}. The response to a wrong signature contains the expected canonical request. A
 * date more than 15 minutes off is refused as expired; see {@link Builder#clockSkew}. Unlike the
 * real gateway, this one does not lock keys.
 *
 * <p><b>Server.</b> The JDK's own: on a module path start with {@code --add-modules
 * jdk.httpserver}. It sets {@code Date} to the machine's time and answers 256 requests at a time.
 * The first simulation sets the system property {@code sun.net.httpserver.nodelay} to {@code true}
 * unless it is set: without it a poll on a kept connection can take 40 ms longer. The JDK reads it
 * before the first {@code HttpServer} of the process. All threads are daemons.
 *
 * <p>Thread-safe.
 */
public final class SimulatedJobs implements AutoCloseable {
  private static final String PROJECT_ID = "5ca1ab1e0ddba11c0ffee00000000001";

  private final Clock clock;
  private final double timeScale;
  private final Credentials credentials;
  private final Authenticator authenticator;
  private final JobService service;
  private final FaultQueue faults = new FaultQueue();
  private final LoopbackServer server;

  private SimulatedJobs(Builder builder) {
    boolean virtual = builder.clock instanceof TimerClock;
    Clock wallClock = virtual ? builder.clock : Clock.systemUTC();
    clock =
        Clock.offset(builder.clock, Duration.between(builder.clock.instant(), wallClock.instant()));
    timeScale = builder.timeScale;
    credentials = builder.credentials.iterator().next();
    authenticator =
        new Authenticator(Clock.offset(wallClock, builder.clockSkew), builder.credentials);
    service = new JobService(clock, authenticator, faults, builder.retention, builder.quota);
    try {
      server = new LoopbackServer(service::respond);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "SimulatedJobs needs the JDK's HTTP server: start with --add-modules jdk.httpserver", e);
    }
  }

  /**
   * Starts a simulation with the defaults of the builder.
   *
   * @throws java.io.UncheckedIOException if no port is free
   */
  public static SimulatedJobs start() {
    return builder().start();
  }

  /** Returns a builder, for another speed, clock, quota or other credentials. */
  public static Builder builder() {
    return new Builder();
  }

  /** The base URL, such as {@code http://127.0.0.1:40123}. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.port();
  }

  /** The project of jobs submitted without a project id. */
  public String projectId() {
    return PROJECT_ID;
  }

  /** Accepted credentials: the first given to the builder, else an invented access key. */
  public Credentials credentials() {
    return credentials;
  }

  /** Starts a job in the project {@link #projectId}. */
  public JobRef submit(SimulatedJob job) {
    return submit(PROJECT_ID, job);
  }

  /**
   * Starts a job.
   *
   * @return the job; with its submission time only if the time scale is at most 1, because a wait
   *     polls a new job after two seconds
   * @throws IllegalArgumentException if {@code projectId} is blank or contains a slash, or the job
   *     has the id of an existing one
   */
  public JobRef submit(String projectId, SimulatedJob job) {
    if (projectId.isBlank() || projectId.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "projectId must not be blank or contain a slash: '" + projectId + "'");
    }
    Instant begin = clock.instant();
    SubmittedJob submitted =
        SubmittedJob.of(projectId, requireNonNull(job, "job"), begin, timeScale);
    service.add(submitted);
    return new JobRef(projectId, submitted.jobId(), timeScale > 1 ? null : begin);
  }

  /**
   * Injects a fault into the next polls of any job. Each poll meets one fault at most, in the order
   * of injection; those of its own job come first.
   *
   * @param polls the number of polls that meet it, 1 or more
   */
  public void inject(int polls, Fault fault) {
    faults.add(null, polls, requireNonNull(fault, "fault"));
  }

  /**
   * Injects a fault into the next polls of one job. Each poll meets one fault at most.
   *
   * @param polls the number of polls that meet it, 1 or more
   */
  public void inject(JobRef job, int polls, Fault fault) {
    faults.add(job.jobId(), polls, requireNonNull(fault, "fault"));
  }

  /**
   * Injects a fault into a share of all later polls, chosen at random but the same in every run.
   * Shares of several faults add up. Faults injected by number come first.
   *
   * @param share from 0 to 1; the sum of all shares must not exceed 1
   */
  public void injectRandomly(double share, Fault fault) {
    faults.addRandom(share, requireNonNull(fault, "fault"));
  }

  /** Removes all injected faults that have not occurred yet. */
  public void clearFaults() {
    faults.clear();
  }

  /** Accepts additional credentials from now on. */
  public void accept(Credentials added) {
    authenticator.accept(requireNonNull(added, "added"));
  }

  /** Refuses these credentials from now on, with status 401. */
  public void revoke(Credentials revoked) {
    authenticator.revoke(requireNonNull(revoked, "revoked"));
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
    private final Set<Credentials> credentials = new LinkedHashSet<>();
    private Clock clock = Clock.systemUTC();
    private Duration clockSkew = Duration.ZERO;
    private double timeScale = 1;
    private Duration retention = Duration.ofDays(1); // as documented for ECS
    private double quota = Double.POSITIVE_INFINITY;

    private Builder() {}

    /** Accepts these credentials; can be called repeatedly. Defaults to an invented access key. */
    public Builder credentials(Credentials accepted) {
      credentials.add(requireNonNull(accepted, "accepted"));
      return this;
    }

    /**
     * The speed of jobs: simulated seconds for each second of the clock. With 60, a job of ten
     * minutes takes ten seconds, and its {@code end_time} is ten seconds after its {@code
     * begin_time}. Defaults to 1. Must be positive and finite.
     */
    public Builder timeScale(double factor) {
      if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("timeScale must be positive and finite: " + factor);
      }
      timeScale = factor;
      return this;
    }

    /**
     * The clock of jobs, quotas and times in bodies. Only its progress counts: these times start at
     * the machine's time, which {@code Date} and the age of signatures follow. The clock of a
     * {@link VirtualTime}, which the client needs too, is used for all, as it is. Defaults to the
     * system's.
     */
    public Builder clock(Clock ticking) {
      clock = requireNonNull(ticking, "ticking");
      return this;
    }

    /**
     * How far the clock that checks the age of signatures is ahead of the machine's; negative if
     * behind. The error contains the skewed time, {@code Date} the machine's. Defaults to zero.
     */
    public Builder clockSkew(Duration ahead) {
      clockSkew = requireNonNull(ahead, "ahead");
      return this;
    }

    /**
     * The polls per second that each project may make, with bursts of one second's worth; others
     * get status 429 with {@code APIGW.0308}. Unlimited by default. Must be positive and finite.
     */
    public Builder quota(double pollsPerSecond) {
      if (!(pollsPerSecond > 0 && pollsPerSecond < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("quota must be positive and finite: " + pollsPerSecond);
      }
      quota = pollsPerSecond;
      return this;
    }

    /** How long a job can be polled after its end, in simulated time. Defaults to one day. */
    public Builder retention(Duration length) {
      if (length.isNegative()) {
        throw new IllegalArgumentException("retention must not be negative: " + length);
      }
      retention = length;
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws java.io.UncheckedIOException if no port is free
     */
    public SimulatedJobs start() {
      if (credentials.isEmpty()) {
        credentials.add(
            Credentials.accessKey("SIMULATEDACCESSKEY00", "an-invented-secret-that-opens-nothing"));
      }
      return new SimulatedJobs(this);
    }
  }
}

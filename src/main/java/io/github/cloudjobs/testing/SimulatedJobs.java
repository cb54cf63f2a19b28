package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.TimerClock;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A job service inside your process: an HTTP server on 127.0.0.1 that answers as the clouds do, for
 * jobs that you script. It checks signatures, keeps time, and makes fault on request.
 *
 * <pre>{@code
 * @Test
 * void reportsTheServersItCreated() throws Exception {
 *   try (SimulatedJobs cloud = SimulatedJobs.builder().timeScale(60).start();  // a minute in a second
 *       JobsClient ecs = JobsClient.builder()
 *           .service(JobsService.ECS)
 *           .endpoint(cloud.endpoint())
 *           .credentials(cloud.credentials())
 *           .build()) {
 *     JobRef job = cloud.submit(SimulatedJob.createServer(3));
 *     cloud.inject(job, 2, Fault.unavailable());              // its first two polls: 503
 *
 *     WaitOptions fast = WaitOptions.builder().schedule(PollSchedule.fixed(Duration.ofMillis(10))).build();
 *     Job done = ecs.waitForCompletion(job, fast);
 *
 *     assertThat(done.ids("server_id")).hasSize(3);
 *     assertThat(cloud.polls(job)).isGreaterThan(2);
 *   }
 * }
 * }</pre>
 *
 * It answers {@code GET /v1/{project_id}/jobs/{job_id}}, {@code GET
 * /v1.0/{project_id}/jobs/{job_id}} and {@code GET /v1/cloudimages/job/{job_id}}; {@link
 * SimulatedService} says which job where. A job that is unknown, another project's, or ended longer
 * ago than the retention is a 404 of the service; any other path, or a job asked for at another
 * service's path, a 404 {@code APIGW.0101}; any other method a 405.
 *
 * <p>A poll is signed as for the real gateway (both forms of {@code SDK-HMAC-SHA256}, temporary
 * keys) or carries a token. A wrong signature is refused together with the canonical request that
 * would have been right, a date more than 15 minutes off the gateway's clock as expired; {@link
 * Builder#clockSkew} says how that clock goes. A key is not locked after repeated failures, as the
 * real gateway would do.
 *
 * <p>The server is the JDK's own, of the module {@code jdk.httpserver}: on a module path start with
 * {@code --add-modules jdk.httpserver}; on a class path it is there. {@code Date} is always the
 * machine's time, since that server writes it. The first simulation sets the system property {@code
 * sun.net.httpserver.nodelay} to {@code true} unless it is set: without it a poll on a kept
 * connection can take 40 ms longer. The JDK reads it once, so a program that has made an {@code
 * HttpServer} before, without it, keeps that delay.
 *
 * <p>Thread-safe. All its threads are daemons. At most 256 requests are answered at a time, more
 * wait. An idle connection is closed after 30 s, or after its answer if 200 others are idle: the
 * JDK's defaults.
 */
public final class SimulatedJobs implements AutoCloseable {
  private static final String PROJECT_ID = "5ca1ab1e0ddba11c0ffee00000000001";

  private final Clock clock;
  private final double timeScale;
  private final Credentials credentials;
  private final Gatekeeper gatekeeper;
  private final JobStore jobs;
  private final FaultQueue faults = new FaultQueue();
  private final ReceivedPolls received = new ReceivedPolls();
  private final LoopbackServer server;

  private SimulatedJobs(Builder builder) {
    boolean virtual = builder.clock instanceof TimerClock;
    Clock machine = virtual ? builder.clock : builder.machine;
    clock =
        Clock.offset(builder.clock, Duration.between(builder.clock.instant(), machine.instant()));
    timeScale = builder.timeScale;
    credentials = builder.credentials.iterator().next();
    gatekeeper = new Gatekeeper(Clock.offset(machine, builder.clockSkew), builder.credentials);
    jobs = new JobStore(builder.retention);
    double quota = builder.quota;
    JobService service =
        new JobService(
            clock, gatekeeper, jobs, faults, received, quota == 0 ? null : new Quotas(quota));
    try {
      server = LoopbackServer.start(service::answer);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "SimulatedJobs needs the JDK's HTTP server: start with --add-modules jdk.httpserver", e);
    }
  }

  /**
   * Starts one as {@link #builder} makes it by default.
   *
   * @throws java.io.UncheckedIOException if there is no free port
   */
  public static SimulatedJobs start() {
    return builder().start();
  }

  /** Begins one that is to differ from the default. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where it listens, such as {@code http://127.0.0.1:40123}. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.port();
  }

  /** The project of the jobs that are submitted without one. */
  public String projectId() {
    return PROJECT_ID;
  }

  /** Credentials that it accepts: the first that the builder was given, else an invented key. */
  public Credentials credentials() {
    return credentials;
  }

  /** Begins a job now, in the project {@link #projectId}. */
  public JobRef submit(SimulatedJob job) {
    return submit(PROJECT_ID, job);
  }

  /**
   * Begins a job now.
   *
   * @return the job; it tells when it was submitted only if time does not run faster here, because
   *     a wait gives a fresh job two seconds before it polls
   * @throws IllegalArgumentException if {@code projectId} is blank or holds a slash, or the script
   *     gives an id that another job has
   */
  public JobRef submit(String projectId, SimulatedJob job) {
    if (projectId.isBlank() || projectId.indexOf('/') >= 0) {
      throw new IllegalArgumentException("no project can have this id: '" + projectId + "'");
    }
    Timeline timeline = new Timeline(clock.instant(), timeScale);
    SubmittedJob submitted = jobs.add(projectId, requireNonNull(job, "job"), timeline);
    return new JobRef(projectId, submitted.jobId(), timeScale > 1 ? null : timeline.begin());
  }

  /**
   * Makes fault for the next polls of any job. FaultQueue come in the order in which they were
   * asked for, one per poll; a job's own come first.
   *
   * @param polls 1 or more
   */
  public void inject(int polls, Fault fault) {
    faults.add(null, polls, requireNonNull(fault, "fault"));
  }

  /**
   * Makes fault for the next polls of one job.
   *
   * @param polls 1 or more
   */
  public void inject(JobRef job, int polls, Fault fault) {
    faults.add(job.jobId(), polls, requireNonNull(fault, "fault"));
  }

  /**
   * Makes fault for a share of all polls from now on, drawn at random, the same in every run.
   * Several faults add up; each poll meets one at most, and first those that were asked for by
   * number.
   *
   * @param share from 0 to 1, together with the others
   */
  public void injectRandomly(double share, Fault fault) {
    faults.addOften(share, requireNonNull(fault, "fault"));
  }

  /** Forgets all fault that has not come yet. */
  public void clearFaults() {
    faults.clear();
  }

  /** Accepts these credentials from now on too. */
  public void accept(Credentials added) {
    gatekeeper.accept(requireNonNull(added, "added"));
  }

  /** Refuses these credentials from now on. */
  public void revoke(Credentials revoked) {
    gatekeeper.revoke(requireNonNull(revoked, "revoked"));
  }

  /** How many requests asked for this job, refused and faultd ones included. */
  public int polls(JobRef job) {
    return received.of(job.jobId());
  }

  /**
   * The latest 10,000 requests, the oldest first. A request is in it before it is answered; what is
   * not HTTP never is.
   */
  public List<ReceivedPoll> received() {
    return received.latest();
  }

  /**
   * Stops listening, frees the port and closes all connections. Waits for no answer: one that is
   * under way is broken off.
   */
  @Override
  public void close() {
    server.close();
  }

  /** Names the endpoint. */
  @Override
  public String toString() {
    return "SimulatedJobs[" + endpoint() + "]";
  }

  /** Says how a {@link SimulatedJobs} is to be. Not thread-safe. */
  public static final class Builder {
    private static final Duration DEFAULT_RETENTION = Duration.ofDays(1);

    private final Set<Credentials> credentials = new LinkedHashSet<>();
    private Clock machine = Clock.systemUTC();
    private Clock clock = Clock.systemUTC();
    private Duration clockSkew = Duration.ZERO;
    private double timeScale = 1;
    private Duration retention = DEFAULT_RETENTION;
    private double quota; // zero for none

    private Builder() {}

    /** Accepts these; may be called several times. Defaults to one invented access key. */
    public Builder credentials(Credentials accepted) {
      credentials.add(requireNonNull(accepted, "accepted"));
      return this;
    }

    /**
     * How many seconds of its script a job lives through in one second of the clock. Defaults to 1;
     * with 60, a job of ten minutes takes ten seconds. The clock itself goes on as ever: the job's
     * {@code end_time} is ten seconds after its {@code begin_time}.
     *
     * @param factor positive and finite
     */
    public Builder timeScale(double factor) {
      if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("timeScale must be positive and finite: " + factor);
      }
      timeScale = factor;
      return this;
    }

    /**
     * Says how much time has passed since the start: what jobs, their retention and the times in
     * bodies go by. The time of the start itself is always the machine's, so that these times agree
     * with {@code Date}; what the clock shows then does not matter. The age of signatures goes by
     * {@link #clockSkew} instead. A test that sets it need not wait for anything. The clock of a
     * {@link VirtualTime} rules both: give it to the client too. Defaults to the system's.
     */
    public Builder clock(Clock ticking) {
      clock = requireNonNull(ticking, "ticking");
      return this;
    }

    /**
     * How far the gateway's clock, which the age of signatures goes by, is ahead of the machine's;
     * negative if it is behind. More than 15 minutes either way, and what is signed with the
     * machine's time is refused as expired, in a text that names the gateway's time; {@code Date}
     * goes on naming the machine's. Defaults to zero.
     */
    public Builder clockSkew(Duration ahead) {
      clockSkew = requireNonNull(ahead, "ahead");
      return this;
    }

    Builder machine(Clock wall) { // for tests: stands in for the machine's clock, except in Date
      machine = wall;
      return this;
    }

    /**
     * How many polls per second of one project it lets through, and as many at once after a pause;
     * others are refused with 429 {@code APIGW.0308}. By default it refuses none.
     *
     * @param pollsPerSecond more than 0, finite
     */
    public Builder quota(double pollsPerSecond) {
      if (!(pollsPerSecond > 0 && pollsPerSecond < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "quota must be more than 0 and finite: " + pollsPerSecond);
      }
      quota = pollsPerSecond;
      return this;
    }

    /**
     * How long after its end a job can be asked for, in its script's time. Defaults to one day, as
     * documented of ECS.
     *
     * @param length zero or more; zero forgets a job the moment it ends
     */
    public Builder retention(Duration length) {
      if (length.isNegative()) {
        throw new IllegalArgumentException("retention must not be negative: " + length);
      }
      retention = length;
      return this;
    }

    /**
     * Starts it.
     *
     * @throws java.io.UncheckedIOException if there is no free port
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

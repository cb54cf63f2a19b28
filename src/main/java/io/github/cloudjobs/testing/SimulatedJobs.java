package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.SimulatedJob.notNegative;
import static io.github.cloudjobs.testing.SimulatedJob.segment;
import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.engine.WaitTimer.TimerClock;
import io.github.cloudjobs.model.JobRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

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
  private static final int MOST_POLLS = 10_000; // a load test must not fill the heap

  private final Set<Credentials> accepted = ConcurrentHashMap.newKeySet();
  private final Credentials credentials;
  private final Authenticator authenticator;
  private final Clock clock;
  private final double timeScale;
  private final Duration retention;
  private final Duration quotaOfPoll;
  private final Duration burst;
  private final LoopbackServer server;

  private final Map<String, SubmittedJob> jobs = new ConcurrentHashMap<>(); // sub-jobs too

  // Guarded by injected.
  private final List<Injected> injected = new ArrayList<>();
  private final Map<String, Integer> pollsByJob = new HashMap<>();
  private final Deque<ReceivedPoll> latestPolls = new ArrayDeque<>();
  private final Map<String, Instant> quotaUsedUntil = new HashMap<>(); // by project
  private final Random random = new Random(1); // the same in every run

  /** A fault of a share of the next polls of a job; of any job if the id is null. */
  private record Injected(@Nullable String jobId, double share, Fault fault, AtomicInteger polls) {}

  private SimulatedJobs(Builder builder) {
    credentials = builder.credentials.iterator().next();
    accepted.addAll(builder.credentials);
    Clock ticking = builder.clock;
    Clock wallClock = ticking instanceof TimerClock ? ticking : Clock.systemUTC();
    clock = Clock.offset(ticking, Duration.between(ticking.instant(), wallClock.instant()));
    authenticator = new Authenticator(Clock.offset(wallClock, builder.clockSkew), accepted);
    timeScale = builder.timeScale;
    retention = builder.retention;
    quotaOfPoll = Duration.ofNanos((long) (1e9 / builder.quota));
    burst = builder.quota < 1 ? quotaOfPoll : Duration.ofSeconds(1);
    try {
      server = new LoopbackServer(this);
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
    Instant begin = clock.instant();
    SubmittedJob submitted =
        new SubmittedJob(segment("projectId", projectId), job, begin, timeScale);
    Map<String, SubmittedJob> added = new HashMap<>();
    synchronized (jobs) {
      for (SubmittedJob each : submitted.withSubJobs()) {
        if (jobs.containsKey(each.jobId) || added.put(each.jobId, each) != null) {
          throw new IllegalArgumentException("there is already a job " + each.jobId);
        }
      }
      jobs.putAll(added);
    }
    return new JobRef(projectId, submitted.jobId, timeScale > 1 ? null : begin);
  }

  /**
   * Injects a fault into a number of next polls of any job, 1 or more. Each poll meets one fault at
   * most: the first injected of those that are left.
   */
  public void inject(int polls, Fault fault) {
    inject(null, polls, 1, fault);
  }

  /** Injects a fault into the next polls of one job, like {@link #inject(int, Fault)}. */
  public void inject(JobRef job, int polls, Fault fault) {
    inject(job.jobId(), polls, 1, fault);
  }

  /**
   * Injects a fault into a share of all later polls, from 0 to 1, chosen at random but the same in
   * every run. Shares of several faults add up.
   */
  public void injectRandomly(double share, Fault fault) {
    inject(null, Integer.MAX_VALUE, share, fault);
  }

  private void inject(@Nullable String jobId, int polls, double share, Fault fault) {
    requireNonNull(fault, "fault");
    if (polls < 1) {
      throw new IllegalArgumentException("polls must be 1 or more: " + polls);
    } else if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be from 0 to 1: " + share);
    }
    synchronized (injected) {
      injected.add(new Injected(jobId, share, fault, new AtomicInteger(polls)));
    }
  }

  /** Removes all injected faults that have not occurred yet. */
  public void clearFaults() {
    synchronized (injected) {
      injected.clear();
    }
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
    synchronized (injected) {
      return pollsByJob.getOrDefault(job.jobId(), 0);
    }
  }

  /** The latest 10,000 requests, oldest first. A request is listed before its response is sent. */
  public List<ReceivedPoll> received() {
    synchronized (injected) {
      return List.copyOf(latestPolls);
    }
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

  /** Responds: quota, then faults, then authentication, then the job itself. */
  SimulatedResponse respond(String method, Request request) {
    Instant now = clock.instant();
    List<String> path = request.url().pathSegments();
    boolean known = SimulatedService.IMS.serves(path) || SimulatedService.ELB_V1.serves(path);
    String jobId = known ? path.get(3) : null;
    SimulatedResponse response;
    if (jobId == null) {
      response = SimulatedResponse.noSuchApi();
    } else if (method.equals("GET")) {
      response = poll(path, request, now);
    } else {
      String message = "A job is requested with GET, not " + method;
      response =
          SimulatedResponse.serviceError(405, "SIM.0405", message).withHeader("Allow", "GET");
    }
    String encoded = request.url().encodedPath();
    synchronized (injected) {
      if (latestPolls.size() == MOST_POLLS) {
        latestPolls.remove();
      }
      latestPolls.add(new ReceivedPoll(now, method, encoded, jobId, response.status));
      if (jobId != null) {
        pollsByJob.put(jobId, pollsByJob.getOrDefault(jobId, 0) + 1);
      }
    }
    return response;
  }

  private SimulatedResponse poll(List<String> path, Request request, Instant now) {
    String jobId = path.get(3);
    Fault fault = nextFault(path.get(1), jobId, now);
    if (fault == Fault.VANISHED) {
      jobs.remove(jobId);
    }
    SubmittedJob job = jobs.get(jobId);
    SimulatedResponse response = authenticator.check(request);
    if (response == null) {
      response = job == null ? SimulatedResponse.noSuchJob() : job.responseAt(now, path, retention);
    }
    return fault == null ? response : fault.applyTo(response);
  }

  private @Nullable Fault nextFault(String projectId, String jobId, Instant now) {
    synchronized (injected) {
      // Each poll uses a part of a second; one in any case, or a second's worth, may burst.
      Instant used = quotaUsedUntil.getOrDefault(projectId, now);
      Instant next = (used.isBefore(now) ? now : used).plus(quotaOfPoll);
      if (next.isAfter(now.plus(burst))) {
        return Fault.throttled();
      }
      quotaUsedUntil.put(projectId, next);
      double rest = random.nextDouble();
      for (Injected each : List.copyOf(injected)) {
        if (each.jobId != null && !each.jobId.equals(jobId)) {
          continue;
        }
        rest -= each.share;
        if (rest < 0) {
          if (each.polls.decrementAndGet() == 0) {
            injected.remove(each);
          }
          return each.fault;
        }
      }
      return null;
    }
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

package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.model.JobStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The script of a job: its statuses, entities and sub-jobs over time. Immutable; a script can be
 * submitted any number of times.
 *
 * <p>Four are ready-made. The builder makes others from phases, which follow one another in the
 * order they are added:
 *
 * <pre>{@code
 * SimulatedJob.builder(SimulatedService.ECS, "resizeServer")
 *     .init(Duration.ofSeconds(5))
 *     .running(Duration.ofMinutes(2)) // then SUCCESS
 *     .build();
 * }</pre>
 *
 * All durations are in simulated time; see {@link SimulatedJobs.Builder#timeScale}.
 */
public final class SimulatedJob {
  /** The time of what appears when the job ends. */
  static final Duration AT_END = Duration.ofSeconds(Long.MAX_VALUE);

  final Builder values; // a copy, complete when the constructor returns

  private SimulatedJob(Builder builder) {
    values = new Builder(builder);
    if (values.statuses.isEmpty()) {
      boolean alone = values.subJobs.isEmpty();
      values.statuses.put(Duration.ofSeconds(alone ? 2 : 0), "RUNNING");
      values.length = Duration.ofSeconds(alone ? 30 : 0);
      for (Map.Entry<Duration, SimulatedJob> each : values.subJobs) {
        Duration end = each.getKey().plus(each.getValue().values.length);
        values.length = end.compareTo(values.length) > 0 ? end : values.length;
      }
    }
    if (!values.endless) {
      values.statuses.put(values.length, values.lastStatus);
    }
  }

  /** Returns a builder. */
  public static Builder builder(SimulatedService service, String jobType) {
    return new Builder(requireNonNull(service, "service"), requireNonNull(jobType, "jobType"));
  }

  /**
   * An ECS {@code createServer} job with a {@code createSingleServer} sub-job for each of 1 or more
   * servers. INIT for 2 s, then RUNNING; the n-th sub-job begins at 2 s and succeeds at 20 s + n ·
   * 10 s, when its {@code server_id} appears; SUCCESS 5 s after the last.
   */
  public static SimulatedJob createServer(int servers) {
    return createServer(servers, false);
  }

  /**
   * Like {@link #createServer}, but the last server FAILs because a quota is exceeded, with the
   * cause in an {@code errorcode_message}. The job FAILs 5 s later, with a less specific reason.
   */
  public static SimulatedJob createServerFailing(int servers) {
    return createServer(servers, true);
  }

  private static SimulatedJob createServer(int servers, boolean lastFails) {
    if (servers < 1) {
      throw new IllegalArgumentException("servers must be 1 or more: " + servers);
    }
    Duration init = Duration.ofSeconds(2);
    Builder job = builder(SimulatedService.ECS, "createServer").init(init);
    for (int n = 1; n <= servers; n++) {
      Duration length = Duration.ofSeconds(18 + 10L * n);
      Builder server = builder(SimulatedService.ECS, "createSingleServer").running(length);
      if (lastFails && n == servers) {
        String message =
            "Quota exceeded for instances: Requested %d, but already used 200 of 200 instances";
        server.fails(
            "Ecs.0204",
            "CreateServerWithRootVolumeAndDataVolumeTask-fail: quota exceeded",
            "{\"forbidden\":{\"code\":403,\"message\":\"" + message.formatted(n) + "\"}}");
        job.fails("Ecs.0204", "createServer-fail: 1 of " + servers + " sub-jobs failed");
      } else {
        server.entityAtEnd("server_id", UUID.randomUUID().toString());
      }
      job.subJob(init, server.build());
    }
    return job.running(Duration.ofSeconds(23 + 10L * servers)).build();
  }

  /**
   * An IMS {@code imsNativeExportImageJob}: INIT for 3 s, RUNNING for 3 min with a {@code
   * process_percent}, then SUCCESS. Its {@code image_id} is present from the start.
   */
  public static SimulatedJob exportImage() {
    return builder(SimulatedService.IMS, "imsNativeExportImageJob")
        .init(Duration.ofSeconds(3))
        .running(Duration.ofMinutes(3))
        .processPercent()
        .entity("image_id", UUID.randomUUID().toString())
        .build();
  }

  /**
   * A {@code deleteELB} job of the classic load balancer: INIT for 1 s, RUNNING for 10 s, spelled
   * {@code RUNNIGN} as in its documentation, then SUCCESS. Its {@code elb_id} is present from the
   * start.
   */
  public static SimulatedJob deleteLoadBalancer() {
    return builder(SimulatedService.ELB_V1, "deleteELB")
        .init(Duration.ofSeconds(1))
        .phase("RUNNIGN", Duration.ofSeconds(10))
        .entity("elb_id", SimulatedResponse.newId())
        .build();
  }

  /** The service that runs it, as given to the builder. */
  public SimulatedService service() {
    return values.service;
  }

  /** The {@code job_type}, such as {@code createServer}. */
  public String jobType() {
    return values.jobType;
  }

  boolean endedAt(Duration elapsed) {
    return !values.endless && elapsed.compareTo(values.length) >= 0;
  }

  String statusAt(Duration elapsed) {
    Map.Entry<Duration, String> status = values.statuses.floorEntry(elapsed);
    String text = status == null ? "INIT" : status.getValue();
    return values.spellings.getOrDefault(text, text);
  }

  @Override
  public String toString() {
    String end = values.endless ? " without end" : " of " + values.length;
    return values.service + " " + values.jobType + end;
  }

  static Duration notNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + duration);
    }
    return duration;
  }

  /** Checks a segment of a path. */
  static String segment(String name, String id) {
    if (id.isBlank() || id.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          name + " must not be blank or contain a slash: '" + id + "'");
    }
    return id;
  }

  /** Builds a {@link SimulatedJob}. Negative durations are refused. Not thread-safe. */
  public static final class Builder {
    private final SimulatedService service;
    private final String jobType;
    private final TreeMap<Duration, String> statuses = new TreeMap<>(); // by begin; INIT before
    private final Map<String, String> spellings = new HashMap<>();
    private String lastStatus = "SUCCESS";
    private boolean endless;
    final List<Map.Entry<Duration, SimulatedJob>> subJobs = new ArrayList<>(); // by their begin
    final List<Map.Entry<Duration, ObjectNode>> entities = new ArrayList<>(); // by when they appear
    Duration length = Duration.ZERO;
    @Nullable String errorCode;
    @Nullable String failReason;
    @Nullable String jobId;
    Function<Instant, ?> timeFormat =
        new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT)::format;
    boolean withBeginTime = true;
    boolean withEndTime = true;
    boolean withProcessPercent;

    private Builder(SimulatedService service, String jobType) {
      this.service = service;
      this.jobType = jobType;
    }

    private Builder(Builder other) {
      this(other.service, other.jobType);
      statuses.putAll(other.statuses);
      spellings.putAll(other.spellings);
      lastStatus = other.lastStatus;
      endless = other.endless;
      subJobs.addAll(other.subJobs);
      entities.addAll(other.entities);
      length = other.length;
      errorCode = other.errorCode;
      failReason = other.failReason;
      jobId = other.jobId;
      timeFormat = other.timeFormat;
      withBeginTime = other.withBeginTime;
      withEndTime = other.withEndTime;
      withProcessPercent = other.withProcessPercent;
    }

    /** The id of the job, without a slash. Defaults to a new one for each submission. */
    public Builder jobId(String id) {
      jobId = segment("jobId", id);
      return this;
    }

    /**
     * Adds a phase of INIT. Without any phase a job is INIT for 2 s and RUNNING for 28 s; with
     * sub-jobs it is RUNNING until the last of them ends.
     */
    public Builder init(Duration length) {
      return phase("INIT", length);
    }

    /** Adds a phase of RUNNING. */
    public Builder running(Duration length) {
      return phase("RUNNING", length);
    }

    /** Adds a phase of PENDING_PAYMENT; with {@link #neverEnds}, an order that is never paid. */
    public Builder pendingPayment(Duration length) {
      return phase("PENDING_PAYMENT", length);
    }

    /** Adds a phase of any status, such as {@code ROLLBACKING} or {@code RUNNIGN}; may be empty. */
    public Builder phase(String statusText, Duration length) {
      Duration begin = this.length;
      this.length = begin.plus(notNegative("length", length));
      statuses.put(begin, requireNonNull(statusText, "statusText"));
      return this;
    }

    /** The last phase continues for ever. */
    public Builder neverEnds() {
      endless = true;
      return this;
    }

    /** The job ends in FAIL instead of SUCCESS. */
    public Builder fails(@Nullable String errorCode, @Nullable String failReason) {
      lastStatus = "FAIL";
      this.errorCode = errorCode;
      this.failReason = failReason;
      return this;
    }

    /**
     * The job ends in FAIL, with the cause in {@code entities.errorcode_message} too, such as
     * {@code {"forbidden": {"code": 403, "message": "…"}}}.
     */
    public Builder fails(String errorCode, String failReason, String errorcodeMessage) {
      return fails(errorCode, failReason).entityAtEnd("errorcode_message", errorcodeMessage);
    }

    /** Adds a sub-job that begins together with this job. */
    public Builder subJob(SimulatedJob subJob) {
      return subJob(Duration.ZERO, subJob);
    }

    /**
     * Adds a sub-job that begins {@code offset} after this job; until then it is listed as INIT
     * without a {@code begin_time}. It can be polled by its own id.
     */
    public Builder subJob(Duration offset, SimulatedJob subJob) {
      subJobs.add(Map.entry(notNegative("offset", offset), requireNonNull(subJob, "subJob")));
      return this;
    }

    /** Adds an entry to {@code entities} that is present from the start, as Jackson writes it. */
    public Builder entity(String key, Object value) {
      return entityFrom(Duration.ZERO, key, value);
    }

    /** Adds an entry to {@code entities} that appears {@code from} after the job's begin. */
    public Builder entityFrom(Duration from, String key, Object value) {
      ObjectNode entity = new ObjectMapper().valueToTree(Map.of(key, value));
      entities.add(Map.entry(notNegative("from", from), entity));
      return this;
    }

    /** Adds an entry to {@code entities} that appears when the job ends, in SUCCESS or in FAIL. */
    public Builder entityAtEnd(String key, Object value) {
      return entityFrom(AT_END, key, value);
    }

    /**
     * Writes a status differently: {@code spelling(JobStatus.RUNNING, "RUNNIGN")}. With an unknown
     * text for SUCCESS, a client cannot see that the job has ended.
     */
    public Builder spelling(JobStatus status, String text) {
      spellings.put(status.name(), requireNonNull(text, "text"));
      return this;
    }

    /**
     * How {@code begin_time} and {@code end_time} are written: a text, or a number as from {@code
     * Instant::toEpochMilli}. Defaults to {@code 2016-04-25T20:04:47.591Z}.
     */
    public Builder times(Function<Instant, ?> format) {
      timeFormat = requireNonNull(format, "format");
      return this;
    }

    /** Omits {@code begin_time}. */
    public Builder withoutBeginTime() {
      withBeginTime = false;
      return this;
    }

    /** Leaves {@code end_time} an empty string even after the end, as older IMS jobs do. */
    public Builder withoutEndTime() {
      withEndTime = false;
      return this;
    }

    /**
     * Adds {@code entities.process_percent}: the elapsed fraction of the job, from 0 to 1 with two
     * decimals, until the job ends. The progress path of IMS always has it.
     */
    public Builder processPercent() {
      withProcessPercent = true;
      return this;
    }

    /** Returns the script as set so far; the builder can be used again. */
    public SimulatedJob build() {
      return new SimulatedJob(this);
    }
  }
}

package io.github.cloudjobs.testing;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.testing.SimulatedJob.Ending;
import io.github.cloudjobs.testing.SimulatedJob.Fact;
import io.github.cloudjobs.testing.SimulatedJob.Part;
import io.github.cloudjobs.testing.SimulatedJob.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the script of a {@link SimulatedJob}. Durations are simulated and never negative. Not
 * thread-safe.
 */
public final class SimulatedJobBuilder {
  private static final Duration DEFAULT_INIT = Duration.ofSeconds(2);
  private static final Duration DEFAULT_RUNNING = Duration.ofSeconds(28);

  final SimulatedService service;
  final String jobType;
  @Nullable String jobId;
  private final List<Phase> phases = new ArrayList<>();
  boolean endless;
  Ending ending = new Ending(JobStatus.SUCCESS, null, null);
  final List<Part> subJobs = new ArrayList<>();
  final List<Fact> entities = new ArrayList<>();
  final Map<JobStatus, String> spellings = new EnumMap<>(JobStatus.class);
  TimeFormat timeFormat = TimeFormat.ISO_MILLIS;
  boolean withBeginTime = true;
  boolean withEndTime = true;
  boolean withProcessPercent;

  SimulatedJobBuilder(SimulatedService service, String jobType) {
    this.service = service;
    this.jobType = notBlank("jobType", jobType);
  }

  /**
   * The id to be known by; such a script can be submitted once to a {@link SimulatedJobs}. Defaults
   * to a new one at every submission.
   */
  public SimulatedJobBuilder jobId(String id) {
    if (notBlank("jobId", id).indexOf('/') >= 0) {
      throw new IllegalArgumentException("jobId must not hold a slash: " + id);
    }
    jobId = id;
    return this;
  }

  /**
   * Adds a phase of INIT. A script without any phase is INIT for 2 s and RUNNING for 28 s, or, if
   * it has sub-jobs, RUNNING until the last of them ends.
   */
  public SimulatedJobBuilder init(Duration length) {
    return phase(JobStatus.INIT, JobStatus.INIT.name(), length);
  }

  /** Adds a phase of RUNNING. */
  public SimulatedJobBuilder running(Duration length) {
    return phase(JobStatus.RUNNING, JobStatus.RUNNING.name(), length);
  }

  /** Adds a phase of PENDING_PAYMENT; with {@link #neverEnds}, an order that nobody pays. */
  public SimulatedJobBuilder pendingPayment(Duration length) {
    return phase(JobStatus.PENDING_PAYMENT, JobStatus.PENDING_PAYMENT.name(), length);
  }

  /** Adds a phase of a status of your own, such as {@code ROLLBACKING}; it may be empty. */
  public SimulatedJobBuilder saying(String statusText, Duration length) {
    return phase(JobStatus.UNKNOWN, requireNonNull(statusText, "statusText"), length);
  }

  private SimulatedJobBuilder phase(JobStatus status, String text, Duration length) {
    phases.add(new Phase(status, text, notNegative("length", length)));
    return this;
  }

  /** The last phase goes on for ever. */
  public SimulatedJobBuilder neverEnds() {
    endless = true;
    return this;
  }

  /** Ends in FAIL. Without this it ends in SUCCESS. */
  public SimulatedJobBuilder fails(@Nullable String errorCode, @Nullable String failReason) {
    ending = new Ending(JobStatus.FAIL, errorCode, failReason);
    return this;
  }

  /**
   * Ends in FAIL and names the cause in {@code entities.errorcode_message} too.
   *
   * @param errorcodeMessage text, as ECS has it: JSON inside a string, such as {@code {"forbidden":
   *     {"code": 403, "message": "…"}}}
   */
  public SimulatedJobBuilder fails(String errorCode, String failReason, String errorcodeMessage) {
    return fails(errorCode, failReason).entityAtEnd("errorcode_message", errorcodeMessage);
  }

  /** Adds a sub-job that begins with this job. */
  public SimulatedJobBuilder subJob(SimulatedJob subJob) {
    return subJob(Duration.ZERO, subJob);
  }

  /**
   * Adds a sub-job. It is listed from the start, as INIT without a {@code begin_time} until it
   * begins, and it can be asked for by its own id like any other job. Where it stands in the body
   * is the parent's service's way, whatever its own.
   *
   * @param offset how long after this job it begins
   */
  public SimulatedJobBuilder subJob(Duration offset, SimulatedJob subJob) {
    subJobs.add(new Part(notNegative("offset", offset), requireNonNull(subJob, "subJob")));
    return this;
  }

  /**
   * Adds an entry to {@code entities} that is there from the start.
   *
   * @param value anything that Jackson can write: text, number, list, map, {@code JsonNode}; it is
   *     copied now
   */
  public SimulatedJobBuilder entity(String key, Object value) {
    return entityFrom(Duration.ZERO, key, value);
  }

  /**
   * Adds an entry to {@code entities} that appears after a while.
   *
   * @param from how long after the job's begin
   * @param value as for {@link #entity}
   */
  public SimulatedJobBuilder entityFrom(Duration from, String key, Object value) {
    return fact(notNegative("from", from), key, value);
  }

  /**
   * Adds an entry to {@code entities} that appears when the job ends, well or badly.
   *
   * @param value as for {@link #entity}
   */
  public SimulatedJobBuilder entityAtEnd(String key, Object value) {
    return fact(null, key, value);
  }

  private SimulatedJobBuilder fact(@Nullable Duration from, String key, Object value) {
    JsonNode node = new ObjectMapper().valueToTree(requireNonNull(value, "value"));
    entities.add(new Fact(from, requireNonNull(key, "key"), node.deepCopy()));
    return this;
  }

  /**
   * Spells a status differently wherever it is shown: {@code spelling(JobStatus.RUNNING,
   * "RUNNIGN")}. With a word that nobody knows for SUCCESS the job ends without a client's
   * noticing.
   */
  public SimulatedJobBuilder spelling(JobStatus status, String text) {
    spellings.put(requireNonNull(status, "status"), requireNonNull(text, "text"));
    return this;
  }

  /** How times are written. Defaults to {@link TimeFormat#ISO_MILLIS}. */
  public SimulatedJobBuilder times(TimeFormat format) {
    timeFormat = requireNonNull(format, "format");
    return this;
  }

  /** Leaves {@code begin_time} out. */
  public SimulatedJobBuilder withoutBeginTime() {
    withBeginTime = false;
    return this;
  }

  /** Leaves {@code end_time} an empty text even after the end, as older IMS jobs do. */
  public SimulatedJobBuilder withoutEndTime() {
    withEndTime = false;
    return this;
  }

  /**
   * Shows {@code entities.process_percent}, the part of its life that has passed, between 0 and 1
   * with two decimals, until it ends. IMS's progress path shows it always.
   */
  public SimulatedJobBuilder processPercent() {
    withProcessPercent = true;
    return this;
  }

  /** The finished script. */
  public SimulatedJob build() {
    return new SimulatedJob(this);
  }

  List<Phase> phasesOrDefault() {
    if (!phases.isEmpty()) {
      return List.copyOf(phases);
    }
    Duration lastEnd = subJobs.stream().map(Part::end).max(Comparator.naturalOrder()).orElse(null);
    Phase running = new Phase(JobStatus.RUNNING, JobStatus.RUNNING.name(), DEFAULT_RUNNING);
    return lastEnd == null
        ? List.of(new Phase(JobStatus.INIT, JobStatus.INIT.name(), DEFAULT_INIT), running)
        : List.of(new Phase(running.status(), running.text(), lastEnd));
  }

  private static Duration notNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " must not be negative: " + duration);
    }
    return duration;
  }

  private static String notBlank(String name, String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be blank");
    }
    return text;
  }
}

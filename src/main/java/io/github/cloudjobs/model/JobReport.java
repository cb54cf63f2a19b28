package io.github.cloudjobs.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job or of one of its sub-jobs in one response. Immutable and safe to share between
 * threads; it keeps the body that it was read from, so nothing in a response is lost.
 *
 * <p>Unless stated otherwise, an accessor returns null if the value is absent, null or an empty
 * text. A number or boolean where a text is expected is returned as text, an object or array as its
 * JSON.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/apis_recommended/job_status_management/querying_job_execution_status.html">ECS</a>
 */
public abstract sealed class JobReport permits Job, SubJob {
  private static final Pattern DOCUMENTED =
      Pattern.compile(
          "job_id|job_type|status|begin_time|end_time|error_code|error_msg|fail_reason|entities"
              + "|sub_jobs(_total)?");

  /** The position of a value that is absent or null. */
  static final int ABSENT = -1;

  /** The body, or a string of JSON in it; never modified. */
  private final byte[] document;

  // The positions of the values that a wait needs at each poll; all others are searched for.
  private final int start;
  private final int statusText;
  private final int id;
  private final int jobType;
  private final int beginTime;
  private final int endTime;
  private final int entities;

  /** The {@code id} of a sub-job may take its place, while its parent is read. */
  private int jobId;

  /** Another document if the entities are a string of JSON. */
  private final byte[] entitiesDocument;

  private final List<SubJob> subJobs;

  /** Reads the object at the reader. */
  JobReport(JobReader in) throws IOException {
    document = in.document();
    start = in.position();
    int statusAt = ABSENT;
    int jobIdAt = ABSENT;
    int idAt = ABSENT;
    int typeAt = ABSENT;
    int beginAt = ABSENT;
    int endAt = ABSENT;
    int entitiesAt = ABSENT;
    byte[] entitiesIn = document;
    List<List<SubJob>> inEntities = List.of();
    List<SubJob> atTop = List.of();
    for (String key = in.nextKey(); key != null; key = in.nextKey()) {
      switch (key) {
        case "status" -> statusAt = in.position();
        case "job_id" -> jobIdAt = in.position();
        case "id" -> idAt = in.position();
        case "job_type" -> typeAt = in.position();
        case "begin_time" -> beginAt = in.position();
        case "end_time" -> endAt = in.position();
        case "sub_jobs" -> atTop = in.inner().subJobs();
        case "entities" -> {
          JobReader inner = in.inner();
          entitiesIn = inner.document();
          entitiesAt = inner.position();
          inEntities = inner.entities();
        }
        case "job" -> in.readWrapped(this);
        default -> {}
      }
      in.skipChildren();
    }
    statusText = statusAt;
    jobId = jobIdAt;
    id = idAt;
    jobType = typeAt;
    beginTime = beginAt;
    endTime = endAt;
    entities = entitiesAt;
    entitiesDocument = entitiesIn;
    List<SubJob> joined = List.of();
    for (List<SubJob> list : inEntities) {
      joined = join(joined, list);
    }
    subJobs = List.copyOf(join(joined, atTop));
  }

  /** Joins two lists of sub-jobs; a sub-job that is in both of them is taken once. */
  private List<SubJob> join(List<SubJob> first, List<SubJob> second) {
    for (JobReport subJob : second) {
      subJob.preferIdTo(this);
    }
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    Set<@Nullable String> known = new HashSet<>();
    for (SubJob subJob : first) {
      known.add(subJob.jobId());
    }
    known.remove(null);
    known.remove(jobId()); // some sub-jobs repeat their parent's id, which identifies none
    List<SubJob> joined = new ArrayList<>(first);
    for (SubJob subJob : second) {
      if (!known.contains(subJob.jobId())) {
        joined.add(subJob);
      }
    }
    return joined;
  }

  /** Takes {@code id} for the id of a sub-job whose {@code job_id} is absent or its parent's. */
  private void preferIdTo(JobReport parent) {
    JsonValue own = value(id);
    if (own.isContainer() || own.filledText() == null) {
      return;
    }
    String sent = jobId();
    if (sent == null || sent.equals(parent.jobId())) {
      jobId = id;
    }
  }

  private JsonValue value(int at) {
    return at == ABSENT ? JsonValue.NULL : new JsonValue(document, at);
  }

  final @Nullable String text(String key) {
    JsonValue value = object().get(key);
    return value == null ? null : value.filledText();
  }

  final JsonValue object() {
    return new JsonValue(document, start);
  }

  /** The job's object, or the object around it. */
  JsonValue root() {
    return object();
  }

  /** True for the keys with an accessor. */
  boolean isDocumented(String key) {
    return DOCUMENTED.matcher(key).matches();
  }

  /** The id of the job; for a sub-job its {@code id} if its {@code job_id} is its parent's. */
  public final @Nullable String jobId() {
    return value(jobId).filledText();
  }

  /** The type of the job, such as {@code createServer}. */
  public final @Nullable String jobType() {
    return value(jobType).filledText();
  }

  /** The status; {@link JobStatus#UNKNOWN} if it is absent or not a known word. */
  public final JobStatus status() {
    return JobStatus.of(value(statusText));
  }

  /** The status exactly as sent, an empty text included; null if it is absent or null. */
  public final @Nullable String statusText() {
    return value(statusText).text();
  }

  /** When the job began; null if it is absent or in no known format. */
  public final @Nullable Instant beginTime() {
    return JobTimes.read(beginTimeText());
  }

  /**
   * When the job ended; null if it is absent or in no known format. Some services set it while the
   * job still runs: only {@link #status()} says that a job has ended.
   */
  public final @Nullable Instant endTime() {
    return JobTimes.read(endTimeText());
  }

  /** The begin as sent, like {@link #statusText()}. */
  public final @Nullable String beginTimeText() {
    return value(beginTime).text();
  }

  /** The end as sent, like {@link #statusText()}. */
  public final @Nullable String endTimeText() {
    return value(endTime).text();
  }

  /** The {@code error_code} as sent; {@link #failures()} reads other keys too. */
  public final @Nullable String errorCode() {
    return text("error_code");
  }

  /**
   * The {@code fail_reason}, or else {@code error_msg}; {@link #failures()} reads other keys too.
   */
  public final @Nullable String failReason() {
    String reason = text("fail_reason");
    return reason == null ? text("error_msg") : reason;
  }

  /** The resources of the job; never null, but it may be empty. */
  public final Entities entities() {
    return entities == ABSENT
        ? Entities.NONE
        : new Entities(new JsonValue(entitiesDocument, entities));
  }

  /**
   * The sub-jobs in their order: those of {@code entities.sub_jobs}, of {@code
   * entities.sub_jobs_result} and of {@code sub_jobs}. Unmodifiable; empty if there are none.
   */
  public final List<SubJob> subJobs() {
    return subJobs;
  }

  /** The {@code sub_jobs_total}, but at least the size of {@link #subJobs()}. */
  public final int subJobsTotal() {
    Integer sent = count(entities().value().get("sub_jobs_total"));
    sent = sent == null ? count(object().get("sub_jobs_total")) : sent;
    return sent == null ? subJobs.size() : Math.max(sent, subJobs.size());
  }

  /** The {@link #subJobs()} with status SUCCESS. */
  public final List<SubJob> succeededSubJobs() {
    return subJobs.stream().filter(job -> job.status() == JobStatus.SUCCESS).toList();
  }

  /** The {@link #subJobs()} that are a failure by the rules of {@link #failures()}. */
  public final List<SubJob> failedSubJobs() {
    return subJobs.stream().filter(JobError::hasFailed).toList();
  }

  /**
   * The progress from 0 to 1: IMS's {@code process_percent} in the entities or beside them. A job
   * that has ended may report less than 1. A value above 1 is a percentage.
   */
  public final @Nullable Double progress() {
    String text = entityOrField("process_percent");
    Double number = text == null ? null : number(text.strip().replaceFirst("%$", ""));
    if (text == null || number == null || !(number >= 0 && number <= 100)) {
      return null;
    }
    return text.strip().endsWith("%") || number > 1 ? number / 100 : number;
  }

  private static @Nullable Integer count(@Nullable JsonValue value) {
    String text = value == null ? null : value.text();
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException notACount) {
      return null;
    }
  }

  static @Nullable Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  /** IMS's {@code current_task}, such as {@code CreateImageByInstanceTask}. */
  public final @Nullable String currentTask() {
    return entityOrField("current_task");
  }

  /** IMS's {@code subJobId}: the job that continues the work, which can be polled too. */
  public final @Nullable String subJobId() {
    return entityOrField("subJobId");
  }

  private @Nullable String entityOrField(String key) {
    String entity = entities().string(key);
    return entity != null ? entity : field(key);
  }

  /** Returns the value of a key as {@link Entities} do: null for an object or array. */
  final @Nullable String field(String key) {
    return new Entities(object()).string(key);
  }

  /** The whole report as sent, with the object around it if there is one; a new node each time. */
  public final JsonNode json() {
    return JsonNodes.node(root());
  }

  /**
   * The values of all keys that have no accessor, in order, then those of the object around the
   * job. Unmodifiable, with new nodes at each call.
   */
  public final Map<String, JsonNode> additional() {
    Map<String, JsonValue> values = object().fields();
    values.keySet().removeIf(this::isDocumented);
    JsonValue root = root();
    if (root.start() != start) {
      root.fields().forEach(values::putIfAbsent);
      values.remove("job");
    }
    Map<String, JsonNode> others = new LinkedHashMap<>();
    values.forEach((key, value) -> others.put(key, JsonNodes.node(value)));
    return Collections.unmodifiableMap(others);
  }

  /**
   * The failures of this job and all its sub-jobs, a parent before its children; empty if nothing
   * failed. A job is a failure if its status is FAIL, or if it has not succeeded and reports an
   * error code or reason.
   *
   * <p>Codes are {@code error_code}, {@code failed_code} and {@code job_error_code}. Reasons are
   * {@code fail_reason}, {@code error_msg}, {@code error_message} and {@code failed_detail}. Both
   * are also read from {@code job_execute_info} and {@code error} and, if the status is FAIL, from
   * {@code code} and {@code message} of a sub-job and from the entities. A {@code 0} is neither.
   */
  public final List<JobFailure> failures() {
    List<JobFailure> failures = new ArrayList<>();
    for (JobReport report : tree()) {
      JobFailure failure = JobError.failure(report);
      if (failure != null) {
        failures.add(failure);
      }
    }
    return Collections.unmodifiableList(failures);
  }

  /** Returns this report and all below it, depth first. */
  final List<JobReport> tree() {
    List<JobReport> tree = new ArrayList<>();
    tree.add(this);
    for (SubJob subJob : subJobs) {
      tree.addAll(subJob.tree());
    }
    return tree;
  }

  /**
   * The ids under a key in the entities of this job and of its sub-jobs, depth first, each once.
   * The key may be in nested objects and arrays; its value may be a text, a number or an array of
   * them.
   */
  public final List<String> ids(String key) {
    return ResourceIds.of(tree(), key).getOrDefault(key, List.of());
  }

  /**
   * The resources in the entities of this job and of its sub-jobs, ids by key, each once: what a
   * clean-up after a failed job has to look at. The keys are all that end in {@code _id} or {@code
   * _ids}, also in the objects of an array; {@code elb.id} is under {@code elb_id}. Left out are
   * ids of projects, tenants, domains, users, jobs, requests, orders and products.
   *
   * <p>A job also names resources that it did not create: one that attaches a volume names the
   * volume and the server. Unmodifiable.
   */
  public final Map<String, List<String>> resourceIds() {
    return ResourceIds.of(tree(), null);
  }

  /**
   * A tree of the job and its sub-jobs for people: status, duration, ids and reasons. If a parent
   * has more than fifty sub-jobs, at most fifty that have not succeeded are shown, failed ones
   * first, and the others are counted. Safe to print; the layout may change.
   */
  public final String describe() {
    return JobDescription.of(this);
  }

  /** True for a report of the same kind with equal JSON, whatever the white space. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof JobReport that
        && getClass() == that.getClass()
        && json().equals(that.json());
  }

  @Override
  public final int hashCode() {
    return json().hashCode();
  }

  /** One short line, safe to print. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + JobDescription.headline(this) + "]";
  }
}

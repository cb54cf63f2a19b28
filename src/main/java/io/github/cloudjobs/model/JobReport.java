package io.github.cloudjobs.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a service says about a job or one of its sub-jobs. Immutable and safe to share between
 * threads; it keeps the body it was read from, so that nothing the service said is lost.
 *
 * <p>Where a service leaves a value out, sends null or an empty text, the accessor returns null,
 * except where it says otherwise. A number or truth value where a text is expected reads as its
 * text, an object or array as its JSON.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/apis_recommended/job_status_management/querying_job_execution_status.html">ECS</a>
 */
public abstract sealed class JobReport permits Job, SubJob {
  private static final Set<String> ALWAYS_GIVEN =
      Set.of(
          "job_id",
          "job_type",
          "status",
          "begin_time",
          "end_time",
          "error_code",
          "fail_reason",
          "entities");

  private final JsonBytes source;
  private final int start;
  private final JobStatus status;
  private final int statusText;
  private final int jobId;
  private final int jobType;
  private final int beginTime;
  private final int endTime;
  private final int errorCode;
  private final int failReason;
  private final JsonBytes entitiesSource;
  private final int entitiesStart;
  private final List<SubJob> subJobs;
  private final int subJobsTotal;
  private final boolean errorMsgGiven;
  private final boolean subJobsGiven;
  private final boolean totalGiven;

  JobReport(ReportFields found) {
    source = found.source;
    start = found.start;
    status = found.status;
    statusText = found.statusText;
    jobId = found.jobId;
    jobType = found.jobType;
    beginTime = found.beginTime;
    endTime = found.endTime;
    errorCode = found.errorCode;
    errorMsgGiven = found.errorMsgIsTheReason();
    failReason = errorMsgGiven ? found.errorMsg : found.failReason;
    entitiesSource = found.entitiesSource;
    entitiesStart = found.entitiesStart;
    subJobs = found.subJobs();
    subJobsGiven = found.givesAllAtTop(subJobs);
    totalGiven = found.totalInEntities < 0 && found.totalAtTop >= subJobs.size();
    int total = found.totalInEntities < 0 ? found.totalAtTop : found.totalInEntities;
    subJobsTotal = Math.max(total, subJobs.size());
  }

  /**
   * The service's id of the job; 32 hexadecimal digits as a rule, but any text may be. A sub-job's
   * is its {@code id} if its {@code job_id} is missing or that of its parent.
   */
  public final @Nullable String jobId() {
    return source.filledText(jobId);
  }

  /** What the job does, such as {@code createServer}. */
  public final @Nullable String jobType() {
    return source.filledText(jobType);
  }

  /** How the job stands; {@link JobStatus#UNKNOWN} if the service does not say it readably. */
  public final JobStatus status() {
    return status;
  }

  /** The status exactly as sent, an empty one too; null if it is absent or null. */
  public final @Nullable String statusText() {
    return source.text(statusText);
  }

  /** When the job began; null if the service does not say it readably. */
  public final @Nullable Instant beginTime() {
    return JobTimes.read(beginTimeText());
  }

  /**
   * When the job ended; null if the service does not say it readably. Some set it while the job
   * still runs: only {@link #status()} says that it has ended.
   */
  public final @Nullable Instant endTime() {
    return JobTimes.read(endTimeText());
  }

  /** The begin exactly as sent, an empty text too; null if it is absent or null. */
  public final @Nullable String beginTimeText() {
    return source.text(beginTime);
  }

  /** The end exactly as sent, an empty text too; null if it is absent or null. */
  public final @Nullable String endTimeText() {
    return source.text(endTime);
  }

  /**
   * The code of the error that the job met, such as {@code Ecs.0204}, from {@code error_code} as
   * sent. {@link #failures()} knows the other names, and that {@code 0} is no error.
   */
  public final @Nullable String errorCode() {
    return source.filledText(errorCode);
  }

  /**
   * Why the job failed, from {@code fail_reason} or else {@code error_msg}; as sent. {@link
   * #failures()} knows the other names.
   */
  public final @Nullable String failReason() {
    return source.filledText(failReason);
  }

  /** What the job worked on; never null, but it may be empty. */
  public final Entities entities() {
    return entitiesStart == JsonBytes.ABSENT
        ? Entities.NONE
        : new Entities(entitiesSource, entitiesStart);
  }

  /**
   * The sub-jobs in the order in which they are listed: those of {@code entities.sub_jobs}, of
   * {@code entities.sub_jobs_result} and of the top level's {@code sub_jobs}. Unmodifiable; empty
   * if there are none.
   */
  public final List<SubJob> subJobs() {
    return subJobs;
  }

  /**
   * How many sub-jobs there are, as the service counts them in {@code sub_jobs_total}; never less
   * than {@link #subJobs()} has, and that many if the service does not count.
   */
  public final int subJobsTotal() {
    return subJobsTotal;
  }

  /**
   * The members of a batch that ended well: the sub-jobs, not theirs in turn, with status SUCCESS.
   * Unmodifiable.
   */
  public final List<SubJob> succeededSubJobs() {
    return subJobs.stream().filter(job -> job.status() == JobStatus.SUCCESS).toList();
  }

  /**
   * The members of a batch that failed: the sub-jobs, not theirs in turn, that {@link #failures()}
   * counts. Those in neither list are still under way. Unmodifiable.
   */
  public final List<SubJob> failedSubJobs() {
    return subJobs.stream().filter(JobFailures::hasFailed).toList();
  }

  /**
   * How far the job says it is, from 0 to 1: {@code process_percent} of IMS, in the entities or
   * beside them. It is told as it came: a job that has ended may say less than 1. A value above 1
   * is taken for a percentage; null if there is none from 0 to 100.
   */
  public final @Nullable Double progress() {
    return Progress.read(stated("process_percent"));
  }

  /** {@code current_task} of IMS, such as {@code CreateImageByInstanceTask}: what it is at. */
  public final @Nullable String currentTask() {
    return stated("current_task");
  }

  /** {@code subJobId} of IMS: the job it has handed the work to, which can be asked for too. */
  public final @Nullable String subJobId() {
    return stated("subJobId");
  }

  /** What stands under a key in the entities, or else in the job itself. */
  private @Nullable String stated(String key) {
    String inEntities = entities().string(key);
    return inEntities != null ? inEntities : new Entities(source, start).string(key);
  }

  /**
   * What the job's object, or the object around it, says beside all this: the keys that no accessor
   * gives as they came, in order. A key that both objects have is the job's; the outer one's value
   * is under that key with {@code /} before it. Unmodifiable, with fresh values at each call.
   */
  public final Map<String, JsonNode> additional() {
    return JsonNodes.additional(source, start, givenKeys(), wrapper());
  }

  private Set<String> givenKeys() {
    Set<String> given = new HashSet<>(ALWAYS_GIVEN);
    given.addAll(furtherKeys());
    if (jobId != JsonBytes.ABSENT && jobId == JsonFields.find(source, start, "id")) {
      given.remove("job_id");
      given.add("id");
    }
    if (errorMsgGiven) {
      given.add("error_msg");
    }
    if (subJobsGiven) {
      given.add("sub_jobs");
    }
    if (totalGiven) {
      given.add("sub_jobs_total");
    }
    return given;
  }

  /** The keys that only the subclass gives. */
  abstract Set<String> furtherKeys();

  /** Where the object around this job begins, if there is one. */
  abstract int wrapper();

  /**
   * Every failure from this job down to its last sub-job, a parent before its children; empty if
   * nothing failed. A job that failed counts, and so does one that has not succeeded and reports an
   * error code or a reason.
   *
   * <p>Codes are read from {@code error_code}, {@code failed_code} and {@code job_error_code};
   * {@code 0}, {@code null} and blank texts are none. Reasons are read from {@code fail_reason},
   * {@code error_msg}, {@code error_message} and {@code failed_detail}. Both are read as well from
   * the objects {@code job_execute_info} and {@code error} and, in a job that failed, from {@code
   * code} and {@code message} of a sub-job and from the entities. Unmodifiable.
   */
  public final List<JobFailure> failures() {
    return JobFailures.of(this);
  }

  /**
   * The ids under {@code key} in the entities of this job and then of its sub-jobs, depth first,
   * each once. Found wherever the key stands in the entities, also within other objects and arrays
   * (IMS's {@code results}); a text or number counts, and so does each in an array of them. Empty
   * texts are left out. Unmodifiable.
   */
  public final List<String> ids(String key) {
    return JobIds.of(this, key);
  }

  /**
   * The ids of the resources that this job and its sub-jobs name, by key and each once: what a
   * failed job may have left half made, for a clean-up. {@code volume_id}, {@code server_id},
   * {@code volume_ids} and every other key of the entities that ends in {@code _id} or {@code
   * _ids}, also in the objects of an array there (IMS's {@code results}); {@code elb.id} is under
   * {@code elb_id}. Left out is what is no resource: {@code project_id}, {@code
   * enterprise_project_id}, {@code tenant_id}, {@code domain_id}, {@code user_id}, {@code job_id},
   * {@code sub_job_id}, {@code request_id}, {@code order_id}, {@code product_id} and empty ids.
   *
   * <p>Named is not made: a job that attached a volume names both the volume and the server. {@link
   * #jobType()} tells what was done to them. Unmodifiable.
   */
  public final Map<String, List<String>> resourceIds() {
    return ResourceIds.ofAll(this);
  }

  /**
   * Returns a tree for people to read, of several lines without a line end at the last: the status,
   * duration, ids and reasons of the job and its sub-jobs. Long reasons are wrapped, control
   * characters shown as {@code ?}. Of more than fifty sub-jobs of one parent it shows those that
   * have not succeeded, and counts the others. Each line is safe to print; the layout may change.
   */
  public final String describe() {
    return JobDescription.of(this);
  }

  /** True for a report of the same kind with the same JSON content, however it is laid out. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof JobReport that
        && (this == that || (getClass() == that.getClass() && content().equals(that.content())));
  }

  private JsonNode content() {
    return JsonNodes.node(source, root());
  }

  JsonBytes source() {
    return source;
  }

  int start() {
    return start;
  }

  /** Where the whole of what was read of this job begins: the object around it, if there is one. */
  int root() {
    return wrapper() == JsonBytes.ABSENT ? start : wrapper();
  }

  /** Without a sub-job's id: one that is read alone does not know which id is its parent's. */
  @Override
  public final int hashCode() {
    int name = this instanceof Job ? jobId : jobType;
    return Objects.hash(hashed(name), hashed(statusText), hashed(endTime));
  }

  /** Strings alone: what else is equal may be spelt differently, {@code 1.0} and {@code 1.00}. */
  private @Nullable String hashed(int at) {
    return at != JsonBytes.ABSENT && source.isString(at) ? source.text(at) : null;
  }

  /** One short line, safe to print. */
  @Override
  public final String toString() {
    String kind = getClass().getSimpleName();
    return kind + "[" + JobDescription.headline(this) + "]";
  }
}

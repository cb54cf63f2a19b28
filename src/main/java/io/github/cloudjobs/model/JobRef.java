package io.github.cloudjobs.model;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.SafeText;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The address of a job within a service. An id must not be blank, {@code .} or {@code ..}, longer
 * than 1,000 characters, or contain {@code / \ ? # %}, a control character, a line separator or an
 * unpaired surrogate.
 *
 * @param projectId the project of the job
 * @param jobId the job or sub-job
 * @param submittedAt when the job was submitted, which saves a wait its first useless polls; null
 *     if unknown
 */
public record JobRef(String projectId, String jobId, @Nullable Instant submittedAt)
    implements Serializable {
  private static final int MAX_LENGTH = 1_000; // ids have 32 or 36 characters

  private static final int NO_HTTP_STATUS = 0; // fromSubmission only has the body
  private static final int MAX_CODE = 80;

  /**
   * Creates the address of a job.
   *
   * @throws IllegalArgumentException if an id is not allowed; the message names the parameter and
   *     the character
   */
  public JobRef {
    check("projectId", projectId);
    check("jobId", jobId);
  }

  /** Creates the address of a job without a time of submission. */
  public JobRef(String projectId, String jobId) {
    this(projectId, jobId, null);
  }

  /**
   * Reads the response to a submitted request: its {@code job_id}, a text or number, also within an
   * object {@code job}. ELB's {@code uri} is ignored, because ELB does not serve it.
   *
   * @throws JobsServiceException if the body has no job id but an error, a {@code fail_reason} or
   *     an {@code order_id}, which means that this order must be paid first; its {@link
   *     JobsServiceException#statusCode()} is 0
   * @throws MalformedJobException if the body is no JSON object, or has none of these
   */
  public static JobRef fromSubmission(String projectId, String body, Instant submittedAt) {
    check("projectId", projectId);
    requireNonNull(submittedAt, "submittedAt");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Job job = Job.fromJson(body);
    String id = job.jobId();
    if (id == null) {
      throw withoutId(job, bytes);
    }
    boolean container = id.startsWith("{") || id.startsWith("["); // as its JSON
    String problem = container ? "is no text" : problem(id);
    if (problem != null) {
      throw new MalformedJobException("its job_id " + problem, bytes, null);
    }
    return new JobRef(projectId, id, submittedAt);
  }

  private static JobsException withoutId(Job job, byte[] body) {
    ErrorEnvelope envelope = ErrorEnvelope.read(body);
    JobError error = JobError.of(job);
    String code = envelope.code() == null ? error.code : envelope.code();
    String message = envelope.message() == null ? error.reason : envelope.message();
    String reason = job.field("fail_reason"); // the message may be under another key
    if (reason != null && reason.equals(error.reason) && !reason.equals(message)) {
      message += "; " + reason;
    }
    String order = job.field("order_id");
    String advice = null;
    if (message == null && order != null) {
      advice = "order " + SafeText.printable(order, MAX_CODE) + " has to be paid first";
    } else if (message == null && code == null) {
      return new MalformedJobException("it holds no job_id", body, null);
    }
    String requestId = envelope.requestId();
    String text =
        new ErrorEnvelope(code, message, requestId, false).describe("no job was submitted", advice);
    return new JobsServiceException(text, NO_HTTP_STATUS, code, message, requestId, advice);
  }

  private static void check(String parameter, @Nullable String id) {
    String problem = problem(id);
    if (problem != null) {
      throw new IllegalArgumentException(parameter + " " + problem);
    }
  }

  /** Returns the problem with an id; null if it is allowed. */
  private static @Nullable String problem(@Nullable String id) {
    if (id == null) {
      return "must not be null";
    }
    if (id.isBlank()) {
      return "must not be blank" + SafeText.invisibleNote(id);
    }
    if (id.length() > MAX_LENGTH) {
      return "must not be longer than 1,000 characters: it has " + id.length();
    }
    if (id.equals(".") || id.equals("..")) {
      return "must not be '" + id + "'";
    }
    // A Pattern would allocate.
    for (int i = 0; i < id.length(); i = id.offsetByCodePoints(i, 1)) {
      if (isRefused(id.codePointAt(i))) {
        return "must not contain " + SafeText.characterAt(id, i);
      }
    }
    return null;
  }

  /** Refuses what could change the path, control characters, line separators, halves of pairs. */
  private static boolean isRefused(int c) {
    if (Character.isLetterOrDigit(c)) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> "/\\?#%".indexOf(c) >= 0;
    };
  }
}

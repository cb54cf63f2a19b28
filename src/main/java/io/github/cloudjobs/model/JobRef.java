package io.github.cloudjobs.model;

import static java.util.Objects.requireNonNull;

import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One job's address within a service. Neither id may be blank, {@code .} or {@code ..}, longer than
 * 1,000 characters, or hold any of {@code / \ ? # %}, a control character, a line separator or half
 * of a surrogate pair.
 *
 * @param projectId the project that the job belongs to
 * @param jobId the job, or a sub-job: services answer for those too
 * @param submittedAt when the job was submitted, which spares a wait its first futile polls; null
 *     if it is not known
 */
public record JobRef(String projectId, String jobId, @Nullable Instant submittedAt)
    implements Serializable {
  /**
   * Creates a job's address.
   *
   * @throws IllegalArgumentException if an id is null, blank, too long or holds what no id may; the
   *     text names the parameter and the character
   */
  public JobRef {
    Ids.check("projectId", projectId);
    Ids.check("jobId", jobId);
  }

  /** Creates the address of a job of which it is not known when it was submitted. */
  public JobRef(String projectId, String jobId) {
    this(projectId, jobId, null);
  }

  /**
   * Reads the answer to a submitted request: its {@code job_id}, a text or number, also inside an
   * object {@code job}. ELB's {@code uri} is left alone, because ELB does not answer there.
   *
   * @param projectId the project in which the request was submitted
   * @param body the answer, JSON
   * @param submittedAt when it was submitted
   * @throws JobsServiceException if the body holds no job id but an error, in whichever of the
   *     services' envelopes or under {@code fail_reason}: with its code, message and request id; or
   *     only an {@code order_id}, because the order has to be paid first. Its {@link
   *     JobsServiceException#statusCode()} is 0, because the HTTP status is not in a body
   * @throws MalformedJobException if the body is no JSON object, or holds neither of these nor a
   *     usable job id
   * @throws IllegalArgumentException if {@code projectId} is no id
   */
  public static JobRef fromSubmission(String projectId, String body, Instant submittedAt) {
    Ids.check("projectId", projectId);
    requireNonNull(submittedAt, "submittedAt");
    return new JobRef(projectId, SubmitAnswer.jobId(body), submittedAt);
  }
}

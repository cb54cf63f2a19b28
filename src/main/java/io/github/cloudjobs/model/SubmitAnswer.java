package io.github.cloudjobs.model;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.SafeText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the answer to a submitted request, as leniently as that to a query. */
final class SubmitAnswer {
  private static final int NO_HTTP_STATUS = 0; // only the body was handed over
  private static final int LONGEST_CODE = 80;
  private static final int LONGEST_MESSAGE = 500;

  private SubmitAnswer() {}

  /**
   * Returns the id of the job that was submitted.
   *
   * @throws JobsServiceException if the answer reports an error or an unpaid order instead
   * @throws MalformedJobException if no id can be read, or it cannot be asked for
   */
  static String jobId(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Job job = JobReader.read(bytes);
    String id = job.jobId();
    if (id == null) {
      throw withoutId(job, bytes);
    }
    boolean container = id.startsWith("{") || id.startsWith("["); // given as its JSON
    String problem = container ? "is no text" : Ids.problem(id);
    if (problem != null) {
      throw new MalformedJobException("its job_id " + problem, bytes, null);
    }
    return id;
  }

  private static JobsException withoutId(Job job, byte[] body) {
    ErrorEnvelope envelope = ErrorEnvelope.read(body);
    JobError error = JobError.of(job);
    String code = envelope.code() == null ? error.code() : envelope.code();
    String message = message(envelope.message(), job, error);
    String order = new Entities(job.source(), job.start()).string("order_id");
    String advice = null;
    if (message == null && order != null) {
      advice = "order " + SafeText.printable(order, LONGEST_CODE) + " has to be paid first";
    } else if (message == null && code == null) {
      return new MalformedJobException("it holds no job_id", body, null);
    }
    String text = text(code, message, envelope.requestId(), advice);
    return new JobsServiceException(
        text, NO_HTTP_STATUS, code, message, envelope.requestId(), advice);
  }

  /** The envelope's message and the job's reason, where a body has both. */
  private static @Nullable String message(@Nullable String said, Job job, JobError error) {
    String reason = new Entities(job.source(), job.start()).string("fail_reason");
    if (said == null || reason == null || reason.isBlank() || reason.equals(said)) {
      return said == null ? error.reason() : said;
    }
    return said + "; " + reason;
  }

  private static String text(
      @Nullable String code,
      @Nullable String message,
      @Nullable String requestId,
      @Nullable String advice) {
    StringBuilder text = new StringBuilder("no job was submitted");
    if (code != null) {
      text.append(": ").append(SafeText.printable(code, LONGEST_CODE));
    }
    if (message != null) {
      text.append(": ").append(SafeText.printable(message, LONGEST_MESSAGE));
    }
    if (requestId != null) {
      text.append(" (request ").append(SafeText.printable(requestId, LONGEST_CODE)).append(')');
    }
    if (advice != null) {
      text.append("; ").append(advice);
    }
    return text.toString();
  }
}

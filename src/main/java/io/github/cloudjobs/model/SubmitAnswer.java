package io.github.cloudjobs.model;

import io.github.cloudjobs.envelope.ErrorEnvelope;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.nio.charset.StandardCharsets;

/** Reads the answer to a submitted request, as leniently as that to a query. */
final class SubmitAnswer {
  private static final int NO_HTTP_STATUS = 0; // only the body was handed over
  private static final int LONGEST_CODE = 80;
  private static final int LONGEST_MESSAGE = 500;

  private SubmitAnswer() {}

  /**
   * Returns the id of the job that was submitted.
   *
   * @throws JobsServiceException if the answer tells an error instead
   * @throws MalformedJobException if no id can be read, or it cannot be asked for
   */
  static String jobId(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String id = JobReader.read(bytes).jobId();
    if (id == null) {
      throw withoutId(bytes);
    }
    boolean container = id.startsWith("{") || id.startsWith("["); // given as its JSON
    String problem = container ? "is no text" : Ids.problem(id);
    if (problem != null) {
      throw new MalformedJobException("its job_id " + problem, bytes, null);
    }
    return id;
  }

  private static JobsException withoutId(byte[] body) {
    ErrorEnvelope error = ErrorEnvelope.read(body);
    if (error.isEmpty()) {
      return new MalformedJobException("it holds no job_id", body, null);
    }
    return new JobsServiceException(
        text(error), NO_HTTP_STATUS, error.code(), error.message(), error.requestId());
  }

  private static String text(ErrorEnvelope error) {
    StringBuilder text = new StringBuilder("no job was submitted");
    if (error.code() != null) {
      text.append(": ").append(SafeText.printable(error.code(), LONGEST_CODE));
    }
    if (error.message() != null) {
      text.append(": ").append(SafeText.printable(error.message(), LONGEST_MESSAGE));
    }
    if (error.requestId() != null) {
      String id = SafeText.printable(error.requestId(), LONGEST_CODE);
      text.append(" (request ").append(id).append(')');
    }
    return text.toString();
  }
}

package io.github.cloudjobs.model;

import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.text.SafeText;
import java.nio.charset.StandardCharsets;

/** Reads the answer to a submitted request, as leniently as that to a query. */
final class SubmitAnswer {
  private static final int LONGEST_ERROR = 200;

  private SubmitAnswer() {}

  /**
   * Returns the id of the job that was submitted.
   *
   * @throws MalformedJobException if none can be read, or it cannot be asked for
   */
  static String jobId(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String id = JobReader.read(bytes).jobId();
    if (id == null) {
      throw new MalformedJobException("it holds no job_id" + error(body), bytes, null);
    }
    boolean container = id.startsWith("{") || id.startsWith("["); // given as its JSON
    String problem = container ? "is no text" : Ids.problem(id);
    if (problem != null) {
      throw new MalformedJobException("its job_id " + problem, bytes, null);
    }
    return id;
  }

  private static String error(String body) {
    NestedError error = NestedError.quoted(body);
    if (error == null) {
      return "";
    }
    return " but an error: " + SafeText.printable(text(error), LONGEST_ERROR);
  }

  private static String text(NestedError error) {
    return error.code() == null ? "" + error.message() : error.code() + ", " + error.message();
  }
}

package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.text.SafeText;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** The path of a job query, such as {@code /v1/{project_id}/jobs/{job_id}}. */
public record PathTemplate(String text) {
  /** The characters that are percent-encoded. */
  private static final Pattern RESERVED = Pattern.compile("[^A-Za-z0-9._~-]");

  /** Segments that are a placeholder or unreserved characters, but neither {@code .} nor .. */
  private static final Pattern PATH =
      Pattern.compile("(/(\\{job_id}|\\{project_id}|(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+))+");

  static final String JOB = "{job_id}";
  static final String PROJECT = "{project_id}";

  public PathTemplate {
    List<String> segments = List.of(text == null ? new String[0] : text.split("/", -1));
    if (text == null
        || !PATH.matcher(text).matches()
        || Collections.frequency(segments, JOB) != 1
        || Collections.frequency(segments, PROJECT) > 1) {
      throw new IllegalArgumentException(
          "pathTemplate must be '/' and segments of letters, digits and - . _ ~, one of them"
              + " {job_id} and at most one {project_id}: "
              + (text == null ? "null" : SafeText.excerpt(text) + SafeText.invisibleNote(text)));
    }
  }

  /** Encodes everything but letters, digits and {@code - . _ ~}, as the signature does. */
  static String encoded(String id) {
    return RESERVED.matcher(id).find()
        ? URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~")
        : id;
  }
}

package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import java.net.URLEncoder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * The path of a job query, such as {@code /v1/{project_id}/jobs/{job_id}}.
 *
 * @param text the template as given
 */
public record PathTemplate(String text) {
  private static final Pattern RESERVED = Pattern.compile("[^A-Za-z0-9._~-]");
  private static final String JOB = "{job_id}";
  private static final String PROJECT = "{project_id}";

  /**
   * Checks a template.
   *
   * @throws IllegalArgumentException if it does not begin with a slash, does not contain {@code
   *     {job_id}} once, contains {@code {project_id}} twice, or has segments of anything but
   *     letters, digits and {@code - . _ ~}
   */
  public PathTemplate {
    String problem = problemOf(text);
    if (problem != null) {
      throw new IllegalArgumentException(
          "pathTemplate "
              + problem
              + ": "
              + (text == null ? "null" : SafeText.excerpt(text) + SafeText.invisibleNote(text)));
    }
  }

  private static @Nullable String problemOf(@Nullable String text) {
    if (text == null || !text.startsWith("/")) {
      return "must begin with '/'";
    }
    if (count(text, JOB) != 1) {
      return "must hold {job_id} exactly once";
    }
    if (count(text, PROJECT) > 1) {
      return "must hold {project_id} at most once";
    }
    for (String segment : text.substring(1).split("/", -1)) {
      if (segment.equals(JOB) || segment.equals(PROJECT)) {
        continue;
      }
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return "must not hold an empty segment, '.' or '..'";
      }
      Matcher reserved = RESERVED.matcher(segment);
      if (reserved.find()) {
        return "must not hold '" + SafeText.printable(reserved.group(), 2) + "'";
      }
    }
    return null;
  }

  private static int count(String text, String name) {
    int found = 0;
    for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
      found++;
    }
    return found;
  }

  /** Returns the URLs of the jobs at an address: its base path, then this path. */
  JobUrls at(HttpUrl endpoint) {
    String base = endpoint.encodedPath();
    String path = (base.equals("/") ? "" : base) + text;
    List<String> segments = List.of(path.substring(1).split("/", -1));
    HttpUrl pattern = endpoint.newBuilder().encodedPath(path.replaceAll("[{}]", "")).build();
    return new JobUrls(pattern, segments.indexOf(PROJECT), segments.indexOf(JOB));
  }

  /**
   * The URLs of jobs. They are made from a parsed URL, which costs half of parsing each.
   *
   * @param project index of the path segment that holds the project's id; negative if none does
   * @param job index of the path segment that holds the job's id
   */
  record JobUrls(HttpUrl pattern, int project, int job) {
    HttpUrl of(JobRef ref) {
      HttpUrl.Builder url = pattern.newBuilder().setEncodedPathSegment(job, encoded(ref.jobId()));
      if (project >= 0) {
        url.setEncodedPathSegment(project, encoded(ref.projectId()));
      }
      return url.build();
    }
  }

  /** Encodes everything but letters, digits and {@code - . _ ~}, as the signature does. */
  private static String encoded(String id) {
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean usual = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      if (!usual) {
        return URLEncoder.encode(id, UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
      }
    }
    return id;
  }
}

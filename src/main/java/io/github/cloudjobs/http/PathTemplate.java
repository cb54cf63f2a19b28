package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
      String shown = text == null ? "null" : SafeText.excerpt(text) + SafeText.invisibleNote(text);
      throw new IllegalArgumentException("pathTemplate " + problem + ": " + shown);
    }
  }

  private static @Nullable String problemOf(@Nullable String text) {
    if (text == null || !text.startsWith("/")) {
      return "must begin with '/'";
    }
    List<String> parts = List.of(text.substring(1).split("/", -1));
    if (Collections.frequency(parts, JOB) != 1) {
      return "must hold the segment {job_id} exactly once";
    }
    if (Collections.frequency(parts, PROJECT) > 1) {
      return "must hold the segment {project_id} at most once";
    }
    if (parts.contains("") || parts.contains(".") || parts.contains("..")) {
      return "must not hold an empty segment, '.' or '..'";
    }
    String fixed =
        parts.stream()
            .filter(part -> !part.equals(JOB) && !part.equals(PROJECT))
            .collect(Collectors.joining());
    Matcher reserved = RESERVED.matcher(fixed);
    return reserved.find()
        ? "must not hold '" + SafeText.printable(reserved.group(), 2) + "'"
        : null;
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
    return RESERVED.matcher(id).find()
        ? URLEncoder.encode(id, UTF_8).replace("+", "%20").replace("*", "%2A").replace("%7E", "~")
        : id;
  }
}

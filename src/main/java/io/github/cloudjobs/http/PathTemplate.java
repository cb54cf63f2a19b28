package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.model.JobRef;
import io.github.cloudjobs.text.SafeText;
import java.net.URLEncoder;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** The path of a job query, such as {@code /v1/{project_id}/jobs/{job_id}}. */
public record PathTemplate(String text) {
  /** The characters that are percent-encoded. */
  private static final Pattern RESERVED = Pattern.compile("[^A-Za-z0-9._~-]");

  /** Segments that are a placeholder or unreserved characters, but neither {@code .} nor .. */
  private static final Pattern PATH =
      Pattern.compile("(/(\\{job_id}|\\{project_id}|(?!\\.{1,2}(/|$))[A-Za-z0-9._~-]+))+");

  private static final String JOB = "{job_id}";
  private static final String PROJECT = "{project_id}";

  public PathTemplate {
    List<String> segments = segments(text == null ? "" : text);
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

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }

  /** Returns the URLs of the jobs at an address: its base path, then this path. */
  JobUrls at(HttpUrl endpoint) {
    String base = endpoint.encodedPath();
    String path = (base.equals("/") ? "" : base) + text;
    List<String> segments = segments(path.substring(1));
    HttpUrl pattern = endpoint.newBuilder().encodedPath(path.replaceAll("[{}]", "")).build();
    return new JobUrls(pattern, segments.indexOf(PROJECT), segments.indexOf(JOB));
  }

  /**
   * The URLs of jobs. They are made from a parsed URL, which costs half of parsing each, by
   * replacing the segments of the two ids; that of the project is negative if there is none.
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

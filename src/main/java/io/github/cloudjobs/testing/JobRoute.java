package io.github.cloudjobs.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The job that a path asks for. Pure. */
record JobRoute(Door door, @Nullable String projectId, String jobId) {
  /** The paths under which jobs are asked for. */
  enum Door {
    V1,
    V1_0,
    /** IMS's progress query, which names no project. */
    IMS_PROGRESS
  }

  private static final int SEGMENTS = 5; // the first, before the leading slash, is empty

  /** Reads a path as it was sent, without its query; null if it asks for no job. */
  static @Nullable JobRoute of(String rawPath) {
    String[] segments = rawPath.split("/", -1);
    if (segments.length != SEGMENTS || !segments[0].isEmpty()) {
      return null;
    }
    String second = decode(segments[2]);
    String jobId = decode(segments[4]);
    if (second.isEmpty() || jobId.isEmpty()) {
      return null;
    }
    return switch (segments[1] + '/' + segments[3]) {
      case "v1/jobs" -> new JobRoute(Door.V1, second, jobId);
      case "v1.0/jobs" -> new JobRoute(Door.V1_0, second, jobId);
      case "v1/job" ->
          second.equals("cloudimages") ? new JobRoute(Door.IMS_PROGRESS, null, jobId) : null;
      default -> null;
    };
  }

  private static String decode(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException brokenEscape) {
      return segment; // no job has such an id
    }
  }
}

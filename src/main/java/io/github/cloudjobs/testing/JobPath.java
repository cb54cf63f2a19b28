package io.github.cloudjobs.testing;

import java.util.List;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The path of a request for a job, parsed. */
record JobPath(PathKind kind, @Nullable String projectId, String jobId) {
  enum PathKind {
    V1,
    V1_0,
    /** The progress query of IMS, which contains no project id. */
    IMS_PROGRESS
  }

  /** Returns null if the path is not that of a job. */
  static @Nullable JobPath parse(HttpUrl url) {
    List<String> segments = url.pathSegments();
    if (segments.size() != 4 || segments.get(1).isEmpty() || segments.get(3).isEmpty()) {
      return null;
    }
    String second = segments.get(1);
    String jobId = segments.get(3);
    return switch (segments.get(0) + '/' + segments.get(2)) {
      case "v1/jobs" -> new JobPath(PathKind.V1, second, jobId);
      case "v1.0/jobs" -> new JobPath(PathKind.V1_0, second, jobId);
      case "v1/job" ->
          second.equals("cloudimages") ? new JobPath(PathKind.IMS_PROGRESS, null, jobId) : null;
      default -> null;
    };
  }
}

package io.github.cloudjobs.step;

import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.JobsTransportException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.model.Job;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** What polls bring, for tests: jobs and every kind of error. */
public final class PollResults {
  private PollResults() {}

  public static Job job(String status) {
    return Job.fromJson("{\"job_id\":\"j-1\",\"status\":\"" + status + "\"}");
  }

  public static Job job(String status, Instant begin) {
    return Job.fromJson("{\"status\":\"" + status + "\",\"begin_time\":\"" + begin + "\"}");
  }

  public static JobsTransportException lost() {
    return lost(new IOException("connection reset"));
  }

  public static JobsTransportException lost(Throwable cause) {
    return new JobsTransportException("no response", cause);
  }

  public static MalformedJobException malformed() {
    return new MalformedJobException("it is no JSON", "<html>".getBytes(), null);
  }

  public static JobsServiceException http(int status) {
    return http(status, null);
  }

  public static JobsServiceException http(int status, String code) {
    return new JobsServiceException("HTTP " + status, status, code, "it said so", "req-1", null);
  }

  public static JobNotFoundException notFound() {
    return new JobNotFoundException("HTTP 404", 404, "Ecs.0114", null, null);
  }

  public static AuthenticationException unauthorized() {
    return new AuthenticationException(
        "HTTP 401", 401, "APIGW.0301", "Incorrect IAM", "req-1", null);
  }

  public static ThrottledException throttled() {
    return new ThrottledException("HTTP 429", 429, "APIGW.0308", null, null, Duration.ZERO, null);
  }

  /** Not even its text can be read. */
  public static final class Unspeakable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new LinkageError("no text");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new LinkageError("no cause");
    }

    @Override
    public String toString() {
      return getMessage();
    }
  }
}

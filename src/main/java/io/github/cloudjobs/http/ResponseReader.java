package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.http.GzipInterceptor.DamagedGzipException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads a response into a job or into the exception for it.
 *
 * @param maxBodyBytes the largest body that is read, after decompression
 * @param virtual whether time is virtual: then the server's time is not that of the waits
 */
record ResponseReader(int maxBodyBytes, boolean virtual) {
  /** An error envelope is short; a proxy's page may not be. */
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** Read of a body that is too large or cannot be decompressed. */
  private static final int SAMPLE_BYTES = 1024;

  /**
   * Reads a response to its end; the caller closes it.
   *
   * @param now this machine's time, which plausible dates are close to
   * @throws IOException if the body ends early
   */
  PollResult read(Response response, Instant now) throws IOException {
    Instant date = virtual ? null : ResponseTimes.date(response.headers(), now);
    Duration retryAfter = ResponseTimes.retryAfter(response.headers(), now);
    try {
      if (response.isSuccessful()) {
        return new PollResult(readJob(response), null, date, retryAfter);
      }
      return new PollResult(null, readError(response, retryAfter), date, retryAfter);
    } catch (JobsException error) {
      return new PollResult(null, error, date, retryAfter);
    }
  }

  /** Returns the exception for an error response; the body may be missing or cut. */
  JobsException readError(Response response, @Nullable Duration retryAfter) {
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] body = secrets.hide(bytes(beginning(response, MAX_ERROR_BYTES)));
    return ServiceErrors.of(response, ErrorEnvelope.read(body), body, secrets, retryAfter);
  }

  private Job readJob(Response response) throws IOException {
    BufferedSource source = response.body().source();
    String problem = null;
    Throwable cause = null;
    try {
      if (response.body().contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1L)) {
        problem = "larger than the limit of " + maxBodyBytes + " bytes (maxBodyBytes raises it)";
      }
    } catch (DamagedGzipException e) {
      problem = e.getMessage();
      cause = e.getCause();
    }
    long size = source.getBuffer().size(); // that of the text is another if it is not UTF-8
    String text =
        problem == null ? text(source.getBuffer(), response) : beginning(response, SAMPLE_BYTES);
    try {
      if (problem != null) {
        throw new MalformedJobException(problem, bytes(text), cause);
      }
      return job(text, response);
    } catch (MalformedJobException e) {
      Secrets secrets = RequestHeaders.secretsOf(response.request());
      byte[] body = bytes(text);
      byte[] clean = secrets.hide(body);
      long read = problem == null ? size : Math.min(SAMPLE_BYTES, size);
      String type = secrets.hide(response.header("Content-Type"));
      throw e.in(response.code(), type, clean == body ? null : clean, read);
    }
  }

  private static Job job(String text, Response response) {
    Job job = Job.fromJson(text);
    if (job.jobId() != null || job.jobType() != null || job.status() != JobStatus.UNKNOWN) {
      return job;
    }
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] body = secrets.hide(bytes(text));
    ErrorEnvelope envelope = ErrorEnvelope.read(body);
    if (!envelope.isEmpty()) { // services send errors with status 200 too
      throw ServiceErrors.of(response, envelope, body, secrets, null);
    }
    if (job.statusText() == null) {
      throw new MalformedJobException("neither a job id nor a status", bytes(text), null);
    }
    return job;
  }

  /** Returns the beginning of a body, or what was received of it. */
  private static String beginning(Response response, int limit) {
    BufferedSource source = response.body().source();
    Buffer head = new Buffer();
    try {
      source.request(limit);
    } catch (IOException endedEarly) {
      // What was received is enough to describe the response.
    }
    Buffer received = source.getBuffer();
    received.copyTo(head, 0, Math.min(limit, received.size()));
    return text(head, response);
  }

  /**
   * Decodes a body by its byte order mark, else by its label, as OkHttp does. ASCII is read as
   * UTF-8: some services label UTF-8 so. Parsing a label is slow, and most say UTF-8 or nothing.
   */
  private static String text(Buffer body, Response response) {
    String label = String.valueOf(response.header("Content-Type")).toLowerCase(Locale.ROOT);
    boolean isUtf8 = !label.contains("charset") || label.contains("utf-8");
    boolean isAscii = label.contains("us-ascii");
    MediaType type = isUtf8 || isAscii ? null : response.body().contentType();
    try (ResponseBody labelled = ResponseBody.create(body, type, body.size())) {
      return labelled.string();
    } catch (IOException e) {
      throw new AssertionError("in memory", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

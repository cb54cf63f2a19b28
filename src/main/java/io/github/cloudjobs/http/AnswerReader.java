package io.github.cloudjobs.http;

import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes a job, or the error that tells why there is none, of an HTTP answer. Stateless.
 *
 * @param maxBodyBytes the largest body that is read, after decompression
 */
record AnswerReader(int maxBodyBytes) {
  /**
   * Of an error answer this much is looked at: an envelope is short, a proxy's page need not be.
   */
  private static final int ERROR_BODY_BYTES = 64 * 1024;

  /** How much of a body that is too large is shown and counted. */
  private static final int SAMPLE_BYTES = 1024;

  /**
   * Reads an answer to its end; the caller closes it.
   *
   * @param now the wall clock, for a {@code Retry-After} that is a date without a {@code Date}
   *     beside
   * @throws IOException if the body breaks off
   */
  Answer read(Response response, Instant now) throws IOException {
    Instant date = RetryAfter.readDate(response.header("Date"));
    Duration retryAfter =
        RetryAfter.read(response.header("Retry-After"), date == null ? now : date);
    try {
      if (response.isSuccessful()) {
        return new Answer(readJob(response), null, date, retryAfter);
      }
      return new Answer(null, readError(response, retryAfter), date, retryAfter);
    } catch (JobsException error) {
      return new Answer(null, error, date, retryAfter);
    }
  }

  /** Reads an answer that is no success into the error it tells of; its status alone is enough. */
  JobsException readError(Response response, @Nullable Duration retryAfter) {
    byte[] body;
    try {
      body = head(response.body(), ERROR_BODY_BYTES);
    } catch (IOException brokenOff) {
      body = new byte[0];
    }
    return ServiceErrors.of(response, body, retryAfter);
  }

  private Job readJob(Response response) throws IOException {
    String contentType = response.header("Content-Type");
    try {
      byte[] body = toUtf8(whole(response.body()), response.body().contentType());
      Job job = Job.fromJson(body);
      ErrorEnvelope envelope = isJob(job) ? null : ErrorEnvelope.read(body);
      if (envelope == null || (envelope.isEmpty() && job.statusText() != null)) {
        return job;
      }
      if (envelope.isEmpty()) {
        throw new MalformedJobException("neither a job id nor a status", body, null);
      }
      throw ServiceErrors.of(response, body, null);
    } catch (MalformedJobException e) {
      throw e.in(response.code(), contentType);
    }
  }

  /** An answer with neither an id nor a known status may be an error that was sent as a success. */
  private static boolean isJob(Job job) {
    return job.jobId() != null || job.jobType() != null || job.status() != JobStatus.UNKNOWN;
  }

  private byte[] whole(ResponseBody body) throws IOException {
    BufferedSource source = body.source();
    if (body.contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1L)) {
      throw new MalformedJobException(
          "larger than the limit of " + maxBodyBytes + " bytes (maxBodyBytes raises it)",
          head(body, SAMPLE_BYTES),
          null);
    }
    return source.readByteArray();
  }

  private static byte[] head(ResponseBody body, int limit) throws IOException {
    BufferedSource source = body.source();
    source.request(limit);
    return source.readByteArray(Math.min(limit, source.getBuffer().size()));
  }

  /**
   * JSON is UTF-8, whatever its label says; a label with another charset is believed all the same.
   */
  private static byte[] toUtf8(byte[] body, @Nullable MediaType type) {
    Charset charset = type == null ? null : type.charset();
    if (charset == null
        || charset.equals(StandardCharsets.UTF_8)
        || charset.equals(StandardCharsets.US_ASCII)) {
      return body;
    }
    return new String(body, charset).getBytes(StandardCharsets.UTF_8);
  }
}

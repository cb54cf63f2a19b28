package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.http.GzipInterceptor.NotGzipException;
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
    String text = "";
    long read = 0; // bytes; those of the text are more if some were no characters
    try {
      BufferedSource source = response.body().source();
      if (response.body().contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1L)) {
        read = Math.min(SAMPLE_BYTES, source.getBuffer().size());
        text = beginning(response, SAMPLE_BYTES);
        String limit = "larger than the limit of " + maxBodyBytes + " bytes";
        throw new MalformedJobException(limit + " (maxBodyBytes raises it)", bytes(text), null);
      }
      read = source.getBuffer().size();
      text = text(source.getBuffer(), response);
      Job job = Job.fromJson(text);
      if (job.jobId() != null || job.jobType() != null || job.status() != JobStatus.UNKNOWN) {
        return job;
      }
      // Services send errors with status 200 too.
      Secrets secrets = RequestHeaders.secretsOf(response.request());
      byte[] clean = secrets.hide(bytes(text));
      ErrorEnvelope envelope = ErrorEnvelope.read(clean);
      if (!envelope.isEmpty()) {
        throw ServiceErrors.of(response, envelope, clean, secrets, null);
      }
      if (job.statusText() != null) {
        return job;
      }
      throw new MalformedJobException("neither a job id nor a status", bytes(text), null);
    } catch (MalformedJobException e) {
      throw withResponse(e, bytes(text), read, response);
    } catch (NotGzipException e) {
      read = Math.min(SAMPLE_BYTES, response.body().source().getBuffer().size());
      byte[] sample = bytes(beginning(response, SAMPLE_BYTES));
      String problem = String.valueOf(e.getMessage());
      throw withResponse(
          new MalformedJobException(problem, sample, e.getCause()), sample, read, response);
    }
  }

  /** Adds what HTTP said, and hides secrets that the body repeats. */
  private static MalformedJobException withResponse(
      MalformedJobException e, byte[] body, long read, Response response) {
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] clean = secrets.hide(body);
    String type = secrets.hide(response.header("Content-Type"));
    return e.in(response.code(), type, clean == body ? null : clean, read);
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

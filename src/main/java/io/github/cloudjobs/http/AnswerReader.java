package io.github.cloudjobs.http;

import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.http.GzipInterceptor.NotGzipException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
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
   * @param now this machine's time, to compare dates with
   * @throws IOException if the body breaks off
   */
  Answer read(Response response, Instant now) throws IOException {
    Instant date = ResponseTimes.date(response.headers(), now);
    Duration retryAfter = ResponseTimes.retryAfter(response.headers(), now);
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
    ResponseBody body = response.body();
    byte[] head = toUtf8(headOrLess(body, ERROR_BODY_BYTES), body.contentType());
    return ServiceErrors.of(response, head, retryAfter);
  }

  private Job readJob(Response response) throws IOException {
    byte[] body = new byte[0];
    try {
      body = toUtf8(whole(response), response.body().contentType());
      Job job = Job.fromJson(body);
      ErrorEnvelope envelope = isJob(job) ? null : ErrorEnvelope.read(body);
      if (envelope == null || (envelope.isEmpty() && job.statusText() != null)) {
        return job;
      }
      if (envelope.isEmpty()) {
        throw new MalformedJobException("neither a job id nor a status", body, null);
      }
      throw ServiceErrors.of(response, beginning(body), null);
    } catch (MalformedJobException e) {
      throw redacted(e, body, response);
    } catch (NotGzipException e) {
      byte[] head =
          toUtf8(headOrLess(response.body(), SAMPLE_BYTES), response.body().contentType());
      String problem = String.valueOf(e.getMessage());
      throw redacted(new MalformedJobException(problem, head, e.getCause()), head, response);
    }
  }

  private static MalformedJobException redacted(
      MalformedJobException e, byte[] body, Response response) {
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] clean = secrets.hide(body);
    MalformedJobException shown = clean == body ? e : e.showing(clean);
    return shown.in(response.code(), secrets.hide(response.header("Content-Type")));
  }

  private static byte[] beginning(byte[] body) {
    return Arrays.copyOf(body, Math.min(body.length, ERROR_BODY_BYTES));
  }

  /** An answer with neither an id nor a known status may be an error that was sent as a success. */
  private static boolean isJob(Job job) {
    return job.jobId() != null || job.jobType() != null || job.status() != JobStatus.UNKNOWN;
  }

  private byte[] whole(Response response) throws IOException {
    ResponseBody body = response.body();
    BufferedSource source = body.source();
    if (body.contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1L)) {
      throw new MalformedJobException(
          "larger than the limit of " + maxBodyBytes + " bytes (maxBodyBytes raises it)",
          RequestHeaders.secretsOf(response.request())
              .hide(toUtf8(headOrLess(body, SAMPLE_BYTES), body.contentType())),
          null);
    }
    return source.readByteArray();
  }

  /** Reads the beginning of a body, or what came of it before it broke off. */
  private static byte[] headOrLess(ResponseBody body, int limit) {
    BufferedSource source = body.source();
    try {
      source.request(limit);
    } catch (NotGzipException e) {
      if (e.sample().length > 0) {
        return e.sample();
      }
    } catch (IOException brokenOff) {
      // What came is enough to tell of the answer.
    }
    Buffer came = source.getBuffer();
    return came.snapshot((int) Math.min(limit, came.size())).toByteArray();
  }

  /**
   * JSON is UTF-8, whatever its label says; a label with another charset is believed all the same,
   * and so are the zero bytes of UTF-16 without one.
   */
  private static byte[] toUtf8(byte[] body, @Nullable MediaType type) {
    Charset charset = type == null ? null : type.charset();
    if (charset == null && isUtf16(body)) {
      charset = body[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
    }
    if (charset == null
        || charset.equals(StandardCharsets.UTF_8)
        || charset.equals(StandardCharsets.US_ASCII)) {
      return body;
    }
    return new String(body, charset).getBytes(StandardCharsets.UTF_8);
  }

  /** One byte of each of the first two pairs is zero; of UTF-32, both of one pair are. */
  private static boolean isUtf16(byte[] body) {
    return body.length > 3 && (body[0] == 0) != (body[1] == 0) && (body[2] == 0) != (body[3] == 0);
  }
}

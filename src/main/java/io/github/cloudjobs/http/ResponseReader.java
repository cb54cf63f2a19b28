package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.connection.ResponseTimes;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.MalformedJobException;
import io.github.cloudjobs.model.Job;
import io.github.cloudjobs.model.JobStatus;
import io.github.cloudjobs.step.PollResult;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Secrets;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.ZipException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;

/** Reads a response into a job or into the exception for it. */
final class ResponseReader {
  /** An error envelope is short; a proxy's page may not be. */
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  /** The part that is read of a body that is too large or cannot be decompressed. */
  private static final int SAMPLE_BYTES = 1024;

  /** A longer body's array is not kept. */
  private static final int MAX_KEPT_BYTES = 64 * 1024;

  private static final byte[] NONE = {};

  private final int maxBodyBytes;
  private final ServerClock clock;

  /** The array of an earlier body. The next body often has the same length, and jobs copy it. */
  private final AtomicReference<byte[]> spare = new AtomicReference<>(NONE);

  ResponseReader(int maxBodyBytes, ServerClock clock) {
    this.maxBodyBytes = maxBodyBytes;
    this.clock = clock;
  }

  /** Reads a response to its end; throws if the body ends early. The caller closes it. */
  PollResult read(Response response) throws IOException {
    Instant now = clock.local();
    Instant date = clock.isVirtual() ? null : ResponseTimes.date(response.headers(), now);
    Duration retryAfter = ResponseTimes.retryAfter(response.headers(), now);
    try {
      if (response.isSuccessful()) {
        return new PollResult(readJob(response), null, date, retryAfter);
      }
      return new PollResult(null, readError(response), date, retryAfter);
    } catch (JobsException error) {
      return new PollResult(null, error, date, retryAfter);
    }
  }

  /** Returns the exception for an error response; the body may be missing or cut. */
  JobsServiceException readError(Response response) {
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] body = secrets.hide(utf8(beginning(response, MAX_ERROR_BYTES), response));
    ErrorEnvelope envelope = ErrorEnvelope.read(body);
    boolean badSignature =
        response.code() == 401 && response.request().header("X-Sdk-Date") != null;
    String complaint =
        badSignature ? clock.complaint(response.headers(), envelope.message()) : null;
    Duration retryAfter = ResponseTimes.retryAfter(response.headers(), clock.local());
    return ServiceErrors.of(response, envelope, body, secrets, retryAfter, complaint);
  }

  private Job readJob(Response response) throws IOException {
    BufferedSource source = response.body().source();
    String problem = null;
    Throwable cause = null;
    try {
      if (response.body().contentLength() > maxBodyBytes || source.request(maxBodyBytes + 1L)) {
        problem = "larger than the limit of " + maxBodyBytes + " bytes (maxBodyBytes raises it)";
      }
    } catch (ZipException e) {
      problem = e.getMessage();
      cause = e.getCause();
    }
    byte[] body = problem == null ? readAll(source) : beginning(response, SAMPLE_BYTES);
    try {
      if (problem != null) {
        throw new MalformedJobException(problem, utf8(body, response), cause);
      }
      Job job = job(body, response);
      spare.set(body.length <= MAX_KEPT_BYTES ? body : NONE);
      return job;
    } catch (MalformedJobException e) {
      Secrets secrets = RequestHeaders.secretsOf(response.request());
      byte[] text = utf8(body, response);
      byte[] clean = secrets.hide(text);
      String type = secrets.hide(response.header("Content-Type"));
      throw e.in(response.code(), type, clean == text ? null : clean, body.length);
    }
  }

  /** Reads a body that is in the source's buffer. */
  private byte[] readAll(BufferedSource source) throws IOException {
    int size = (int) source.getBuffer().size();
    byte[] earlier = spare.getAndSet(NONE); // each array has one poll
    byte[] body = earlier.length == size ? earlier : new byte[size];
    source.readFully(body);
    return body;
  }

  private static Job job(byte[] body, Response response) {
    Job job = Job.fromJson(isUtf8(response) ? body : utf8(body, response));
    if (job.jobId() != null || job.jobType() != null || job.status() != JobStatus.UNKNOWN) {
      return job;
    }
    Secrets secrets = RequestHeaders.secretsOf(response.request());
    byte[] text = utf8(body, response);
    byte[] clean = secrets.hide(text);
    ErrorEnvelope envelope = ErrorEnvelope.read(clean);
    if (!envelope.isEmpty()) { // services send errors with status 200 too
      throw ServiceErrors.of(response, envelope, clean, secrets, null, null);
    }
    if (job.statusText() == null) {
      throw new MalformedJobException("neither a job id nor a status", text, null);
    }
    return job;
  }

  /** Returns the beginning of a body, or the part of it that was received. */
  private static byte[] beginning(Response response, int limit) {
    BufferedSource source = response.body().source();
    try {
      source.request(limit);
    } catch (IOException endedEarly) {
      // What was received is enough to describe the response.
    }
    Buffer head = new Buffer();
    source.getBuffer().copyTo(head, 0, Math.min(limit, source.getBuffer().size()));
    return head.readByteArray();
  }

  /** True for ASCII too: some services label UTF-8 so. Parsing a label is slow. */
  private static boolean isUtf8(Response response) {
    String label = String.valueOf(response.header("Content-Type")).toLowerCase(Locale.ROOT);
    return !label.contains("charset") || label.contains("utf-8") || label.contains("us-ascii");
  }

  /** Returns a body in UTF-8, decoded by its byte order mark, else by its label. */
  private static byte[] utf8(byte[] body, Response response) {
    if (isUtf8(response)) {
      return SafeText.decode(body).getBytes(UTF_8);
    }
    try (ResponseBody labelled = ResponseBody.create(body, response.body().contentType())) {
      return labelled.string().getBytes(UTF_8);
    } catch (IOException e) {
      throw new AssertionError("in memory", e);
    }
  }
}

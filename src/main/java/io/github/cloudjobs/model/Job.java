package io.github.cloudjobs.model;

import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job as a service last reported it. Immutable and safe to share between threads; serialized as
 * the body it was read from, so that an exception that holds it can travel.
 *
 * @see <a
 *     href="https://docs.otc.t-systems.com/elastic-cloud-server/api-ref/apis_recommended/job_status_management/querying_job_execution_status.html">ECS</a>
 */
public final class Job extends JobReport implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Set<String> FURTHER_KEYS = Set.of("message", "code");

  private final JsonBytes source;
  private final int message;
  private final int code;
  private final int wrapper;

  Job(ReportFields found) {
    super(found);
    source = found.source;
    message = found.message;
    code = found.code;
    wrapper = found.wrapper;
  }

  /**
   * Reads the answer to a job query, leniently: a value of an unexpected type is no error. An
   * object that only wraps a job, {@code {"job": {...}}}, is opened. Of equal keys the last counts.
   *
   * @throws io.github.cloudjobs.error.MalformedJobException if the body is no JSON, its root is no
   *     object, or it is nested deeper than 500 levels or holds a number of more than 1,000 digits
   *     or a key of more than 50,000 characters
   */
  public static Job fromJson(String body) {
    return JobReader.read(body.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the same from bytes, which are copied. UTF-8 is expected, broken sequences are replaced;
   * a byte order mark is passed over, and UTF-16 and UTF-32 are understood.
   *
   * @throws io.github.cloudjobs.error.MalformedJobException as {@link #fromJson(String)} does
   */
  public static Job fromJson(byte[] body) {
    return JobReader.read(body.clone());
  }

  /** What went wrong with the query itself, not with the job: ECS and ELB document it. */
  public @Nullable String message() {
    return source.filledText(message);
  }

  /** The code of what went wrong with the query itself, not with the job. */
  public @Nullable String code() {
    return source.filledText(code);
  }

  private Object writeReplace() {
    return new Body(new String(source.bytes(), StandardCharsets.UTF_8));
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a job is written as its body");
  }

  /** What a job is written as. */
  private record Body(String json) implements Serializable {
    private Object readResolve() {
      return fromJson(json);
    }
  }

  @Override
  Set<String> furtherKeys() {
    return FURTHER_KEYS;
  }

  @Override
  int wrapper() {
    return wrapper;
  }
}

package io.github.cloudjobs.model;

import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A job as of one response. Immutable and safe to share between threads; serialized as the body it
 * was read from.
 */
public final class Job extends JobReport implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private final JsonValue root;

  /** Reads the object at the reader. */
  Job(JobReader in) throws IOException {
    super(in);
    root = in.root();
  }

  @Override
  boolean isDocumented(String key) {
    return super.isDocumented(key) || key.equals("message") || key.equals("code");
  }

  @Override
  JsonValue root() {
    return root;
  }

  /**
   * Reads the response to a job query. A value of an unexpected type is no error. An object that
   * only wraps a job, {@code {"job": {...}}}, is opened. Of equal keys the last one counts.
   *
   * @throws io.github.cloudjobs.error.MalformedJobException if the body is no JSON object, nested
   *     deeper than 500 levels, or has a number of more than 1,000 digits or a key of more than
   *     50,000 characters
   */
  public static Job fromJson(String body) {
    String text = body.startsWith("\uFEFF") ? body.substring(1) : body;
    return JobReader.read(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * As {@link #fromJson(String)}, from bytes in UTF-8, or in UTF-16 or UTF-32 with a byte order
   * mark. Broken sequences are replaced.
   */
  public static Job fromJson(byte[] body) {
    return JobReader.read(
        isAscii(body) ? body.clone() : SafeText.decode(body).getBytes(StandardCharsets.UTF_8));
  }

  /** Most bodies are, and need not be decoded. Eight bytes at a time take a tenth of the time. */
  private static boolean isAscii(byte[] body) {
    LongBuffer eights = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder()).asLongBuffer();
    long bits = 0;
    for (int i = 0; i < eights.limit(); i++) {
      bits |= eights.get(i);
    }
    for (int i = eights.limit() * Long.BYTES; i < body.length; i++) {
      bits |= body[i];
    }
    return (bits & NOT_ASCII) == 0;
  }

  /** The message of an error of the query itself, not of the job: ECS and ELB document it. */
  public @Nullable String message() {
    return text("message");
  }

  /** The code of an error of the query itself, not of the job. */
  public @Nullable String code() {
    return text("code");
  }

  private Object writeReplace() {
    return new Body(new String(root.document(), StandardCharsets.UTF_8));
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a job is serialized as its body");
  }

  /** The serialized form of a job. */
  private record Body(String json) implements Serializable {
    private Object readResolve() {
      return fromJson(json);
    }
  }
}

package io.github.cloudjobs.error;

import io.github.cloudjobs.text.SafeText;
import org.jspecify.annotations.Nullable;

/** The service responded, but the body is not a job: an HTML page, a cut body, or no object. */
public final class MalformedJobException extends JobsException {
  private static final long serialVersionUID = 1L;

  private final int statusCode;
  private final @Nullable String contentType;
  private final long bodyBytes;
  private final String excerpt;
  private final String problem;

  /**
   * Creates an exception for a body without an HTTP response.
   *
   * @param problem what is wrong, in a few words
   * @param body the body, or the part that was read; its first 200 characters are kept
   * @param cause the parser's exception; may be null
   */
  public MalformedJobException(String problem, byte[] body, @Nullable Throwable cause) {
    this(problem, 0, null, body.length, SafeText.excerpt(body), cause);
  }

  private MalformedJobException(
      String problem,
      int statusCode,
      @Nullable String contentType,
      long bodyBytes,
      String excerpt,
      @Nullable Throwable cause) {
    super(message(problem, statusCode, contentType, bodyBytes, excerpt), cause);
    this.problem = problem;
    this.statusCode = statusCode;
    this.contentType = contentType;
    this.bodyBytes = bodyBytes;
    this.excerpt = excerpt;
  }

  private static String message(
      String problem, int status, @Nullable String type, long bytes, String excerpt) {
    return (status == 0 ? "" : "HTTP " + status + ": ")
        + ("no job in the response, " + problem + " (" + bytes + " bytes")
        + (type == null ? "" : " of " + SafeText.printable(type, 80))
        + (excerpt.isEmpty() ? ")" : "): " + excerpt);
  }

  /**
   * Returns a copy for a response.
   *
   * @param shown the body without the secrets that it repeats; the parser's message, which may
   *     quote them, is then left out. Null if there are none
   * @param read how many bytes were read, which are decoded to {@code shown}
   */
  public MalformedJobException in(
      int statusCode, @Nullable String contentType, byte @Nullable [] shown, long read) {
    int colon = shown == null || getCause() == null ? -1 : problem.indexOf(": ");
    String withoutQuotes = colon < 0 ? problem : problem.substring(0, colon);
    String text = shown == null ? excerpt : SafeText.excerpt(shown);
    Throwable parser = shown == null ? getCause() : null;
    MalformedJobException copy =
        new MalformedJobException(withoutQuotes, statusCode, contentType, read, text, parser);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /** The HTTP status; 0 without an HTTP response. */
  public int statusCode() {
    return statusCode;
  }

  /** The {@code Content-Type} as sent; null if absent. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** The number of bytes that were read, after decompression. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** The first 200 characters of the body, made safe to print. */
  public String excerpt() {
    return excerpt;
  }
}

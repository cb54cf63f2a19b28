package io.github.cloudjobs.error;

import io.github.cloudjobs.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * An answer came, and no job can be read from it: an HTML page, a cut body, or no object at all.
 */
public final class MalformedJobException extends JobsException {
  private static final long serialVersionUID = 1L;

  private final int statusCode;
  private final @Nullable String contentType;
  private final long bodyBytes;
  private final String excerpt;
  private final String problem;

  /**
   * Creates the report of a body that was not got by HTTP.
   *
   * @param problem what is wrong with it, in a few words
   * @param body the body, or as much of it as was read; its first 200 characters are kept
   * @param cause the parser's own complaint, if any
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
      String problem,
      int statusCode,
      @Nullable String contentType,
      long bodyBytes,
      String excerpt) {
    String head = statusCode == 0 ? "" : "HTTP " + statusCode + ": ";
    String type = contentType == null ? "" : " of " + SafeText.printable(contentType, 80);
    String shown = excerpt.isEmpty() ? "" : ": " + excerpt;
    return head
        + "no job in the answer, "
        + problem
        + " ("
        + bodyBytes
        + " bytes"
        + type
        + ")"
        + shown;
  }

  /** Returns the same report with what HTTP said beside the body. */
  public MalformedJobException in(int statusCode, @Nullable String contentType) {
    MalformedJobException told =
        new MalformedJobException(problem, statusCode, contentType, bodyBytes, excerpt, getCause());
    told.setStackTrace(getStackTrace());
    return told;
  }

  /**
   * Returns the same report with another excerpt, and without the parser's own complaint, which may
   * quote the body.
   *
   * @param shown the body as it may be shown
   */
  public MalformedJobException showing(byte[] shown) {
    int colon = getCause() == null ? -1 : problem.indexOf(": ");
    String words = colon < 0 ? problem : problem.substring(0, colon);
    MalformedJobException safe =
        new MalformedJobException(
            words, statusCode, contentType, bodyBytes, SafeText.excerpt(shown), null);
    safe.setStackTrace(getStackTrace());
    return safe;
  }

  /** The HTTP status; 0 if the body was not got by HTTP. */
  public int statusCode() {
    return statusCode;
  }

  /** The {@code Content-Type} as sent; null if there was none. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** How many bytes of the body were read, after decompression. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** The first 200 characters of the body, made safe to print; empty for an empty body. */
  public String excerpt() {
    return excerpt;
  }
}

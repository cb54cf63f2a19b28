package io.github.cloudjobs.wait;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wait as a line of text, which any client of the same endpoint and path resumes, in another
 * process and years later. It holds the job, the start and deadline of the wait, the age of the job
 * and the failures so far; no credentials, no listener, and of schedules only those that {@link
 * PollSchedule#parse} reads.
 *
 * <p>Its content, {@code jw1.} and base64url, is private to this library. Later versions read the
 * tokens of earlier ones.
 *
 * @param text the token, of letters, digits and {@code - _ .}
 */
public record WaitToken(String text) implements Serializable {
  /** The version, a dot and base64url. */
  private static final Pattern FORM = Pattern.compile("jw(\\d{1,6})\\.[A-Za-z0-9_-]+");

  private static final int LONGEST = 1 << 16; // a token has a few hundred characters

  /**
   * Checks the form; the client that resumes the wait checks the content.
   *
   * @throws IllegalArgumentException if it is no token, or of a version that is not known
   */
  public WaitToken {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException("a wait's token must not be null or blank");
    }
    Matcher form = FORM.matcher(text.length() > LONGEST ? "" : text);
    if (!form.matches()) {
      throw new IllegalArgumentException("this is no token of a wait: it must be jw1.<base64url>");
    }
    if (Integer.parseInt(form.group(1)) != 1) {
      throw new IllegalArgumentException(
          "a token of version " + form.group(1) + "; this library reads version 1");
    }
  }

  /** The token itself: {@link #text()}. */
  @Override
  public String toString() {
    return text;
  }
}

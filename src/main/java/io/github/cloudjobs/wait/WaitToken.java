package io.github.cloudjobs.wait;

import java.io.Serializable;

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
  private static final String FORM = "jw1\\.[A-Za-z0-9_-]{1,65536}"; // most have some hundred

  /**
   * Checks the form; the client that resumes the wait checks the content.
   *
   * @throws IllegalArgumentException if it is no token, or of a version that is not known
   */
  public WaitToken {
    if (text == null || !text.matches(FORM)) {
      throw new IllegalArgumentException("this is no token of a wait: it must be jw1.<base64url>");
    }
  }

  /** The token itself: {@link #text()}. */
  @Override
  public String toString() {
    return text;
  }
}

package io.github.cloudjobs.wait;

import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wait, as a line of text to keep: in a file, a database row, a message. Another client, in
 * another process and years later, goes on with it as if nothing had happened: it knows which job
 * at which endpoint, since when and until when, how old the job is, and what has gone wrong so far.
 * It holds no credentials, no listener, and of the schedules only those that {@link
 * PollSchedule#parse} knows. Immutable.
 *
 * <p>What it holds is for this library: {@code jw1.} and base64url. A later library reads the
 * tokens of an earlier one.
 *
 * @param text the token, of letters, digits and {@code - _ .}
 */
public record WaitToken(String text) implements Serializable {
  private static final Pattern FORM = Pattern.compile("jw(\\d{1,6})\\.([A-Za-z0-9_-]+)");

  /** A token has a few hundred characters; what is this long is something else. */
  private static final int LONGEST = 1 << 16;

  /**
   * Takes up a token that was kept.
   *
   * @throws IllegalArgumentException if it is not one, or of a version that this library does not
   *     know
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

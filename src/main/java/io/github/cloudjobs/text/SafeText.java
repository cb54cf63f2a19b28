package io.github.cloudjobs.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes text that somebody else wrote safe to print on one line. Pure. */
public final class SafeText {
  /** How much of an unreadable body an exception shows, in characters. */
  public static final int EXCERPT_LENGTH = 200;

  private static final int LONGEST_CHARACTER_IN_UTF_8 = 4;

  private SafeText() {}

  /**
   * Returns the first {@link #EXCERPT_LENGTH} characters of a body, printable: white space folded
   * to one blank, control and unpaired characters shown as {@code ?}, broken UTF-8 as the
   * replacement character, and {@code …} where something was left out.
   */
  public static String excerpt(byte[] body) {
    int enough = Math.min(body.length, (EXCERPT_LENGTH + 1) * LONGEST_CHARACTER_IN_UTF_8);
    return excerpt(new String(body, 0, enough, StandardCharsets.UTF_8));
  }

  /** Returns the first {@link #EXCERPT_LENGTH} characters of {@code text}, printable. */
  public static String excerpt(String text) {
    return printable(text, EXCERPT_LENGTH);
  }

  /** The same, of a text that may be missing. */
  public static @Nullable String excerptOrNull(@Nullable String text) {
    return text == null ? null : excerpt(text);
  }

  /**
   * Returns {@code text} on one line, printable, and no longer than {@code limit} characters; a
   * text that was cut ends in {@code …}.
   */
  public static String printable(String text, int limit) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), limit) + 1);
    boolean blankPending = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        blankPending = out.length() > 0;
        continue;
      }
      int room = limit - out.length() - (blankPending ? 1 : 0);
      if (room < Character.charCount(c)) {
        return out.append('…').toString();
      }
      if (blankPending) {
        out.append(' ');
        blankPending = false;
      }
      out.appendCodePoint(isPrintable(c) ? c : '?');
    }
    return out.toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}

package io.github.cloudjobs.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes untrusted text safe to print on one line, and names the characters in a text that cannot be
 * seen.
 */
public final class SafeText {
  /** How many characters of an unreadable body an exception shows. */
  public static final int EXCERPT_LENGTH = 200;

  private static final int MAX_BYTES_OF_CHARACTER = 4;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** Letters and marks without a glyph: fillers, a joiner and Braille's blank. */
  private static final String WITHOUT_GLYPH = "\u115F\u1160\u3164\uFFA0\u034F\u2800";

  private SafeText() {}

  /**
   * Decodes a body: UTF-16 or UTF-32 if it begins with their byte order mark, else UTF-8. The mark
   * is dropped and broken sequences are replaced.
   */
  public static String decode(byte[] body) {
    int first = body.length < 2 ? 0 : (body[0] & 0xFF) << 8 | (body[1] & 0xFF);
    int second = body.length < 4 ? -1 : (body[2] & 0xFF) << 8 | (body[3] & 0xFF);
    String text;
    if ((first == 0xFFFE && second == 0) || (first == 0 && second == BYTE_ORDER_MARK)) {
      text = new String(body, Charset.forName("UTF-32"));
    } else if (first == BYTE_ORDER_MARK || first == 0xFFFE) {
      text = new String(body, StandardCharsets.UTF_16);
    } else {
      text = new String(body, StandardCharsets.UTF_8);
    }
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** Returns the first {@link #EXCERPT_LENGTH} characters of a UTF-8 body, printable. */
  public static String excerpt(byte[] body) {
    int enough = Math.min(body.length, (EXCERPT_LENGTH + 1) * MAX_BYTES_OF_CHARACTER);
    return excerpt(new String(body, 0, enough, StandardCharsets.UTF_8));
  }

  /** Returns the first {@link #EXCERPT_LENGTH} characters of {@code text}, printable. */
  public static String excerpt(String text) {
    return printable(text, EXCERPT_LENGTH);
  }

  /** Returns the same, and null for null. */
  public static @Nullable String excerptOrNull(@Nullable String text) {
    return text == null ? null : excerpt(text);
  }

  /**
   * Returns {@code text} on one line of at most {@code limit} characters: white space is folded to
   * one blank, control characters and unpaired surrogates become {@code ?}, and a text that was cut
   * ends in {@code …}.
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

  /** Returns the index of the first invisible character, blanks included; -1 if there is none. */
  public static int indexOfInvisible(CharSequence text) {
    return indexOf(text, SafeText::isInvisible);
  }

  static int indexOf(CharSequence text, IntPredicate character) {
    int c;
    for (int i = 0; i < text.length(); i += Character.charCount(c)) {
      c = Character.codePointAt(text, i);
      if (character.test(c)) {
        return i;
      }
    }
    return -1;
  }

  static boolean isInvisible(int c) {
    return !isPrintable(c)
        || Character.isSpaceChar(c)
        || WITHOUT_GLYPH.indexOf(c) >= 0
        || (c >= 0xFE00 && c <= 0xFE0F) // variation selectors
        || (c >= 0xE0100 && c <= 0xE01EF);
  }

  /** True for control characters, line ends and unpaired surrogates. */
  public static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** Names a character, such as {@code U+00A0 (no-break space) at index 5}. */
  public static String characterAt(CharSequence text, int index) {
    int c = Character.codePointAt(text, index);
    return String.format(Locale.ROOT, "U+%04X (%s) at index %d", c, name(c), index);
  }

  private static String name(int c) {
    if (c == BYTE_ORDER_MARK) {
      return "byte order mark";
    }
    if (Character.getType(c) == Character.SURROGATE) {
      return "half of a surrogate pair";
    }
    String name = Character.getName(c);
    return name == null
        ? "unassigned"
        : name.replaceFirst(" \\(.*", "").toLowerCase(Locale.ROOT); // without an abbreviation
  }

  /** Returns what to append to a refusal of {@code text}; empty if it has no such character. */
  public static String invisibleNote(CharSequence text) {
    int index = indexOfInvisible(text);
    return index < 0 ? "" : "; it holds " + characterAt(text, index);
  }
}

package io.github.cloudjobs.text;

import static java.lang.Character.CONTROL;
import static java.lang.Character.FORMAT;
import static java.lang.Character.LINE_SEPARATOR;
import static java.lang.Character.PARAGRAPH_SEPARATOR;
import static java.lang.Character.SURROGATE;
import static java.lang.Character.UNASSIGNED;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes untrusted text safe to print on one line, and names its invisible characters. */
public final class SafeText {
  /** How many characters of an unreadable body an exception shows. */
  public static final int EXCERPT_LENGTH = 200;

  private static final int MAX_BYTES_OF_CHARACTER = 4;

  /** UTF-32 first: its mark begins like the one of UTF-16. */
  private static final List<Charset> MARKED =
      Stream.of("UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE", "UTF-8")
          .map(Charset::forName)
          .toList();

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private SafeText() {}

  /**
   * Decodes a body by its byte order mark, which is dropped; UTF-8 without one. Broken sequences
   * are replaced.
   */
  public static String decode(byte[] body) {
    for (Charset charset : MARKED) {
      byte[] mark = "\uFEFF".getBytes(charset);
      int same = Arrays.mismatch(body, mark);
      if (same < 0 || same == mark.length) {
        return new String(body, mark.length, body.length - mark.length, charset);
      }
    }
    return new String(body, StandardCharsets.UTF_8);
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

  /** The same; null for null. */
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
    return !hasType(c, CONTROL, FORMAT, SURROGATE, UNASSIGNED);
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
    return !isPrintable(c) || Character.isSpaceChar(c);
  }

  /** True for control characters, line ends and unpaired surrogates. */
  public static boolean isControl(int c) {
    return hasType(c, CONTROL, LINE_SEPARATOR, PARAGRAPH_SEPARATOR, SURROGATE);
  }

  private static boolean hasType(int c, int... types) {
    return Arrays.stream(types).anyMatch(type -> type == Character.getType(c));
  }

  /** Names a character: {@code '/' at index 5}, {@code U+00A0 (no-break space) at index 5}. */
  public static String characterAt(CharSequence text, int index) {
    int c = Character.codePointAt(text, index);
    if (c > ' ' && c <= '~') {
      return "'" + (char) c + "' at index " + index;
    }
    String name = Objects.requireNonNullElse(Character.getName(c), "unassigned");
    if (c == BYTE_ORDER_MARK) {
      name = "byte order mark";
    } else if (hasType(c, SURROGATE)) {
      name = "half of a surrogate pair";
    }
    String word = name.replaceFirst(" \\(.*", "").toLowerCase(Locale.ROOT); // no abbreviation
    return String.format(Locale.ROOT, "U+%04X (%s) at index %d", c, word, index);
  }

  /** Returns what to append to a refusal of {@code text}; empty if it has no such character. */
  public static String invisibleNote(CharSequence text) {
    int index = indexOfInvisible(text);
    return index < 0 ? "" : "; it holds " + characterAt(text, index);
  }
}

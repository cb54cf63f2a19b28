package io.github.cloudjobs.text;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes untrusted text safe to print on one line, and names its invisible characters. */
public final class SafeText {
  public static final int EXCERPT_LENGTH = 200;

  private static final int MAX_BYTES_OF_CHARACTER = 4;

  /** UTF-32 first: its mark begins like the one of UTF-16. */
  private static final List<String> MARKED =
      List.of("UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE", "UTF-8");

  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

  /** Control and format characters, halves of surrogate pairs, and unassigned characters. */
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}]");

  /** Blanks, fillers, a joiner, Braille's blank and variation selectors included. */
  static final Pattern INVISIBLE =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}\\p{Z}"
              + "\\u115F\\u1160\\u3164\\uFFA0\\u034F\\u2800\\uFE00-\\uFE0F\\x{E0100}-\\x{E01EF}]");

  private SafeText() {}

  /** Decodes a body by its byte order mark, or else as UTF-8; replaces broken sequences. */
  public static String decode(byte[] body) {
    for (String name : MARKED) {
      Charset charset = Charset.forName(name);
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

  public static String excerpt(String text) {
    return printable(text, EXCERPT_LENGTH);
  }

  public static @Nullable String excerptOrNull(@Nullable String text) {
    return text == null ? null : excerpt(text);
  }

  /**
   * Returns {@code text} on one line: white space is folded to one blank, other unprintable
   * characters become {@code ?}, and a text that was cut at {@code limit} ends in {@code …}.
   */
  public static String printable(String text, int limit) {
    String line = BLANKS.matcher(text).replaceAll(" ").strip();
    String printable = UNPRINTABLE.matcher(line).replaceAll("?");
    if (printable.length() <= limit) {
      return printable;
    }
    boolean splitsPair = limit > 0 && Character.isHighSurrogate(printable.charAt(limit - 1));
    return printable.substring(0, splitsPair ? limit - 1 : limit).strip() + "…";
  }

  /** Returns the index of the first invisible character, blanks included; -1 if there is none. */
  public static int indexOfInvisible(CharSequence text) {
    Matcher invisible = INVISIBLE.matcher(text);
    return invisible.find() ? invisible.start() : -1;
  }

  /** Names a character: {@code '/' at index 5}, {@code U+00A0 (no-break space) at index 5}. */
  public static String characterAt(CharSequence text, int index) {
    int c = Character.codePointAt(text, index);
    if (c > ' ' && c <= '~') {
      return "'" + (char) c + "' at index " + index;
    }
    String name = c == 0xFEFF ? "byte order mark" : Character.getName(c);
    if (name == null) {
      name = "unassigned";
    } else if (Character.getType(c) == Character.SURROGATE) {
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

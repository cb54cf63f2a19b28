package io.github.cloudjobs.text;

import java.util.Locale;

/**
 * Finds the characters in a text that cannot be seen, such as a blank at its end, and names them:
 * {@code U+00A0 (no-break space) at index 5}. Nothing else of the text is repeated.
 */
public final class Invisible {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** Letters and marks that are shown as nothing: fillers, a joiner and Braille's blank. */
  private static final String SHOWN_AS_NOTHING = "\u115F\u1160\u3164\uFFA0\u034F\u2800";

  private Invisible() {}

  /** Returns the index of the first such character; negative if there is none. */
  public static int indexIn(CharSequence text) {
    int c;
    for (int i = 0; i < text.length(); i += Character.charCount(c)) {
      c = Character.codePointAt(text, i);
      if (is(c)) {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether a character cannot be seen. Blanks, halves of characters and such count. */
  static boolean is(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> SHOWN_AS_NOTHING.indexOf(c) >= 0 || isVariationSelector(c);
    };
  }

  private static boolean isVariationSelector(int c) {
    return (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0100 && c <= 0xE01EF);
  }

  /** Returns the number and the name of the character at an index, and the index. */
  public static String at(CharSequence text, int index) {
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
    int abbreviation = name == null ? -1 : name.indexOf(" (");
    return name == null
        ? "unassigned"
        : name.substring(0, abbreviation < 0 ? name.length() : abbreviation)
            .toLowerCase(Locale.ROOT);
  }

  /** Returns what to add to a refusal of the text; empty if everything in it can be seen. */
  public static String note(CharSequence text) {
    int index = indexIn(text);
    return index < 0 ? "" : "; it holds " + at(text, index);
  }
}

package io.github.cloudjobs.text;

import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what an HTTP header cannot carry, with an {@link IllegalArgumentException} that begins
 * with the parameter's name and never repeats the text it refuses. Pure.
 */
public final class HeaderText {
  private HeaderText() {}

  /** For what has to say something: printable ASCII, and not only blanks. */
  public static String requireValue(String parameter, @Nullable String text) {
    return requirePrintable(parameter, requireNotBlank(parameter, text));
  }

  /** Printable ASCII, blanks included; it may be empty. */
  public static String requirePrintable(String parameter, @Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException(parameter + " is null");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        throw new IllegalArgumentException(parameter + " holds a character no header can carry");
      }
    }
    return text;
  }

  /** Like {@link #requireWord}, and not empty. */
  public static String requireName(String parameter, @Nullable String text, String excluded) {
    return requireWord(parameter, requireNotBlank(parameter, text), excluded);
  }

  /** Printable ASCII without blanks and without any of {@code excluded}; it may be empty. */
  public static String requireWord(String parameter, @Nullable String text, String excluded) {
    String word = requirePrintable(parameter, text);
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == ' ' || excluded.indexOf(c) >= 0) {
        throw new IllegalArgumentException(parameter + " holds a character that is not allowed");
      }
    }
    return word;
  }

  /** Any text but control characters, line ends and halves of characters; not only blanks. */
  public static CharSequence requireSecret(String parameter, @Nullable CharSequence text) {
    CharSequence secret = requireNotBlank(parameter, text);
    for (int i = 0; i < secret.length(); ) {
      int c = Character.codePointAt(secret, i);
      i += Character.charCount(c);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE ->
            throw new IllegalArgumentException(parameter + " holds a control character");
        default -> {}
      }
    }
    return secret;
  }

  /** Lets a caller's array be read as text, without a copy; an absent one reads as null. */
  public static @Nullable CharSequence view(char @Nullable [] chars) {
    return chars == null ? null : CharBuffer.wrap(chars);
  }

  private static <T extends CharSequence> T requireNotBlank(String parameter, @Nullable T text) {
    if (text == null || text.codePoints().allMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(parameter + (text == null ? " is null" : " is blank"));
    }
    return text;
  }
}

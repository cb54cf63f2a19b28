package io.github.cloudjobs.text;

import java.nio.CharBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what an HTTP header cannot carry, and what no key or password holds, with an {@link
 * UnusableTextException} that says which character is wrong and never repeats the text.
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
      throw new UnusableTextException(parameter, "is null");
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        throw Invisible.is(text.codePointAt(i))
            ? holds(parameter, text, i)
            : new UnusableTextException(
                parameter, "holds a character no header can carry at index " + i);
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
      if (c == ' ') {
        throw holds(parameter, word, i);
      }
      if (excluded.indexOf(c) >= 0) {
        throw new UnusableTextException(parameter, "holds a '" + c + "' at index " + i);
      }
    }
    return word;
  }

  /** A key or token that a header carries: printable ASCII without blanks, and not empty. */
  public static String requireKey(String parameter, @Nullable String text) {
    return requireName(parameter, text, "");
  }

  /** A key that is never sent: any text without blanks and invisible characters; not empty. */
  public static CharSequence requireSecretKey(String parameter, @Nullable CharSequence text) {
    CharSequence key = requireNotBlank(parameter, text);
    int invisible = Invisible.indexIn(key);
    if (invisible >= 0) {
      throw holds(parameter, key, invisible);
    }
    return key;
  }

  /** A password: any text but control characters, line ends and halves of characters; not blank. */
  public static CharSequence requireSecret(String parameter, @Nullable CharSequence text) {
    CharSequence secret = requireNotBlank(parameter, text);
    for (int i = 0; i < secret.length(); ) {
      int c = Character.codePointAt(secret, i);
      switch (Character.getType(c)) {
        case Character.CONTROL,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.SURROGATE ->
            throw holds(parameter, secret, i);
        default -> {}
      }
      i += Character.charCount(c);
    }
    return secret;
  }

  /** Lets a caller's array be read as text, without a copy; an absent one reads as null. */
  public static @Nullable CharSequence view(char @Nullable [] chars) {
    return chars == null ? null : CharBuffer.wrap(chars);
  }

  private static UnusableTextException holds(String parameter, CharSequence text, int index) {
    return new UnusableTextException(parameter, "holds " + Invisible.at(text, index));
  }

  private static <T extends CharSequence> T requireNotBlank(String parameter, @Nullable T text) {
    if (text == null || text.codePoints().allMatch(Character::isWhitespace)) {
      throw new UnusableTextException(parameter, text == null ? "is null" : "is blank");
    }
    return text;
  }
}

package io.github.cloudjobs.text;

import java.nio.CharBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks text for HTTP headers, keys and passwords. The exceptions name the parameter and the wrong
 * character; they never repeat the text, which may be a secret.
 */
public final class HeaderText {
  private static final Pattern NOT_PRINTABLE_ASCII = Pattern.compile("[^ -~]");

  private static final Pattern BLANK = Pattern.compile("\\p{javaWhitespace}*");

  /** Control characters, line ends and unpaired surrogates. */
  private static final Pattern NOT_ON_A_LINE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]");

  private HeaderText() {}

  /** Requires printable ASCII that is not blank. */
  public static String requireValue(String parameter, @Nullable String text) {
    return requirePrintable(parameter, requireNotBlank(parameter, text));
  }

  /** Requires printable ASCII; blanks and the empty text are allowed. */
  public static String requirePrintable(String parameter, @Nullable String text) {
    if (text == null) {
      throw new UnusableTextException(parameter, "is null");
    }
    return requireNone(parameter, text, NOT_PRINTABLE_ASCII);
  }

  /** Requires printable ASCII without blanks and without any character of {@code excluded}. */
  public static String requireWord(String parameter, @Nullable String text, String excluded) {
    String printable = requirePrintable(parameter, text);
    return requireNone(parameter, printable, Pattern.compile("[ " + Pattern.quote(excluded) + "]"));
  }

  /** Requires a key or token that is sent in a header: printable ASCII without blanks. */
  public static String requireKey(String parameter, @Nullable String text) {
    return requireWord(parameter, requireNotBlank(parameter, text), "");
  }

  /** Requires a key that is never sent: no blanks and no invisible characters. */
  public static CharSequence requireSecretKey(String parameter, @Nullable CharSequence text) {
    return requireNone(parameter, requireNotBlank(parameter, text), SafeText.INVISIBLE);
  }

  /** Requires a password: no control characters, line ends or unpaired surrogates; not blank. */
  public static CharSequence requireSecret(String parameter, @Nullable CharSequence text) {
    return requireOneLine(parameter, requireNotBlank(parameter, text));
  }

  /** Requires the same, but allows the empty text and blanks alone. */
  public static CharSequence requireOneLine(String parameter, CharSequence secret) {
    return requireNone(parameter, secret, NOT_ON_A_LINE);
  }

  /** Returns a view of the array as text, without a copy; null for null. */
  public static @Nullable CharSequence view(char @Nullable [] chars) {
    return chars == null ? null : CharBuffer.wrap(chars);
  }

  private static <T extends CharSequence> T requireNotBlank(String parameter, @Nullable T text) {
    if (text == null || BLANK.matcher(text).matches()) {
      throw new UnusableTextException(parameter, text == null ? "is null" : "is blank");
    }
    return text;
  }

  private static <T extends CharSequence> T requireNone(String parameter, T text, Pattern refused) {
    Matcher found = refused.matcher(text);
    if (!found.find()) {
      return text;
    }
    boolean ascii = text.charAt(found.start()) <= '~';
    String character =
        ascii || SafeText.INVISIBLE.matcher(found.group()).matches()
            ? SafeText.characterAt(text, found.start())
            : "a character no header can carry at index " + found.start();
    throw new UnusableTextException(parameter, "holds " + character);
  }

  public static final class UnusableTextException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnusableTextException(String parameter, String problem) {
      super(parameter + " " + problem);
    }
  }
}

package io.github.cloudjobs.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a request, to be hidden in texts of others: gateways and proxies quote headers. A
 * secret is found as sent, and as escaped by JSON, JSON within JSON, URLs and HTML. Values of fewer
 * than eight characters are not hidden, since they may be ordinary words.
 */
public final class Secrets {
  private static final int SHORTEST = 8;
  private static final int UNIQUE_PREFIX = 16; // characters that occur in no other text
  private static final int MAX_ESCAPED = 256; // a longer pattern may overflow the stack
  private static final String HIDDEN = "…";
  private static final String SIGNATURE = "Signature=";

  /** All backslashes in a row, as JSON, URLs and HTML escape them; tried only at the first. */
  private static final String BACKSLASHES =
      "(?<!ONE)(?:ONE)++".replace("ONE", "\\\\|(?i:u005c|%5c|&#(?:92|x5c);)");

  /** The short words match only as whole words: monkey and author do not. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "cookie|credential|password|secret|session|signature|token"
              + "|(?<![a-z])(?:o?auth|authori[sz]ation|(?:access|api|app|auth|private)?keys?)(?![a-z])");

  private final List<Pattern> patterns;

  private Secrets(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /** True if the name of a header shows that its value is a secret. */
  public static boolean isNameOfSecret(String header) {
    String words = header.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    return SECRET_NAME.matcher(words).find();
  }

  public static Secrets inHeaders(List<Map.Entry<String, String>> headers) {
    List<String> secrets = new ArrayList<>();
    for (Map.Entry<String, String> header : headers) {
      if (isNameOfSecret(header.getKey())) {
        String value = header.getValue();
        int signature = value.indexOf(SIGNATURE);
        int scheme = value.indexOf(' '); // such as Bearer
        secrets.add(value);
        secrets.add(value.substring(signature < 0 ? scheme + 1 : signature + SIGNATURE.length()));
      }
    }
    secrets.sort(Comparator.comparingInt(String::length).reversed()); // one may contain another
    List<Pattern> patterns = new ArrayList<>();
    for (String secret : secrets) {
      if (secret.length() >= SHORTEST) {
        // A signed header is not found by its beginning, which all signatures have.
        patterns.add(Pattern.compile(secret.contains(SIGNATURE) ? escaped(secret) : token(secret)));
      }
    }
    return new Secrets(patterns);
  }

  /** Returns a password, hidden only as a whole: it may begin with an ordinary word. */
  public static Secrets password(char[] password) {
    Pattern whole = Pattern.compile(escaped(CharBuffer.wrap(password)));
    return new Secrets(password.length < SHORTEST ? List.of() : List.of(whole));
  }

  /**
   * Matches a token whole, and by its beginning: it may be quoted in part, and in lower case. What
   * follows is matched too, up to the end of a word or the next tag, but not the backslashes before
   * a quotation mark: without them the string of JSON would end there. A row of backslashes is
   * tried once, at its first.
   */
  private static String token(String secret) {
    String beginning = secret.substring(0, Math.min(secret.length(), UNIQUE_PREFIX));
    return "(?i)(?:(?!(?<=\\\\)\\\\)%s|%s|%s)(?:[^\"\\s,|<]*(?<!\\\\))?+"
        .formatted(Pattern.quote(secret), escaped(secret), escaped(beginning));
  }

  /** Matches a secret in any spelling; a very long one by its beginning. */
  private static String escaped(CharSequence secret) {
    StringBuilder pattern = new StringBuilder();
    int previous = 0;
    int spelled = 0;
    for (int i = 0; i < secret.length() && spelled < MAX_ESCAPED; ) {
      int c = Character.codePointAt(secret, i);
      i += Character.charCount(c);
      if (c < 0x80 && Character.isLetterOrDigit(c)) {
        pattern.append((char) c);
      } else if (c != '\\') {
        pattern.append(spellings(Character.toString(c)));
        spelled++;
      } else if (previous != '\\') {
        pattern.append(BACKSLASHES);
      }
      previous = c;
    }
    return pattern.toString();
  }

  /**
   * Matches a character as it is, or escaped as JSON, URLs and HTML do. An escape of any other
   * character matches too: it stands where the secret has one that may be escaped.
   */
  private static String spellings(String character) {
    return "(?:\\\\{0,4}"
        + Pattern.quote(character)
        + ("|(?:\\\\{0,4}[uU]\\p{XDigit}{4}){" + character.length() + "}")
        + ("|(?:%\\p{XDigit}{2}){" + character.getBytes(UTF_8).length + "}")
        + "|&(?:amp;){0,3}#?\\w{1,12};"
        + (character.equals(" ") ? "|\\+)" : ")");
  }

  /** Returns the text without the secrets; the text itself if it contains none. */
  public @Nullable String hide(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String clean = text;
    for (Pattern pattern : patterns) {
      clean = pattern.matcher(clean).replaceAll(HIDDEN);
    }
    return clean;
  }

  /** Returns the bytes of a text without the secrets; the array itself if it contains none. */
  public byte[] hide(byte[] utf8) {
    String text = new String(utf8, UTF_8);
    String clean = hide(text);
    return clean == null || clean.equals(text) ? utf8 : clean.getBytes(UTF_8);
  }

  /**
   * Returns the exception if its messages have no secrets, else a copy without causes: OkHttp
   * quotes a status line that is not HTTP.
   */
  public IOException hide(IOException failure) {
    String trace = Throwables.stackTrace(failure); // with all causes and suppressed exceptions
    if (trace.equals(hide(trace))) {
      return failure;
    }
    String clean = hide(failure.getMessage());
    IOException copy =
        failure instanceof ProtocolException
            ? new ProtocolException(clean)
            : new IOException(clean);
    copy.setStackTrace(failure.getStackTrace());
    return copy;
  }
}

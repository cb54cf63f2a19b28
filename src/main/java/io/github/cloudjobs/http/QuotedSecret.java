package io.github.cloudjobs.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A secret as somebody else may quote it: cut, or escaped as JSON, JSON within JSON and URLs do. So
 * whatever begins like it is taken for it. Takes time in proportion to the text that is searched.
 * Immutable.
 */
final class QuotedSecret {
  private static final int TELLING = 16; // so many characters belong to no other text
  private static final String GAP = "…";

  private final String secret;
  private final @Nullable Pattern beginning;

  private QuotedSecret(String secret, @Nullable Pattern beginning) {
    this.secret = secret;
    this.beginning = beginning;
  }

  /** One that begins like others, and counts only as it is. */
  static QuotedSecret whole(String secret) {
    return new QuotedSecret(secret, null);
  }

  /** One that is known by its beginning. */
  static QuotedSecret fromItsBeginning(String secret) {
    return new QuotedSecret(secret, beginningLike(secret));
  }

  /** Matches a secret from its beginning, escaped or not, to where a quotation of it must end. */
  private static Pattern beginningLike(String secret) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < Math.min(secret.length(), TELLING); i++) {
      char c = secret.charAt(i);
      if (c != '\\') {
        pattern.append(spellings(c));
      } else if (i == 0 || secret.charAt(i - 1) != '\\') {
        pattern.append("(?:\\\\|u005c|%5c)++"); // how many are meant cannot be told
      }
    }
    return Pattern.compile(pattern.append("[^\"\\s,|]*+").toString(), Pattern.CASE_INSENSITIVE);
  }

  /** Matches a character as it is, and as JSON, also within JSON, and URLs write it. */
  private static String spellings(char c) {
    String plain = Pattern.quote(String.valueOf(c));
    return Character.isLetterOrDigit(c)
        ? plain
        : "(?:\\\\{0,4}%s|\\\\{1,4}u00%02x|%%%02x)".formatted(plain, (int) c, (int) c);
  }

  /** Returns the text without it; the text itself if it is not there. */
  String takenOutOf(String text) {
    if (beginning == null) {
      return text.replace(secret, GAP);
    }
    Matcher quoted = beginning.matcher(text);
    if (!quoted.find()) {
      return text;
    }
    StringBuilder clean = new StringBuilder();
    int from = 0;
    do {
      clean.append(text, from, quoted.start()).append(GAP);
      boolean isWhole = text.startsWith(secret, quoted.start()); // whatever ends quotations
      from = isWhole ? Math.max(quoted.end(), quoted.start() + secret.length()) : quoted.end();
    } while (quoted.find(from));
    return clean.append(text, from, text.length()).toString();
  }

  /** Never the secret. */
  @Override
  public String toString() {
    return "QuotedSecret[…]";
  }
}

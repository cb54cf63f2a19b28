package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether an answer repeats the secret that was sent: as it is, cut, or as JSON, URLs and
 * HTML write it. Pure.
 */
final class Echo {
  private static final int TELLING = 6; // a password has no fewer characters

  private static final Map<Character, String> ENTITIES =
      Map.of('&', "amp", '<', "lt", '>', "gt", '"', "quot", '\'', "apos");

  private Echo() {}

  /** Returns {@code text}, or {@code …} if it repeats the beginning of the secret. */
  static @Nullable String without(char[] secret, @Nullable String text) {
    return text != null && beginning(secret).matcher(text).find() ? "…" : text;
  }

  private static Pattern beginning(char[] secret) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < Math.min(secret.length, TELLING); i++) {
      pattern.append(spellings(secret[i]));
    }
    return Pattern.compile(pattern.toString(), Pattern.CASE_INSENSITIVE);
  }

  private static String spellings(char c) {
    StringBuilder utf8 = new StringBuilder();
    for (byte b : String.valueOf(c).getBytes(UTF_8)) {
      utf8.append("%%%02x".formatted(b & 0xFF));
    }
    String entity = ENTITIES.get(c);
    return "(?:\\\\{0,4}%s|\\\\{1,4}u%04x|%s|&#0*%d;|&#x0*%x;%s%s)"
        .formatted(
            Pattern.quote(String.valueOf(c)),
            (int) c,
            utf8,
            (int) c,
            (int) c,
            entity == null ? "" : "|&" + entity + ";",
            c == ' ' ? "|\\+" : "");
  }
}

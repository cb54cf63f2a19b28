package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an answer what its request proved itself with: a gateway that refuses a signature
 * quotes the headers it was made of, and some proxies echo them all. They may cut or escape what
 * they quote, so whatever begins like a secret is taken for one. Pure.
 *
 * @param secrets what is taken out; the longest come first
 */
record Redaction(List<Pattern> secrets) {
  private static final String SIGNATURE = "Signature=";
  private static final int SHORTEST = 8; // no real token is shorter, and a word must stay readable
  private static final int TELLING = 16; // so many characters belong to no other text

  static Redaction of(Request sent) {
    List<Pattern> secrets = new ArrayList<>();
    String authorization = sent.header("Authorization");
    if (authorization != null) {
      secrets.add(Pattern.compile(authorization, Pattern.LITERAL));
      int signature = authorization.indexOf(SIGNATURE);
      if (signature >= 0) {
        secrets.add(beginningLike(authorization.substring(signature + SIGNATURE.length())));
      }
    }
    for (String name : List.of("X-Security-Token", "X-Auth-Token")) {
      String token = sent.header(name);
      if (token != null && token.length() >= SHORTEST) {
        secrets.add(Pattern.compile(token, Pattern.LITERAL));
        secrets.add(beginningLike(token));
      }
    }
    return new Redaction(secrets);
  }

  /** Matches a secret from its beginning, escaped or not, to where a quotation of it must end. */
  private static Pattern beginningLike(String secret) {
    StringBuilder pattern = new StringBuilder();
    secret.chars().limit(TELLING).forEach(c -> pattern.append(spellings((char) c)));
    return Pattern.compile(pattern.append("[^\"\\s,|]*").toString(), Pattern.CASE_INSENSITIVE);
  }

  /** Matches a character as it is, and as JSON, also within JSON, and URLs write it. */
  private static String spellings(char c) {
    String plain = Pattern.quote(String.valueOf(c));
    return Character.isLetterOrDigit(c)
        ? plain
        : "(?:\\\\{0,4}%s|\\\\{1,4}u00%02x|%%%02x)".formatted(plain, (int) c, (int) c);
  }

  /** Returns the text without the secrets. */
  @Nullable String text(@Nullable String text) {
    String clean = text;
    for (Pattern secret : secrets) {
      clean = clean == null ? null : secret.matcher(clean).replaceAll("…");
    }
    return clean;
  }

  /** Returns the bytes of a text without the secrets; the array itself if it holds none. */
  byte[] bytes(byte[] utf8) {
    String text = new String(utf8, UTF_8);
    String clean = text(text);
    return clean == null || clean.equals(text) ? utf8 : clean.getBytes(UTF_8);
  }

  /** Never the secrets. */
  @Override
  public String toString() {
    return "Redaction[" + secrets.size() + "]";
  }
}

package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of an answer what its request proved itself with: a gateway that refuses a signature
 * quotes the headers it was made of, and some proxies echo them all. Pure.
 *
 * @param secrets the longest first
 */
record Redaction(List<String> secrets) {
  private static final String SIGNATURE = "Signature=";
  private static final int SHORTEST = 8; // no real token is shorter, and a word must stay readable

  static Redaction of(Request sent) {
    List<String> secrets = new ArrayList<>();
    for (String name : List.of("Authorization", "X-Security-Token", "X-Auth-Token")) {
      String value = sent.header(name);
      if (value != null && value.length() >= SHORTEST) {
        secrets.add(value);
        secrets.add(value.replace("/", "\\/")); // as some write it in JSON
        int signature = value.indexOf(SIGNATURE);
        if (signature >= 0) {
          secrets.add(value.substring(signature + SIGNATURE.length()));
        }
      }
    }
    return new Redaction(secrets);
  }

  /** Returns the text without the secrets. */
  @Nullable String text(@Nullable String text) {
    String clean = text;
    for (String secret : secrets) {
      clean = clean == null ? null : clean.replace(secret, "…");
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

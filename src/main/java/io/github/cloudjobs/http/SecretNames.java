package io.github.cloudjobs.http;

import java.util.List;
import java.util.Locale;

/** Tells by its name whether a header proves something, and its value is to be shown to nobody. */
final class SecretNames {
  private static final List<String> WORDS =
      List.of(
          "auth",
          "cookie",
          "credential",
          "key",
          "password",
          "secret",
          "session",
          "signature",
          "token");

  private SecretNames() {}

  static boolean isSecret(String header) {
    String lower = header.toLowerCase(Locale.ROOT);
    return WORDS.stream().anyMatch(lower::contains);
  }
}

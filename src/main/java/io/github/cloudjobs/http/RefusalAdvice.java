package io.github.cloudjobs.http;

import io.github.cloudjobs.text.Secrets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a gateway's words, where it refuses a signature, a key or a token, what to do about it.
 * One code stands for all of them. Pure.
 */
final class RefusalAdvice {
  private static final Pattern TIMES =
      Pattern.compile(
          "signature time:\\s*(\\d{8}T\\d{6}Z)\\s*,\\s*server time:\\s*(\\d{8}T\\d{6}Z)");

  private RefusalAdvice() {}

  /**
   * Returns the advice.
   *
   * @param said the gateway's words, without secrets
   * @param canonicalRequest what was signed; null if nothing was
   * @param secrets of the request
   * @return null if the words say no more than the code
   */
  static @Nullable String of(
      @Nullable String said, @Nullable String canonicalRequest, Secrets secrets) {
    if (said == null) {
      return null;
    }
    String ours = canonicalRequest == null ? null : secrets.hide(canonicalRequest);
    String compared = ours == null ? null : CanonicalComparison.of(ours, said);
    return compared == null ? byWords(said) : compared;
  }

  private static @Nullable String byWords(String said) {
    Matcher times = TIMES.matcher(said);
    if (times.find()) {
      return "signed at %s while the gateway's clock says %s: correct this machine's clock"
          .formatted(times.group(1), times.group(2));
    }
    String words = said.toLowerCase(Locale.ROOT);
    if (words.contains("signature expired")) {
      return "check this machine's clock, and whether the temporary key has expired";
    }
    if (words.contains("reach the limit")) {
      return "the key is locked for some minutes after too many bad signatures: check it, and wait";
    }
    if (words.contains("ak") && words.contains("not exist")) {
      return "the gateway does not know this access key: check it, and the endpoint's region";
    }
    if (words.contains("token not found")) {
      return "neither a token nor a signature arrived: a proxy may have taken the header away";
    }
    if (words.contains("token")) {
      return "the token cannot be read or has expired: get a new one of the endpoint's region";
    }
    return null;
  }
}

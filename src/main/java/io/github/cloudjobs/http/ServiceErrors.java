package io.github.cloudjobs.http;

import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.error.AuthenticationException;
import io.github.cloudjobs.error.JobNotFoundException;
import io.github.cloudjobs.error.JobsServiceException;
import io.github.cloudjobs.error.ThrottledException;
import io.github.cloudjobs.text.ErrorEnvelope;
import io.github.cloudjobs.text.SafeText;
import io.github.cloudjobs.text.Secrets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Creates the typed exception for an error response, with advice on what to do about it. */
final class ServiceErrors {
  private static final int MAX_LINE = 160; // of a canonical request
  private static final String HIDDEN = "'…'";
  private static final int MAX_CANONICAL_REQUEST = 16 * 1024; // gateways accept no longer headers

  private static final Pattern CANONICAL_REQUEST =
      Pattern.compile("canonical ?request:", Pattern.CASE_INSENSITIVE);
  private static final Pattern TIMES =
      Pattern.compile(
          "signature time:\\s*(\\d{8}T\\d{6}Z)\\s*,\\s*server time:\\s*(\\d{8}T\\d{6}Z)");

  private ServiceErrors() {}

  /**
   * Creates the exception.
   *
   * @param read the body's envelope
   * @param body without secrets; quoted if the envelope has no message
   * @param secrets of the request
   */
  static JobsServiceException of(
      Response response,
      ErrorEnvelope read,
      byte[] body,
      Secrets secrets,
      @Nullable Duration retryAfter) {
    int status = response.code();
    ErrorEnvelope envelope = read.orRequestIdOf(response::header).map(secrets::hide);
    String code = envelope.code();
    String message = envelope.message();
    String requestId = envelope.requestId();
    GatewayCode gateway = GatewayCode.of(code);
    String advice = advice(response, gateway, message, secrets);
    if (advice == null && status == 404 && !envelope.fromService()) {
      advice =
          "this 404 has no error code of a service: check the endpoint and any proxy on the way";
    }
    String excerpt = SafeText.excerpt(body);
    String shown = message == null && !excerpt.isEmpty() ? excerpt : message;
    String text =
        new ErrorEnvelope(code, shown, requestId, envelope.fromService())
            .describe("HTTP " + status + " from GET " + response.request().url(), advice);
    if (status == 401) {
      return new AuthenticationException(text, status, code, message, requestId, advice);
    }
    if (status == 429 || status == 503 || (gateway != null && gateway.isThrottling())) {
      return new ThrottledException(text, status, code, message, requestId, retryAfter, advice);
    }
    if (status == 404 && envelope.fromService()) {
      return new JobNotFoundException(text, status, code, message, requestId);
    }
    return new JobsServiceException(text, status, code, message, requestId, advice);
  }

  private static @Nullable String advice(
      Response response, @Nullable GatewayCode gateway, @Nullable String message, Secrets secrets) {
    int status = response.code();
    if (status >= 300 && status < 400) {
      return "redirects are not followed" + target(response, secrets);
    }
    if (message != null && (gateway == null ? status == 401 : gateway.isAuthentication())) {
      String signed = secrets.hide(RequestSigner.canonicalRequest(response.request()));
      String compared = signed == null ? null : compare(signed, message);
      String advice = compared == null ? refusalAdvice(message) : compared;
      if (advice != null) {
        return advice;
      }
    }
    String known = gateway == null ? null : gateway.advice(status);
    return known == null && status == 401 ? "check the keys and this machine's clock" : known;
  }

  private static String target(Response response, Secrets secrets) {
    String location = response.header("Location");
    HttpUrl target = location == null ? null : response.request().url().resolve(location);
    return target == null ? "" : ", this one leads to host " + secrets.hide(target.host());
  }

  /**
   * Compares the signed canonical request with the one that a gateway prints when it refuses a
   * signature, with {@code |} for each line end. Values of secret headers are not shown.
   *
   * @return which line differs first, or that none does; null if the gateway printed none
   */
  private static @Nullable String compare(String signed, String message) {
    String[] parts = CANONICAL_REQUEST.split(message, 2);
    if (parts.length < 2) {
      return null;
    }
    String[] ours = signed.split("\n", -1);
    String printed = parts[1].strip();
    String[] theirs =
        printed.substring(0, Math.min(printed.length(), MAX_CANONICAL_REQUEST)).split("[|\n]", -1);
    for (int i = 0; i < ours.length; i++) {
      String line = i < theirs.length ? theirs[i].strip() : "";
      boolean last = i == ours.length - 1; // other text may follow it
      if (last ? !isFirstWord(line, ours[i]) : !line.equals(ours[i])) {
        boolean header = i > 2 && i < ours.length - 2;
        boolean partOfHeader = header && !line.isEmpty() && !line.contains(":");
        String shown = partOfHeader ? HIDDEN : shown(line);
        return "the gateway received another request than the one signed: line "
            + (i + 1)
            + " is "
            + shown
            + " instead of "
            + shown(ours[i]);
      }
    }
    return "the gateway received the request as it was signed, so the secret key is likely wrong,"
        + " or else this machine's clock";
  }

  private static boolean isFirstWord(String line, String word) {
    return line.startsWith(word)
        && (line.length() == word.length()
            || !Character.isLetterOrDigit(line.charAt(word.length())));
  }

  private static String shown(String line) {
    int colon = line.indexOf(':');
    if (line.toLowerCase(Locale.ROOT).contains("signature=")) {
      return HIDDEN;
    }
    boolean secret = colon >= 0 && Secrets.isNameOfSecret(line.substring(0, colon));
    return "'"
        + SafeText.printable(secret ? line.substring(0, colon) + ":…" : line, MAX_LINE)
        + "'";
  }

  /** One error code has several reasons; only the message shows which. */
  private static @Nullable String refusalAdvice(String message) {
    Matcher times = TIMES.matcher(message);
    if (times.find()) {
      return "signed at %s while the gateway's clock says %s: correct this machine's clock"
          .formatted(times.group(1), times.group(2));
    }
    String words = message.toLowerCase(Locale.ROOT);
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

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

/**
 * Creates the typed exception for an error response, with advice on what to do about it.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html">Error
 *     codes of the gateway</a>
 */
final class ServiceErrors {
  private static final int MAX_LINE = 160; // of a canonical request

  /** A code of the gateway in front of the services, known by its number: 301 for APIGW.0301. */
  private static final Pattern GATEWAY_CODE =
      Pattern.compile("(?:APIGW|APIG)\\.\\s*([0-9]{4})\\s*");

  private static final String CHECK_KEYS = "check the keys and this machine's clock";
  private static final int THROTTLED = 308;

  /** The words before the request that the gateway received. */
  private static final Pattern CANONICAL_REQUEST = Pattern.compile("(?i)canonical ?request:");

  private ServiceErrors() {}

  /** Creates the exception; the body has no secrets, and is quoted if there is no message. */
  static JobsServiceException of(
      Response response,
      ErrorEnvelope read,
      byte[] body,
      Secrets secrets,
      @Nullable Duration retryAfter,
      @Nullable String clockComplaint) {
    int status = response.code();
    ErrorEnvelope envelope = read.with(response::header, secrets);
    String code = envelope.code();
    String message = envelope.message();
    String requestId = envelope.requestId();
    int gateway = gatewayCode(code);
    String advice = advice(response, gateway, envelope, secrets);
    if (clockComplaint != null) {
      advice = advice + "; " + clockComplaint;
    }
    String excerpt = SafeText.excerpt(body);
    String shown = message == null && !excerpt.isEmpty() ? excerpt : message;
    String text =
        new ErrorEnvelope(code, shown, requestId, envelope.fromService())
            .describe("HTTP " + status + " from GET " + response.request().url(), advice);
    if (status == 401) {
      return new AuthenticationException(text, status, code, message, requestId, advice);
    }
    if (status == 429 || status == 503 || gateway == THROTTLED) {
      return new ThrottledException(text, status, code, message, requestId, retryAfter, advice);
    }
    if (status == 404 && gateway < 0 && envelope.fromService()) {
      return new JobNotFoundException(text, status, code, message, requestId);
    }
    return new JobsServiceException(text, status, code, message, requestId, advice);
  }

  /** Returns the error of a poll whose credentials were refused to another poll. */
  static AuthenticationException refusedBefore(AuthenticationException error, HttpUrl url) {
    String withoutUrl =
        String.valueOf(error.getMessage()).replaceFirst(" from GET [^ ]+[^ :;]", "");
    AuthenticationException copy =
        new AuthenticationException(
            "the credentials for GET " + url + " were refused: " + withoutUrl,
            error.statusCode(),
            error.errorCode(),
            error.serviceMessage(),
            error.requestId(),
            error.advice());
    copy.initCause(error);
    return copy;
  }

  /** Returns the number of the gateway's code; -1 for a service's own, and for none. */
  private static int gatewayCode(@Nullable String code) {
    Matcher number = GATEWAY_CODE.matcher(code == null ? "" : code);
    return number.matches() ? Integer.parseInt(number.group(1)) : -1;
  }

  private static @Nullable String advice(
      Response response, int gateway, ErrorEnvelope envelope, Secrets secrets) {
    int status = response.code();
    if (status >= 300 && status < 400) {
      return "redirects are not followed" + target(response, secrets);
    }
    String message = envelope.message();
    boolean refused =
        gateway < 0 ? status == 401 : gateway == 301 || gateway == 303 || gateway == 305;
    if (refused && message != null) {
      String signed = secrets.hide(RequestSigner.canonicalRequest(response.request()));
      String[] printed = CANONICAL_REQUEST.split(message, 2);
      if (signed != null && printed.length == 2) {
        return compare(signed.split("\n", -1), printed[1].strip().split("[|\n]", -1));
      }
      String advice = adviceByWords(message.toLowerCase(Locale.ROOT));
      if (advice != null) {
        return advice;
      }
    }
    String known = advice(gateway, status);
    if (known == null && status == 404 && !envelope.fromService()) {
      return "this 404 has no error code of a service: check the endpoint and any proxy on the way";
    }
    return known == null && status == 401 ? CHECK_KEYS : known;
  }

  /** One error code has several reasons; the words of the message show which. */
  private static @Nullable String adviceByWords(String message) {
    if (message.contains("signature expired")) {
      return "check this machine's clock, and whether the temporary key has expired";
    }
    if (message.contains("reach the limit")) {
      return "the key is locked for some minutes after too many bad signatures: check it, and wait";
    }
    if (message.contains("ak") && message.contains("not exist")) {
      return "the gateway does not know this access key: check it, and the endpoint's region";
    }
    if (message.contains("token not found")) {
      return "neither a token nor a signature arrived: a proxy may have taken the header away";
    }
    return message.contains("token")
        ? "the token cannot be read or has expired: get a new one of the endpoint's region"
        : null;
  }

  private static @Nullable String advice(int gatewayCode, int status) {
    return switch (gatewayCode) {
      case 101 -> "the endpoint does not serve this path: check service and endpoint";
      case 103 -> "the gateway has no backend for this path; if it stays so, ask its operator";
      case 106, 602 -> "the gateway cannot read the request: check service, path and ids";
      case 201 ->
          status >= 500
              ? "the gateway could not ask the service: poll again"
              : "the gateway rejects the request as malformed or too large: check the ids";
      case 202, 203 -> "the service behind the gateway does not respond: poll again";
      case 301 -> CHECK_KEYS;
      case 302 -> "this user may not call the API: ask for the permission";
      case 303 -> "the gateway expects an app's signature, and this one is wrong or too old";
      case 304, 306 -> "this app or account may not call the API: ask for the permission";
      case 305 -> "check the keys: the gateway does not accept this kind of authentication";
      case 307 -> "the token has expired or belongs to another region";
      case THROTTLED -> "too many requests: poll less often; a wait does so by itself";
      case 310 -> "the project cannot be used: check that it is neither frozen nor overdue";
      case 401, 402 -> "requests from this machine's address are refused: ask its operator";
      case 601 -> "an error within the gateway: poll again";
      case 605 -> "the gateway cannot resolve the service's host name: poll again";
      case 613 -> "the gateway cannot reach the identity service: poll again";
      default -> null;
    };
  }

  private static String target(Response response, Secrets secrets) {
    String location = response.header("Location");
    HttpUrl target = location == null ? null : response.request().url().resolve(location);
    return target == null ? "" : ", this one leads to host " + secrets.hide(target.host());
  }

  /**
   * Compares the lines of the signed canonical request with those that a gateway prints when it
   * refuses a signature. Returns which line differs first, or that none does.
   */
  private static String compare(String[] ours, String[] theirs) {
    for (int i = 0; i < ours.length; i++) {
      String line = i < theirs.length ? theirs[i].strip() : "";
      boolean last = i == ours.length - 1; // other text may follow it
      if (!(last ? line.startsWith(ours[i]) : line.equals(ours[i]))) {
        return "the gateway received another request than the one signed: line %d is %s instead of %s"
            .formatted(i + 1, shown(line), shown(ours[i]));
      }
    }
    return "the gateway received the request as it was signed, so the secret key is likely wrong,"
        + " or else this machine's clock";
  }

  private static String shown(String line) {
    String name = line.substring(0, Math.max(0, line.indexOf(':')));
    boolean secret = Secrets.isNameOfSecret(name);
    return "'" + (secret ? name + ":…" : SafeText.printable(line, MAX_LINE)) + "'";
  }
}

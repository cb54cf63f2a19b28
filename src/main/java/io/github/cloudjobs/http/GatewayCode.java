package io.github.cloudjobs.http;

import org.jspecify.annotations.Nullable;

/**
 * An error code of the gateway in front of the services, known by its number: the prefix is {@code
 * APIGW.} or {@code APIG.}.
 *
 * @param number four digits
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html">Error
 *     Codes</a>
 */
record GatewayCode(String number) {
  private static final int DIGITS = 4;

  /** Returns the gateway's code; null for a service's own, and for none. */
  static @Nullable GatewayCode of(@Nullable String code) {
    if (code == null || !(code.startsWith("APIGW.") || code.startsWith("APIG."))) {
      return null;
    }
    String number = code.substring(code.indexOf('.') + 1).strip();
    boolean digits = number.chars().allMatch(c -> c >= '0' && c <= '9');
    return number.length() == DIGITS && digits ? new GatewayCode(number) : null;
  }

  /** True if it asks for fewer requests, whatever the HTTP status. */
  boolean isThrottling() {
    return number.equals("0308");
  }

  /** True if it is about an access key's or an app's signature, or about a token. */
  boolean isAuthentication() {
    return number.equals("0301") || number.equals("0303") || number.equals("0305");
  }

  /** What to do about it, in a few words without a full stop; null if that is not known. */
  @Nullable String advice(int status) {
    return switch (number) {
      case "0101" -> "the endpoint does not serve this path: check service and endpoint";
      case "0103" -> "the gateway has no backend for this path; if it stays so, ask its operator";
      case "0106", "0602" -> "the gateway cannot read the request: check service, path and ids";
      case "0201" ->
          status >= 500
              ? "the gateway could not ask the service: poll again"
              : "the gateway rejects the request as malformed or too large: check the ids";
      case "0202", "0203" -> "the service behind the gateway does not respond: poll again";
      case "0301" -> "check the keys and this machine's clock";
      case "0302" -> "this user may not call the API: ask for the permission";
      case "0303" -> "the gateway expects an app's signature, and this one is wrong or too old";
      case "0304", "0306" -> "this app or account may not call the API: ask for the permission";
      case "0305" -> "check the keys: the gateway does not accept this kind of authentication";
      case "0307" -> "the token has expired or belongs to another region";
      case "0308" -> "too many requests: poll less often; a wait does so by itself";
      case "0310" -> "the project cannot be used: check that it is neither frozen nor overdue";
      case "0401", "0402" -> "requests from this machine's address are refused: ask its operator";
      case "0601" -> "an error within the gateway: poll again";
      case "0605" -> "the gateway cannot resolve the service's host name: poll again";
      case "0613" -> "the gateway cannot reach the identity service: poll again";
      default -> null;
    };
  }
}

package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens and signatures as the gateway does, and refuses with the gateway's own texts. A
 * request is signed again: with the right credentials {@link RequestSigner} adds the same headers.
 */
final class Authenticator {
  private static final Duration TOLERANCE = Duration.ofMinutes(15);

  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** The header of a signed request, in the current or in the scoped form. */
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(?<prefix>SDK-HMAC-SHA256 (?:Access=|Credential=)(?<key>[^,/]+)"
              + "(?:/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request)?,)"
              + " SignedHeaders=(?<names>[^,\\s]+), Signature=\\p{XDigit}{64}");

  /** The headers that the signer sets, and the one it always signs. */
  private static final List<String> OWN_HEADERS =
      List.of("authorization", "x-sdk-date", "x-security-token", "x-auth-token", "host");

  private final Clock clock;
  private final Set<Credentials> accepted;

  Authenticator(Clock clock, Set<Credentials> accepted) {
    this.clock = clock;
    this.accepted = accepted;
  }

  /** Returns the error response, or null if the request is authentic. */
  @Nullable SimulatedResponse check(Request request) {
    String authorization = request.header("Authorization");
    if (authorization == null) {
      return checkToken(request);
    }
    String error;
    try {
      error = signatureError(request, AUTHORIZATION.matcher(authorization));
    } catch (IllegalArgumentException | DateTimeException malformed) {
      error = "Unauthorized";
    }
    return error == null ? null : SimulatedResponse.unauthenticated(error);
  }

  private @Nullable SimulatedResponse checkToken(Request request) {
    if (request.header("X-Auth-Token") == null) {
      return SimulatedResponse.unauthenticated("x-auth-token not found");
    }
    for (Credentials token : accepted) {
      if (isEqual(request, RequestSigner.standard().sign(request, token, Instant.EPOCH))) {
        return null;
      }
    }
    return SimulatedResponse.gatewayError(401, "APIGW.0307", "The token must be updated");
  }

  private @Nullable String signatureError(Request request, Matcher authorization) {
    String date = String.valueOf(request.header("X-Sdk-Date"));
    Instant signedAt = Instant.from(SDK_DATE.parse(date));
    if (!authorization.matches() || request.header("Host") == null) {
      return "Unauthorized";
    }
    String region = authorization.group("region");
    RequestSigner signer =
        region == null
            ? RequestSigner.standard()
            : RequestSigner.scoped(region, authorization.group("service"));
    String[] names = namesToSign(request, authorization.group("names"));
    boolean known = false;
    boolean authentic = false;
    for (Credentials each : accepted) {
      Request again = signer.sign(request, each, signedAt, names);
      String expected = again.header("Authorization");
      if (expected != null && expected.startsWith(authorization.group("prefix"))) {
        known = true;
        authentic |= isEqual(request, again);
      }
    }
    Instant now = clock.instant();
    if (!known) {
      return "ak " + authorization.group("key") + " not exist";
    } else if (Duration.between(signedAt, now).abs().compareTo(TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:"
          + date
          + ",server time:"
          + SDK_DATE.format(now);
    } else if (authentic) {
      return null;
    }
    String canonical = String.valueOf(RequestSigner.canonicalRequest(request));
    return "verify aksk signature fail, canonicalRequest:" + canonical.replace('\n', '|');
  }

  /** The signed headers that the signer does not add itself, without any that are missing. */
  private static String[] namesToSign(Request request, String signedHeaders) {
    List<String> names = new ArrayList<>();
    for (String name : signedHeaders.split(";", -1)) {
      if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))
          && request.headers(name).size() == 1) {
        names.add(name);
      }
    }
    return names.toArray(new String[0]);
  }

  private static boolean isEqual(Request request, Request again) {
    for (String name : OWN_HEADERS) {
      if (!request.headers(name).equals(again.headers(name))) {
        return false;
      }
    }
    return true;
  }
}

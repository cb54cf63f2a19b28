package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
              + "(?<scope>/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request)?,)"
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
    if (authorization != null) {
      String error = signatureError(request, AUTHORIZATION.matcher(authorization));
      return error == null ? null : SimulatedResponse.unauthenticated(error);
    } else if (request.header("X-Auth-Token") == null) {
      return SimulatedResponse.unauthenticated("x-auth-token not found");
    }
    return accepted.stream()
            .map(token -> RequestSigner.standard().sign(request, token, Instant.EPOCH))
            .anyMatch(again -> isEqual(request, again))
        ? null
        : SimulatedResponse.gatewayError(401, "APIGW.0307", "The token must be updated");
  }

  private @Nullable String signatureError(Request request, Matcher authorization) {
    if (!authorization.matches() || request.header("Host") == null) {
      return "Unauthorized";
    }
    String date = String.valueOf(request.header("X-Sdk-Date"));
    Instant signedAt;
    List<Request> signedAgain;
    try {
      signedAt = SDK_DATE.parse(date, Instant::from);
      signedAgain = signAgain(request, authorization, signedAt);
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return "Unauthorized";
    }
    Instant now = clock.instant();
    if (signedAgain.isEmpty()) {
      return "ak " + authorization.group("key") + " not exist";
    } else if (Duration.between(signedAt, now).abs().compareTo(TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:%s,server time:%s"
          .formatted(date, SDK_DATE.format(now));
    } else if (signedAgain.stream().anyMatch(again -> isEqual(request, again))) {
      return null;
    }
    String canonical = String.valueOf(RequestSigner.canonicalRequest(request));
    return "verify aksk signature fail, canonicalRequest:" + canonical.replace('\n', '|');
  }

  /** Signs the request with each accepted key that has the id in its {@code Authorization}. */
  private List<Request> signAgain(Request request, Matcher authorization, Instant at) {
    RequestSigner signer =
        authorization.group("scope") == null
            ? RequestSigner.standard()
            : RequestSigner.scoped(authorization.group("region"), authorization.group("service"));
    String[] names =
        Stream.of(authorization.group("names").split(";", -1))
            .filter(name -> !OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT)))
            .filter(name -> request.headers(name).size() == 1)
            .toArray(String[]::new);
    String prefix = authorization.group("prefix");
    return accepted.stream()
        .map(credentials -> signer.sign(request, credentials, at, names))
        .filter(again -> String.valueOf(again.header("Authorization")).startsWith(prefix))
        .toList();
  }

  private static boolean isEqual(Request request, Request again) {
    return OWN_HEADERS.stream().allMatch(name -> request.headers(name).equals(again.headers(name)));
  }
}

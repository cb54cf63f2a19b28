package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens and signatures as the gateway does, and refuses with the gateway's own texts. A
 * request is signed again: with the right credentials {@link RequestSigner} adds the same headers.
 * Thread-safe.
 */
final class Authenticator {
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(15);
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** The prefix names the algorithm and the key; the names are those of the signed headers. */
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(?<prefix>SDK-HMAC-SHA256 (?:Access=(?<key>[^,/]+)|Credential=(?<scoped>[^,/]+)"
              + "/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request),)"
              + " SignedHeaders=(?<names>[^,\\s]+), Signature=\\p{XDigit}{64}");

  /** Signed by the signer itself, or never. */
  private static final Set<String> NOT_GIVEN =
      Set.of("host", "x-sdk-date", "x-security-token", "authorization");

  private final Set<Credentials> accepted = ConcurrentHashMap.newKeySet();
  private final Clock clock;

  Authenticator(Clock clock, Collection<Credentials> accepted) {
    this.clock = clock;
    this.accepted.addAll(accepted);
  }

  void accept(Credentials credentials) {
    accepted.add(credentials);
  }

  void revoke(Credentials credentials) {
    accepted.remove(credentials);
  }

  /** Returns the error response, or null if the request is authentic. */
  @Nullable SimulatedResponse check(Request request) {
    String authorization = request.header("Authorization");
    if (authorization == null && request.header("X-Auth-Token") != null) {
      return accepted.stream().anyMatch(token -> hasToken(request, token))
          ? null
          : SimulatedResponse.gatewayError(401, "APIGW.0307", "The token must be updated");
    }
    String error =
        authorization == null ? "x-auth-token not found" : signatureError(request, authorization);
    return error == null ? null : SimulatedResponse.unauthenticated(error);
  }

  private static boolean hasToken(Request request, Credentials token) {
    Request again = RequestSigner.standard().sign(request, token, Instant.EPOCH);
    return request.headers("X-Auth-Token").equals(again.headers("X-Auth-Token"));
  }

  private @Nullable String signatureError(Request request, String authorization) {
    Matcher parts = AUTHORIZATION.matcher(authorization);
    String date = request.header("X-Sdk-Date");
    if (!parts.matches() || date == null || request.header("Host") == null) {
      return "Unauthorized";
    }
    Instant signedAt;
    List<Request> signedAgain;
    try {
      signedAt = SDK_DATE.parse(date, Instant::from);
      signedAgain = signAgain(request, parts, signedAt);
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return "Unauthorized";
    }
    if (signedAgain.isEmpty()) {
      String key = parts.group("key") == null ? parts.group("scoped") : parts.group("key");
      return "ak " + key + " not exist";
    }
    Instant now = clock.instant();
    if (Duration.between(signedAt, now).abs().compareTo(CLOCK_TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:%s,server time:%s"
          .formatted(date, SDK_DATE.format(now));
    }
    return signedAgain.stream().anyMatch(again -> hasSameHeaders(request, again))
        ? null
        : "verify aksk signature fail, canonicalRequest:"
            + String.valueOf(RequestSigner.canonicalRequest(request)).replace('\n', '|');
  }

  /** Signs the request with each accepted key that has the id in its {@code Authorization}. */
  private List<Request> signAgain(Request request, Matcher authorization, Instant at) {
    RequestSigner signer =
        authorization.group("key") == null
            ? RequestSigner.scoped(authorization.group("region"), authorization.group("service"))
            : RequestSigner.standard();
    String[] names =
        Stream.of(authorization.group("names").split(";", -1))
            .filter(name -> !NOT_GIVEN.contains(name.toLowerCase(Locale.ROOT)))
            .filter(name -> request.headers(name).size() == 1)
            .toArray(String[]::new);
    String prefix = authorization.group("prefix");
    return accepted.stream()
        .map(credentials -> signer.sign(request, credentials, at, names))
        .filter(again -> String.valueOf(again.header("Authorization")).startsWith(prefix))
        .toList();
  }

  private static boolean hasSameHeaders(Request request, Request again) {
    return Stream.of("Authorization", "X-Sdk-Date", "X-Security-Token")
        .allMatch(name -> request.headers(name).equals(again.headers(name)));
  }
}

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
    Signature signature = Signature.parse(request, authorization);
    if (signature == null) {
      return "Unauthorized";
    }
    List<Credentials> sameKey = accepted.stream().filter(signature::isOfKey).toList();
    if (sameKey.isEmpty()) {
      return "ak " + signature.accessKeyId + " not exist";
    }
    Instant now = clock.instant();
    if (Duration.between(signature.signedAt, now).abs().compareTo(CLOCK_TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:%s,server time:%s"
          .formatted(SDK_DATE.format(signature.signedAt), SDK_DATE.format(now));
    }
    return sameKey.stream().anyMatch(signature::isBy)
        ? null
        : "verify aksk signature fail, canonicalRequest:"
            + String.valueOf(RequestSigner.canonicalRequest(request)).replace('\n', '|');
  }

  /**
   * The parsed {@code Authorization} header of a GET request.
   *
   * @param prefix the header up to the signed headers, with the algorithm and the key
   * @param names the signed headers
   */
  private record Signature(
      Request request,
      RequestSigner signer,
      String accessKeyId,
      String prefix,
      List<String> names,
      Instant signedAt) {
    private static final Pattern AUTHORIZATION =
        Pattern.compile(
            "(?<prefix>SDK-HMAC-SHA256 (?:Access=(?<key>[^,/]+)|Credential=(?<scoped>[^,/]+)"
                + "/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request),)"
                + " SignedHeaders=(?<names>[^,\\s]+), Signature=\\p{XDigit}{64}");

    /** Signed by the signer itself, or never. */
    private static final Set<String> NOT_GIVEN =
        Set.of("host", "x-sdk-date", "x-security-token", "authorization");

    /** Returns null if a header is missing or malformed. */
    static @Nullable Signature parse(Request request, String authorization) {
      Matcher parts = AUTHORIZATION.matcher(authorization);
      String date = request.header("X-Sdk-Date");
      if (!parts.matches() || date == null || request.header("Host") == null) {
        return null;
      }
      String key = parts.group("key");
      try {
        return new Signature(
            request,
            key == null
                ? RequestSigner.scoped(parts.group("region"), parts.group("service"))
                : RequestSigner.standard(),
            key == null ? parts.group("scoped") : key,
            parts.group("prefix"),
            List.of(parts.group("names").split(";", -1)),
            SDK_DATE.parse(date, Instant::from));
      } catch (IllegalArgumentException | DateTimeException malformed) {
        return null;
      }
    }

    /** Returns whether the credentials are an access key with the id in the header. */
    boolean isOfKey(Credentials credentials) {
      String again = signer.sign(request, credentials, signedAt).header("Authorization");
      return again != null && again.startsWith(prefix);
    }

    /** Returns whether the request was signed with these credentials. */
    boolean isBy(Credentials credentials) {
      String[] given =
          names.stream().filter(name -> !NOT_GIVEN.contains(name)).toArray(String[]::new);
      try {
        Request again = signer.sign(request, credentials, signedAt, given);
        return Stream.of("Authorization", "X-Sdk-Date", "X-Security-Token")
            .allMatch(name -> request.headers(name).equals(again.headers(name)));
      } catch (IllegalArgumentException missingHeader) {
        return false;
      }
    }
  }
}

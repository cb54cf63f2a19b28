package io.github.cloudjobs.testing;

import static io.github.cloudjobs.testing.ReceivedSignature.SDK_DATE;

import io.github.cloudjobs.auth.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens and signatures as the gateway does, and refuses with the gateway's own texts.
 * Thread-safe.
 */
final class Authenticator {
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(15);

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
  @Nullable SimulatedResponse check(Request request, String requestId) {
    if (request.header("Authorization") == null && request.header("X-Auth-Token") != null) {
      String message = "The token must be updated";
      return accepted.stream().anyMatch(token -> ReceivedSignature.hasToken(request, token))
          ? null
          : SimulatedResponse.gatewayError(401, "APIGW.0307", message, requestId);
    }
    String error = signatureError(request);
    return error == null ? null : SimulatedResponse.unauthenticated(error, requestId);
  }

  private @Nullable String signatureError(Request request) {
    if (request.header("Authorization") == null) {
      return "x-auth-token not found";
    }
    ReceivedSignature signature = ReceivedSignature.parse(request);
    if (signature == null) {
      return "Unauthorized";
    }
    List<Credentials> sameKey = accepted.stream().filter(signature::isOfKey).toList();
    if (sameKey.isEmpty()) {
      return "ak " + signature.accessKeyId() + " not exist";
    }
    Instant now = clock.instant();
    if (Duration.between(signature.signedAt(), now).abs().compareTo(CLOCK_TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:%s,server time:%s"
          .formatted(SDK_DATE.format(signature.signedAt()), SDK_DATE.format(now));
    }
    return sameKey.stream().anyMatch(signature::isBy)
        ? null
        : "verify aksk signature fail, canonicalRequest:" + signature.canonicalRequest();
  }
}

package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decides who may ask, and refuses others in the gateway's words. Thread-safe. */
final class Gatekeeper {
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(15);
  private static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** Each with the id of its access key; a token has none. */
  private final Map<Credentials, Optional<String>> accepted = new ConcurrentHashMap<>();

  private final Clock clock;

  Gatekeeper(Clock clock, Collection<Credentials> accepted) {
    this.clock = clock;
    accepted.forEach(this::accept);
  }

  void accept(Credentials credentials) {
    accepted.put(credentials, Optional.ofNullable(AccessKeyId.of(credentials)));
  }

  void revoke(Credentials credentials) {
    accepted.remove(credentials);
  }

  /** Returns the refusal, or null if the request may pass. */
  @Nullable Answer check(Request request, String requestId) {
    if (request.header("Authorization") == null) {
      return checkToken(request, requestId);
    }
    ArrivedSignature signature = ArrivedSignature.of(request);
    if (signature == null) {
      return Refusals.unauthenticated("Unauthorized", requestId);
    }
    String fault = faultOf(signature, clock.instant());
    return fault == null ? null : Refusals.unauthenticated(fault, requestId);
  }

  private @Nullable Answer checkToken(Request request, String requestId) {
    if (request.header("X-Auth-Token") == null) {
      return Refusals.unauthenticated("x-auth-token not found", requestId);
    }
    SignableRequest arrived = ArrivedSignature.signable(request);
    if (arrived == null) {
      return Refusals.unauthenticated("Unauthorized", requestId);
    }
    boolean known =
        identifiedBy(Optional.empty()).stream()
            .anyMatch(token -> RequestSigner.standard().verifies(arrived, token));
    return known ? null : Refusals.staleToken(requestId);
  }

  private @Nullable String faultOf(ArrivedSignature signature, Instant now) {
    List<Credentials> candidates = identifiedBy(Optional.of(signature.accessKeyId()));
    if (candidates.isEmpty()) {
      return "ak " + signature.accessKeyId() + " not exist";
    }
    Instant signedAt = time(signature.date());
    if (signedAt == null) {
      return "Unauthorized";
    }
    if (Duration.between(signedAt, now).abs().compareTo(CLOCK_TOLERANCE) > 0) {
      return "calc aksk signature fail:signature expired, signature time:%s,server time:%s"
          .formatted(signature.date(), SDK_DATE.format(now));
    }
    if (candidates.stream().anyMatch(signature::isBy)) {
      return null;
    }
    return "verify aksk signature fail, canonicalRequest:" + signature.canonicalRequest();
  }

  private List<Credentials> identifiedBy(Optional<String> accessKeyId) {
    return accepted.entrySet().stream()
        .filter(each -> each.getValue().equals(accessKeyId))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static @Nullable Instant time(String sdkDate) {
    try {
      return LocalDateTime.parse(sdkDate, SDK_DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}

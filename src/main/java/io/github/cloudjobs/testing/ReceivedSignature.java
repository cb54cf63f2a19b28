package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * The parsed {@code Authorization} header of a GET request. It is verified by signing the request
 * again: with the right credentials {@link RequestSigner} adds the same headers.
 */
final class ReceivedSignature {
  static final DateTimeFormatter SDK_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "(?<prefix>SDK-HMAC-SHA256 (?:Access=(?<key>[^,/]+)|Credential=(?<scoped>[^,/]+)"
              + "/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request),)"
              + " SignedHeaders=(?<names>[^,\\s]+), Signature=\\p{XDigit}{64}");

  /** Signed by the signer itself, or never. */
  private static final Set<String> NOT_GIVEN =
      Set.of("host", "x-sdk-date", "x-security-token", "authorization");

  private final Request request;
  private final RequestSigner signer;
  private final String accessKeyId;
  private final String prefix; // with the algorithm and the key, up to the signed headers
  private final Instant signedAt;
  private final List<String> signedHeaders;

  private ReceivedSignature(Request request, Matcher authorization, String date) {
    this.request = request;
    String key = authorization.group("key");
    accessKeyId = key == null ? authorization.group("scoped") : key;
    signer =
        key == null
            ? RequestSigner.scoped(authorization.group("region"), authorization.group("service"))
            : RequestSigner.standard();
    prefix = authorization.group("prefix");
    signedAt = LocalDateTime.parse(date, SDK_DATE).toInstant(ZoneOffset.UTC);
    signedHeaders = List.of(authorization.group("names").split(";", -1));
  }

  /** Returns null if a header is missing or malformed. */
  static @Nullable ReceivedSignature parse(Request request) {
    String authorization = request.header("Authorization");
    String date = request.header("X-Sdk-Date");
    if (authorization == null
        || date == null
        || request.header("Host") == null // always signed
        || !date.matches("\\d{8}T\\d{6}Z")) {
      return null;
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    try {
      return parts.matches() ? new ReceivedSignature(request, parts, date) : null;
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return null;
    }
  }

  String accessKeyId() {
    return accessKeyId;
  }

  Instant signedAt() {
    return signedAt;
  }

  /** Returns whether the credentials are an access key with the id in the header. */
  boolean isOfKey(Credentials credentials) {
    String authorization = signer.sign(request, credentials, signedAt).header("Authorization");
    return authorization != null && authorization.startsWith(prefix);
  }

  /** Returns whether the request was signed with these credentials. */
  boolean isBy(Credentials credentials) {
    String[] given =
        signedHeaders.stream().filter(name -> !NOT_GIVEN.contains(name)).toArray(String[]::new);
    try {
      Request again = signer.sign(request, credentials, signedAt, given);
      return Stream.of("Authorization", "X-Sdk-Date", "X-Security-Token")
          .allMatch(name -> request.headers(name).equals(again.headers(name)));
    } catch (IllegalArgumentException missingHeader) {
      return false;
    }
  }

  /** Returns whether the request carries this token. */
  static boolean hasToken(Request request, Credentials token) {
    Request again = RequestSigner.standard().sign(request, token, Instant.EPOCH);
    return request.headers("X-Auth-Token").equals(again.headers("X-Auth-Token"));
  }

  /** The canonical request as the gateway prints it: one line, with {@code |} for line ends. */
  String canonicalRequest() {
    return String.valueOf(RequestSigner.canonicalRequest(request)).replace('\n', '|');
  }
}

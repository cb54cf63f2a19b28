package io.github.cloudjobs.testing;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
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
              + " SignedHeaders=(?<names>[^,]+), Signature=\\p{XDigit}{64}");

  /** Signed by the signer itself, or never. */
  private static final Set<String> NOT_GIVEN =
      Set.of("host", "x-sdk-date", "x-security-token", "authorization");

  private final Request request;
  private final RequestSigner signer;
  private final String accessKeyId;
  private final String prefix; // with the algorithm and the key, up to the signed headers
  private final Instant signedAt;
  private final List<String> signedHeaders;
  private final SignableRequest unsigned;

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
    unsigned = unsigned(request, authorization.group("names").toLowerCase(Locale.ROOT));
  }

  /** Returns null if a header is missing or malformed. */
  static @Nullable ReceivedSignature parse(Request request) {
    String authorization = request.header("Authorization");
    String date = request.header("X-Sdk-Date");
    if (authorization == null || date == null || !date.matches("\\d{8}T\\d{6}Z")) {
      return null;
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    try {
      return parts.matches() ? new ReceivedSignature(request, parts, date) : null;
    } catch (IllegalArgumentException | DateTimeException malformed) {
      return null;
    }
  }

  private static SignableRequest unsigned(Request request, String signedHeaders) {
    HttpUrl url = request.url();
    List<Map.Entry<String, String>> query = new ArrayList<>();
    for (int i = 0; i < url.querySize(); i++) {
      String value = url.queryParameterValue(i);
      query.add(Map.entry(url.queryParameterName(i), value == null ? "" : value));
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String name : new TreeSet<>(List.of(signedHeaders.split(";", -1)))) {
      if (!NOT_GIVEN.contains(name)) {
        headers.add(Map.entry(name, valueOf(name, request)));
      }
    }
    return SignableRequest.get(valueOf("host", request), "/" + String.join("/", url.pathSegments()))
        .withQuery(query)
        .withHeaders(headers);
  }

  String accessKeyId() {
    return accessKeyId;
  }

  Instant signedAt() {
    return signedAt;
  }

  /** Returns whether the credentials are an access key with the id in the header. */
  boolean isOfKey(Credentials credentials) {
    return sign(credentials).stream()
        .anyMatch(
            header ->
                header.getKey().equals("Authorization") && header.getValue().startsWith(prefix));
  }

  /** Returns whether the request was signed with these credentials. */
  boolean isBy(Credentials credentials) {
    return signedHeaders.stream().allMatch(name -> request.headers(name).size() == 1)
        && contains(request, sign(credentials));
  }

  private List<Map.Entry<String, String>> sign(Credentials credentials) {
    return signer.sign(unsigned, credentials, signedAt).headers();
  }

  /** Returns whether the request carries this token. */
  static boolean hasToken(Request request, Credentials token) {
    SignableRequest any = SignableRequest.get("localhost", "/"); // a token signs nothing
    return contains(request, RequestSigner.standard().sign(any, token, Instant.EPOCH).headers());
  }

  private static boolean contains(Request request, List<Map.Entry<String, String>> headers) {
    return headers.stream()
        .allMatch(header -> request.headers(header.getKey()).equals(List.of(header.getValue())));
  }

  /** The canonical request as the gateway prints it: one line, with {@code |} for line ends. */
  String canonicalRequest() {
    String path = request.url().encodedPath();
    String query = request.url().encodedQuery();
    StringBuilder text = new StringBuilder("GET|").append(path);
    text.append(path.endsWith("/") ? "|" : "/|").append(query == null ? "" : query).append('|');
    for (String name : signedHeaders) {
      text.append(name).append(':').append(valueOf(name, request).trim()).append('|');
    }
    text.append('|').append(String.join(";", signedHeaders));
    return text.append('|').append(unsigned.payloadHash()).toString();
  }

  private static String valueOf(String header, Request request) {
    String value = request.header(header);
    return value == null ? "" : value;
  }
}

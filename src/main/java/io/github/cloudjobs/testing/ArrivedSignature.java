package io.github.cloudjobs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.cloudjobs.auth.Credentials;
import io.github.cloudjobs.auth.RequestSigner;
import io.github.cloudjobs.auth.SignableRequest;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code Authorization} header claims, and a way to prove it. Immutable.
 *
 * @param date the text of {@code X-Sdk-Date}
 */
record ArrivedSignature(
    Request request,
    SignableRequest signable,
    RequestSigner signer,
    String accessKeyId,
    String date,
    List<String> signedHeaders) {

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "SDK-HMAC-SHA256 (?:Access=(?<key>[^,/]+)"
              + "|Credential=(?<scoped>[^,/]+)/\\d{8}/(?<region>[^,/]*)/(?<service>[^,/]*)/sdk_request),"
              + " SignedHeaders=(?<names>[^,]+), Signature=\\p{XDigit}{64}");

  /** Reads the header; null if it is not of a form that a gateway knows. */
  static @Nullable ArrivedSignature of(Request request) {
    String authorization = request.header("Authorization");
    String date = request.header("X-Sdk-Date");
    if (authorization == null || date == null) {
      return null;
    }
    Matcher parts = AUTHORIZATION.matcher(authorization);
    SignableRequest signable = signable(request);
    if (!parts.matches() || signable == null) {
      return null;
    }
    String key = parts.group("key");
    String region = parts.group("region");
    RequestSigner signer =
        key == null
            ? RequestSigner.scoped(region, parts.group("service"))
            : RequestSigner.standard();
    List<String> names = List.of(parts.group("names").split(";", -1));
    return new ArrivedSignature(
        request, signable, signer, key == null ? parts.group("scoped") : key, date, names);
  }

  /** The request as a signer sees it; null if it cannot be one that was signed. */
  static @Nullable SignableRequest signable(Request request) {
    String host = request.header("Host");
    if (host == null) {
      return null;
    }
    try {
      return SignableRequest.get(host, decode(request.rawPath()))
          .withQuery(query(request.rawQuery()))
          .withHeaders(request.headers());
    } catch (IllegalArgumentException unsignable) {
      return null;
    }
  }

  boolean isBy(Credentials credentials) {
    return signer.verifies(signable, credentials);
  }

  /** The canonical request as the gateway prints it: in one line, {@code |} for every line end. */
  String canonicalRequest() {
    StringBuilder text = new StringBuilder(request.method()).append('|').append(request.rawPath());
    if (!request.rawPath().endsWith("/")) {
      text.append('/');
    }
    text.append('|').append(request.rawQuery()).append('|');
    for (String name : signedHeaders) {
      String value = request.header(name);
      text.append(name).append(':').append(value == null ? "" : value.trim()).append('|');
    }
    text.append('|').append(String.join(";", signedHeaders));
    return text.append('|').append(signable.payloadHash()).toString();
  }

  private static List<Map.Entry<String, String>> query(String rawQuery) {
    List<Map.Entry<String, String>> query = new ArrayList<>();
    for (String pair : rawQuery.isEmpty() ? new String[0] : rawQuery.split("&", -1)) {
      int equals = pair.indexOf('=');
      query.add(
          equals < 0
              ? Map.entry(decode(pair), "")
              : Map.entry(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1))));
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }
}

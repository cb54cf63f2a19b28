package io.github.cloudjobs.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests by {@code SDK-HMAC-SHA256}: by an HMAC of the string to sign, which contains the
 * hash of the canonical request.
 *
 * @see <a
 *     href="https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html">Constructing
 *     a Standard Request</a>
 * @param date of {@code X-Sdk-Date}; for the scoped form it begins with a day of eight digits
 * @param scope the region and the service of the scoped form, separated by a slash; null for the
 *     current form
 */
record Signature(AccessKey key, String date, @Nullable String scope) {
  static final String ALGORITHM = "SDK-HMAC-SHA256";

  /** The SHA-256 of an empty body. */
  static final String NO_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final int DAY_LENGTH = 8;
  private static final char END_OF_NAME = '\0'; // sorts a name before any longer one

  /**
   * Returns a request in the form that client and gateway agree on.
   *
   * @param path percent-encoded, beginning with a slash; which characters are encoded makes no
   *     difference, and a percent sign without two hexadecimal digits is a literal one
   * @param query percent-encoded, without the question mark; null if there is none
   * @param headers the signed headers by their names in lower case
   * @param names of these headers, separated by semicolons
   * @param bodyHash SHA-256 of the body in lower-case hexadecimal digits
   */
  static AsciiText canonicalRequest(
      String method,
      String path,
      @Nullable String query,
      SortedMap<String, String> headers,
      String names,
      String bodyHash) {
    AsciiText text = new AsciiText().append(method).append('\n');
    text.appendEncoded(path, true);
    if (!path.endsWith("/")) {
      text.append('/'); // only here; the request is sent without it
    }
    text.append('\n').append(canonicalQuery(query)).append('\n');
    for (Map.Entry<String, String> header : headers.entrySet()) {
      text.append(header.getKey()).append(':').append(header.getValue()).append('\n');
    }
    return text.append('\n').append(names).append('\n').append(bodyHash);
  }

  /** Sorts the parameters of a query by encoded name, then by encoded value. */
  static String canonicalQuery(@Nullable String query) {
    if (query == null || query.isEmpty()) {
      return "";
    }
    List<String> parameters = new ArrayList<>();
    for (String parameter : query.split("&", -1)) {
      if (!parameter.isEmpty()) {
        String[] pair = parameter.split("=", 2);
        AsciiText text = new AsciiText().appendEncoded(pair[0], false).append(END_OF_NAME);
        parameters.add(text.appendEncoded(pair.length < 2 ? "" : pair[1], false).toString());
      }
    }
    Collections.sort(parameters);
    return String.join("&", parameters).replace(END_OF_NAME, '=');
  }

  /** Returns the signature in hexadecimal digits. Overwrites the canonical request. */
  String value(AsciiText canonicalRequest) {
    byte[] signature = sign(canonicalRequest);
    return canonicalRequest.clear().appendHex(signature).toString();
  }

  /** Returns the value of the header {@code Authorization}. Overwrites the canonical request. */
  String authorization(AsciiText canonicalRequest, String names) {
    byte[] signature = sign(canonicalRequest);
    AsciiText text = canonicalRequest.clear().append(ALGORITHM);
    text.append(scope == null ? " Access=" : " Credential=").append(credential());
    text.append(", SignedHeaders=").append(names);
    return text.append(", Signature=").appendHex(signature).toString();
  }

  private byte[] sign(AsciiText canonicalRequest) {
    byte[] hash = canonicalRequest.sha256();
    AsciiText text = canonicalRequest.clear().append(ALGORITHM).append('\n').append(date);
    if (scope != null) {
      text.append('\n').append(datedScope());
    }
    return text.append('\n').appendHex(hash).hmac(signingKey());
  }

  /** The id of the key; in the scoped form with the scope. */
  String credential() {
    return scope == null ? key.id : key.id + '/' + datedScope();
  }

  private String datedScope() {
    return date.substring(0, DAY_LENGTH) + '/' + scope + "/sdk_request";
  }

  /** The secret; in the scoped form a key derived from it for the scope. */
  private byte[] signingKey() {
    byte[] secret = key.secret;
    if (scope == null) {
      return secret;
    }
    byte[] derived = Arrays.copyOf(new byte[] {'S', 'D', 'K'}, secret.length + 3);
    System.arraycopy(secret, 0, derived, 3, secret.length);
    for (String part : datedScope().split("/", -1)) {
      derived = new AsciiText().append(part).hmac(derived);
    }
    return derived;
  }
}

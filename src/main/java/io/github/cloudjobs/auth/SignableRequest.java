package io.github.cloudjobs.auth;

import io.github.cloudjobs.text.HeaderText;
import io.github.cloudjobs.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a signature covers of an HTTP request; immutable. It knows no HTTP library: whoever sends
 * the request has to see to it that what is sent is what was signed.
 *
 * @param method the HTTP method; kept in upper case
 * @param host the {@code Host} header exactly as it is sent: no default port, no user info, the
 *     case unchanged
 * @param path the <em>decoded</em> path, beginning with a slash; empty means {@code /}. It is
 *     encoded once, segment by segment, so a path that holds {@code %20} means those three
 *     characters. A slash inside a segment cannot be told from one between segments.
 * @param query the query's names and values, decoded, in any order; a name without a value has an
 *     empty one. A gateway may or may not sort the values of a repeated name, so send them sorted.
 * @param headers the other headers to sign, besides {@code Host} and what the signer adds itself.
 *     Their values are signed without the blanks around them. Sign no header that a proxy or the
 *     HTTP library may change.
 * @param payloadHash stands for the body: the SHA-256 in lower-case hexadecimal, or {@code
 *     UNSIGNED-PAYLOAD}. It alone decides; a header {@code X-Sdk-Content-Sha256} is a header like
 *     any other here.
 */
public record SignableRequest(
    String method,
    String host,
    String path,
    List<Map.Entry<String, String>> query,
    List<Map.Entry<String, String>> headers,
    String payloadHash) {

  private static final int SHOWN = 200; // of a path, in toString
  private static final String NO_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /**
   * @throws IllegalArgumentException if something is null, the path does not begin with a slash, or
   *     the method, the host, a header or the hash holds what HTTP cannot carry there; values are
   *     never repeated in the text
   */
  public SignableRequest {
    method = HeaderText.requireName("method", method, ":/").toUpperCase(Locale.ROOT);
    HeaderText.requireName("host", host, "/?#@");
    HeaderText.requireName("payloadHash", payloadHash, "");
    if (path == null || !(path.isEmpty() || path.charAt(0) == '/')) {
      throw new IllegalArgumentException("path must begin with a slash");
    }
    path = path.isEmpty() ? "/" : path;
    query = copy("query", query);
    headers = copy("headers", headers);
    for (int i = 0; i < headers.size(); i++) {
      HeaderText.requireName("a header's name", headers.get(i).getKey(), ":;,");
      HeaderText.requirePrintable("a header's value", headers.get(i).getValue());
    }
  }

  /** A GET without a query, other headers or a body: what a poll is. */
  public static SignableRequest get(String host, String path) {
    return new SignableRequest("GET", host, path, List.of(), List.of(), NO_BODY);
  }

  /** Returns a copy with these query parameters in place of the present ones. */
  public SignableRequest withQuery(List<Map.Entry<String, String>> parameters) {
    return new SignableRequest(method, host, path, parameters, headers, payloadHash);
  }

  /** Returns a copy with these headers in place of the present ones. */
  public SignableRequest withHeaders(List<Map.Entry<String, String>> others) {
    return new SignableRequest(method, host, path, query, others, payloadHash);
  }

  /** Returns a copy with another method and the hash of this body, which may be empty. */
  public SignableRequest withBody(String otherMethod, byte[] body) {
    String hash = new AsciiBuffer().appendHex(Hashing.sha256(body, body.length)).toString();
    return new SignableRequest(otherMethod, host, path, query, headers, hash);
  }

  /**
   * Returns the path as it has to be on the wire: percent-encoded, without the slash that the
   * canonical request appends.
   */
  public String encodedPath() {
    AsciiBuffer out = new AsciiBuffer();
    PercentEncoding.appendPath(out, path);
    return out.toString();
  }

  /** Names the request, without the values of its query and headers, which may be secrets. */
  @Override
  public String toString() {
    return method + " " + host + SafeText.printable(path, SHOWN) + (query.isEmpty() ? "" : "?…");
  }

  private static List<Map.Entry<String, String>> copy(
      String parameter, List<Map.Entry<String, String>> pairs) {
    if (pairs == null) {
      throw new IllegalArgumentException(parameter + " is null");
    }
    if (pairs.isEmpty()) {
      return List.of();
    }
    List<Map.Entry<String, String>> copies = new ArrayList<>(pairs.size());
    for (Map.Entry<String, String> pair : pairs) {
      if (pair == null || pair.getKey() == null || pair.getValue() == null) {
        throw new IllegalArgumentException(parameter + " holds a null");
      }
      copies.add(Map.entry(pair.getKey(), pair.getValue()));
    }
    return List.copyOf(copies);
  }
}

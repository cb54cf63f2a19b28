package io.github.cloudjobs.auth;

import java.util.List;
import java.util.Map;

/**
 * A query that carries its own signature; immutable. Whoever has the URL with it can send the
 * request until it expires: it is a bearer secret, and {@code toString} shows none of it.
 */
public final class PresignedQuery {
  private final List<Map.Entry<String, String>> parameters;
  private final String encoded;
  private final String canonicalRequest;
  private final String stringToSign;

  PresignedQuery(
      List<Map.Entry<String, String>> parameters,
      String encoded,
      String canonicalRequest,
      String stringToSign) {
    this.parameters = parameters;
    this.encoded = encoded;
    this.canonicalRequest = canonicalRequest;
    this.stringToSign = stringToSign;
  }

  /**
   * Returns all query parameters of the URL, decoded: the request's own and the added ones in the
   * order in which they are signed, then {@code X-Sdk-Signature}. Unmodifiable.
   */
  public List<Map.Entry<String, String>> parameters() {
    return parameters;
  }

  /** Returns the same as it stands in the URL after the question mark, percent-encoded. */
  public String encoded() {
    return encoded;
  }

  /** Returns the canonical request that was signed. */
  public String canonicalRequest() {
    return canonicalRequest;
  }

  /** Returns the text whose HMAC is the signature. */
  public String stringToSign() {
    return stringToSign;
  }

  @Override
  public String toString() {
    return "PresignedQuery[…]";
  }
}

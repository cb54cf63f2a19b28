package io.github.cloudjobs.auth;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What proves a request's sender; immutable. Everything it hands out is a secret while the
 * signature or the token is good: do not log it. {@code toString} shows none of it.
 */
public final class SignedRequest {
  private final List<Map.Entry<String, String>> headers;
  private final @Nullable Signing signing;

  /** The inputs, from which the two texts are made again when somebody asks: a poll never does. */
  record Signing(SignatureForm form, SignableRequest request, SignedHeaders headers, String date) {}

  SignedRequest(List<Map.Entry<String, String>> headers, @Nullable Signing signing) {
    this.headers = headers;
    this.signing = signing;
  }

  /**
   * Returns the header lines to add to the request, in this order: {@code X-Sdk-Date}, for
   * temporary keys {@code X-Security-Token}, and {@code Authorization}; or for a token just {@code
   * X-Auth-Token}. Unmodifiable.
   */
  public List<Map.Entry<String, String>> headers() {
    return headers;
  }

  /**
   * Returns the canonical request that was signed, for comparing with the one a gateway prints when
   * it refuses a signature; null for a token, with which nothing is signed. It shows a temporary
   * key's security token.
   */
  public @Nullable String canonicalRequest() {
    return signing == null
        ? null
        : SignatureForm.canonicalRequest(signing.request(), signing.headers()).toString();
  }

  /** Returns the text whose HMAC is the signature; null for a token. */
  public @Nullable String stringToSign() {
    return signing == null
        ? null
        : signing
            .form()
            .stringToSign(signing.request(), signing.headers(), signing.date())
            .toString();
  }

  @Override
  public String toString() {
    return "SignedRequest[…]";
  }
}

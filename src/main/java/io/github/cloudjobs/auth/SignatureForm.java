package io.github.cloudjobs.auth;

import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One of the two forms of {@code SDK-HMAC-SHA256}: the current one, or the older one with a scope.
 * Pure.
 *
 * @param scope null for the current form
 */
record SignatureForm(@Nullable CredentialScope scope) {
  static final String ALGORITHM = "SDK-HMAC-SHA256";
  static final String SIGNED_HEADERS = ", SignedHeaders=";
  static final String SIGNATURE = ", Signature=";

  /** Makes the value of the header {@code Authorization}. */
  String authorization(SignableRequest request, SignedHeaders headers, AccessKey key, String date) {
    AsciiBuffer buffer = stringToSign(request, headers, date);
    byte[] signature = buffer.hmac(signingKey(key, date));
    buffer.clear().append(ALGORITHM).append(scope == null ? " Access=" : " Credential=");
    buffer.append(credential(key, date)).append(SIGNED_HEADERS);
    headers.appendNames(buffer);
    return buffer.append(SIGNATURE).appendHex(signature).toString();
  }

  /** Makes the bare signature, in hexadecimal. */
  String signature(SignableRequest request, SignedHeaders headers, AccessKey key, String date) {
    AsciiBuffer buffer = stringToSign(request, headers, date);
    byte[] signature = buffer.hmac(signingKey(key, date));
    return buffer.clear().appendHex(signature).toString();
  }

  static AsciiBuffer canonicalRequest(SignableRequest request, SignedHeaders headers) {
    AsciiBuffer buffer = new AsciiBuffer();
    CanonicalRequest.append(buffer, request, headers);
    return buffer;
  }

  AsciiBuffer stringToSign(SignableRequest request, SignedHeaders headers, String date) {
    AsciiBuffer buffer = canonicalRequest(request, headers);
    byte[] hash = buffer.sha256();
    buffer.clear().append(ALGORITHM).append('\n').append(date).append('\n');
    if (scope != null) {
      buffer.append(scope.on(SdkDate.day(date))).append('\n');
    }
    return buffer.appendHex(hash);
  }

  /** Names the key, and in the older form what the signature is bound to. */
  String credential(AccessKey key, String date) {
    return scope == null ? key.id() : key.id() + '/' + scope.on(SdkDate.day(date));
  }

  private SecretKeySpec signingKey(AccessKey key, String date) {
    return scope == null ? key.secret() : scope.key(key.secret(), SdkDate.day(date));
  }

  @Override
  public String toString() {
    return scope == null ? "standard" : scope.on("day");
  }
}

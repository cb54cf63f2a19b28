package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * SHA-256 and HMAC-SHA256 of ASCII text. Looking up an algorithm takes longer than signing with it,
 * so each thread keeps its own instances; both are types of the JDK and keep no class loader alive.
 */
final class Hashing {
  static final String HMAC = "HmacSHA256";

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(Hashing::newSha256);
  private static final ThreadLocal<Mac> HMAC_SHA_256 = ThreadLocal.withInitial(Hashing::newHmac);

  private Hashing() {}

  static byte[] sha256(String text) {
    return SHA_256.get().digest(text.getBytes(ISO_8859_1));
  }

  static byte[] hmac(SecretKeySpec key, String text) {
    Mac mac = HMAC_SHA_256.get();
    try {
      mac.init(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses a key of bytes", e);
    }
    return mac.doFinal(text.getBytes(ISO_8859_1));
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Mac newHmac() {
    try {
      return Mac.getInstance(HMAC);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}

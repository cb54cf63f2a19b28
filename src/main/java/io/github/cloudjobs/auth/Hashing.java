package io.github.cloudjobs.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * SHA-256 and HMAC-SHA256. Looking an algorithm up costs more than signing with it, so each thread
 * keeps its own pair; both are the JDK's types, and hold no class of ours alive.
 */
final class Hashing {
  static final String HMAC = "HmacSHA256";

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(Hashing::newSha256);
  private static final ThreadLocal<Mac> HMAC_SHA_256 = ThreadLocal.withInitial(Hashing::newHmac);

  private Hashing() {}

  static byte[] sha256(byte[] data, int length) {
    MessageDigest digest = SHA_256.get();
    digest.update(data, 0, length);
    return digest.digest();
  }

  static byte[] hmac(SecretKeySpec key, byte[] data, int length) {
    Mac mac = HMAC_SHA_256.get();
    try {
      mac.init(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses a key of bytes", e);
    }
    mac.update(data, 0, length);
    return mac.doFinal();
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static Mac newHmac() {
    try {
      return Mac.getInstance(HMAC);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}

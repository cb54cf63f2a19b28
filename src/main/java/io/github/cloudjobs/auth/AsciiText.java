package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.Callable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * ASCII text that is hashed and signed. Looking up an algorithm takes longer than signing with it,
 * so each thread keeps its own instances; both are types of the JDK and keep no class loader alive.
 */
final class AsciiText {
  static final String HMAC = "HmacSHA256";

  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(() -> ofTheJdk(() -> MessageDigest.getInstance("SHA-256")));
  private static final ThreadLocal<Mac> HMAC_SHA_256 =
      ThreadLocal.withInitial(() -> ofTheJdk(() -> Mac.getInstance(HMAC)));
  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);

  private byte[] bytes = new byte[384]; // enough for the canonical request of a poll
  private int length;

  AsciiText append(char c) {
    ensureCapacity(length + 1);
    bytes[length++] = (byte) c;
    return this;
  }

  AsciiText append(String text) {
    return append(text, 0, text.length());
  }

  @SuppressWarnings("deprecation") // copies ASCII as it is, without an array in between
  AsciiText append(String text, int start, int end) {
    ensureCapacity(length + end - start);
    text.getBytes(start, end, bytes, length);
    length += end - start;
    return this;
  }

  AsciiText appendHex(byte[] binary) {
    ensureCapacity(length + 2 * binary.length);
    int end = length;
    for (byte each : binary) {
      bytes[end++] = HEX_DIGITS[each >> 4 & 0xF];
      bytes[end++] = HEX_DIGITS[each & 0xF];
    }
    length = end;
    return this;
  }

  AsciiText clear() {
    length = 0;
    return this;
  }

  private void ensureCapacity(int capacity) {
    if (capacity > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * capacity);
    }
  }

  byte[] sha256() {
    MessageDigest digest = SHA_256.get();
    digest.update(bytes, 0, length);
    return digest.digest();
  }

  byte[] hmac(SecretKeySpec key) {
    Mac mac = HMAC_SHA_256.get();
    try {
      mac.init(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK refuses a key of bytes", e);
    }
    mac.update(bytes, 0, length);
    return mac.doFinal();
  }

  private static <T> T ofTheJdk(Callable<T> lookup) {
    try {
      return lookup.call();
    } catch (Exception e) {
      throw new IllegalStateException("every JDK has SHA-256 and HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, ISO_8859_1);
  }
}

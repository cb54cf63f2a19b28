package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * ASCII text that is hashed and signed. Each thread keeps a digest, because a lookup of SHA-256
 * takes as long as hashing a block; the digest is of a JDK type and keeps no class loader alive.
 */
final class AsciiText {
  private static final ThreadLocal<MessageDigest> SHA_256 = new ThreadLocal<>();
  private static final int BLOCK = 64; // bytes of SHA-256

  private static final byte[] HEX_DIGITS = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  /** By character. Comparisons would be mispredicted, since ids have random letters and digits. */
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (int c = 0; c < UNRESERVED.length; c++) {
      UNRESERVED[c] = Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0;
    }
  }

  /** A block for the key of an HMAC, then the text; large enough for a poll. */
  private byte[] bytes = new byte[BLOCK + 256];

  private int length = BLOCK;

  AsciiText append(char c) {
    ensureCapacity(length + 1);
    bytes[length++] = (byte) c;
    return this;
  }

  @SuppressWarnings("deprecation") // copies ASCII as it is, without an array in between
  AsciiText append(String text) {
    int end = text.length();
    ensureCapacity(length + end);
    text.getBytes(0, end, bytes, length);
    length += end;
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

  /**
   * Appends percent-encoded text in the signature's encoding: letters, digits and {@code - . _ ~}
   * as they are, every other byte as {@code %XX}.
   */
  AsciiText appendEncoded(String text, boolean keepSlash) {
    int start = length;
    append(text);
    int same = start;
    while (same < length && isKept(bytes[same], keepSlash)) {
      same++;
    }
    length = same; // usually all of it
    for (int i = same - start; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '%' && isHexDigit(text, i + 1) && isHexDigit(text, i + 2);
      if (escape) {
        c = (char) HexFormat.fromHexDigits(text, i + 1, i + 3);
        i += 2;
      }
      if (isKept(c, keepSlash && !escape)) {
        append(c);
      } else {
        append('%').append(UPPER.toHighHexDigit(c)).append(UPPER.toLowHexDigit(c));
      }
    }
    return this;
  }

  private static boolean isKept(int c, boolean keepSlash) {
    return c == '/' ? keepSlash : c >= 0 && c < UNRESERVED.length && UNRESERVED[c];
  }

  private static boolean isHexDigit(String text, int index) {
    return index < text.length() && HexFormat.isHexDigit(text.charAt(index));
  }

  AsciiText clear() {
    length = BLOCK;
    return this;
  }

  private void ensureCapacity(int capacity) {
    if (capacity > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * capacity);
    }
  }

  byte[] sha256() {
    return sha256(BLOCK);
  }

  private byte[] sha256(int start) {
    MessageDigest digest = digest();
    digest.update(bytes, start, length - start);
    return digest.digest();
  }

  /**
   * Returns the HMAC-SHA256 of the text, and overwrites it. The JDK's own would load its
   * cryptography framework before the first poll.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc2104">RFC 2104, HMAC</a>
   */
  byte[] hmac(byte[] key) {
    byte[] block = key.length > BLOCK ? digest().digest(key) : key;
    byte[] inner = sha256(block, 0x36);
    System.arraycopy(inner, 0, bytes, BLOCK, inner.length);
    length = BLOCK + inner.length;
    return sha256(block, 0x5c);
  }

  /** Returns the hash of the padded key and the text after it. */
  private byte[] sha256(byte[] key, int padding) {
    Arrays.fill(bytes, 0, BLOCK, (byte) padding);
    for (int i = 0; i < key.length; i++) {
      bytes[i] ^= key[i];
    }
    return sha256(0);
  }

  private static MessageDigest digest() {
    MessageDigest digest = SHA_256.get();
    if (digest == null) {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
      SHA_256.set(digest);
    }
    digest.reset();
    return digest;
  }

  @Override
  public String toString() {
    return new String(bytes, BLOCK, length - BLOCK, ISO_8859_1);
  }
}

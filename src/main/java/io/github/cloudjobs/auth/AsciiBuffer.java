package io.github.cloudjobs.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;

/**
 * Text under construction, kept as the bytes that will be hashed: all that is signed is ASCII. One
 * buffer serves a whole signature, so a request costs one array and not a chain of strings.
 */
final class AsciiBuffer {
  private static final int USUAL_CANONICAL_REQUEST = 512;
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(ISO_8859_1);

  private byte[] bytes = new byte[USUAL_CANONICAL_REQUEST];
  private int length;

  AsciiBuffer append(char c) {
    makeRoom(1);
    bytes[length++] = (byte) c;
    return this;
  }

  AsciiBuffer append(String text) {
    makeRoom(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length + i] = (byte) text.charAt(i);
    }
    length += text.length();
    return this;
  }

  /** Appends bytes as lower-case hexadecimal digits. */
  AsciiBuffer appendHex(byte[] data) {
    makeRoom(2 * data.length);
    for (byte b : data) {
      bytes[length++] = HEX[(b >> 4) & 0xF];
      bytes[length++] = HEX[b & 0xF];
    }
    return this;
  }

  /** Appends one byte the way a URL carries it: {@code %C3}. */
  AsciiBuffer appendPercent(int b) {
    return append('%').append((char) UPPER_HEX[(b >> 4) & 0xF]).append((char) UPPER_HEX[b & 0xF]);
  }

  boolean endsWith(char c) {
    return length > 0 && bytes[length - 1] == c;
  }

  /** Empties the buffer and keeps its room. */
  AsciiBuffer clear() {
    length = 0;
    return this;
  }

  byte[] sha256() {
    return Hashing.sha256(bytes, length);
  }

  byte[] hmac(SecretKeySpec key) {
    return Hashing.hmac(key, bytes, length);
  }

  private void makeRoom(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, ISO_8859_1);
  }
}

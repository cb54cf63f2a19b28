package io.github.cloudjobs.auth;

/**
 * The encoding of a signature: UTF-8, where letters, digits and {@code - . _ ~} stay as they are
 * and every other byte becomes {@code %XX}.
 */
final class PercentEncoding {
  private PercentEncoding() {}

  /** Encodes one segment, name or value; a slash is encoded too. */
  static String encode(String text) {
    AsciiBuffer out = new AsciiBuffer();
    append(out, text, false);
    return out.toString();
  }

  /** Appends a decoded path, encoded segment by segment: the slashes stay. */
  static void appendPath(AsciiBuffer out, String path) {
    append(out, path, true);
  }

  private static void append(AsciiBuffer out, String text, boolean keepSlash) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnreserved(c) || (keepSlash && c == '/')) {
        out.append(c);
      } else if (c < 0x80) {
        out.appendPercent(c);
      } else {
        int codePoint = text.codePointAt(i);
        appendUtf8(out, codePoint);
        i += Character.charCount(codePoint) - 1;
      }
    }
  }

  private static void appendUtf8(AsciiBuffer out, int c) {
    if (c < 0x800) {
      out.appendPercent(0xC0 | c >> 6);
    } else {
      if (c < 0x10000) {
        if (Character.isSurrogate((char) c)) {
          // The JDK would put a question mark in its place, and sign another request than was
          // meant.
          throw new IllegalArgumentException("half a character (an unpaired surrogate) in a URL");
        }
        out.appendPercent(0xE0 | c >> 12);
      } else {
        out.appendPercent(0xF0 | c >> 18).appendPercent(0x80 | (c >> 12 & 0x3F));
      }
      out.appendPercent(0x80 | (c >> 6 & 0x3F));
    }
    out.appendPercent(0x80 | (c & 0x3F));
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }
}

package io.github.cloudjobs.model;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Brings a body to UTF-8 without a byte order mark. Pure. */
final class BodyEncoding {
  private BodyEncoding() {}

  /**
   * Returns the body in UTF-8, each broken sequence replaced; the array itself where nothing is to
   * be done. JSON begins with two ASCII characters, so the zero bytes tell UTF-16 and UTF-32 apart
   * where no mark does (RFC 4627, section 3).
   */
  static byte[] toUtf8(byte[] body) {
    if (startsWith(body, 0xEF, 0xBB, 0xBF)) {
      return mended(Arrays.copyOfRange(body, 3, body.length));
    }
    Charset wide = wideCharset(body);
    if (wide == null) {
      return mended(body);
    }
    String text = new String(body, wide);
    return (text.startsWith("\uFEFF") ? text.substring(1) : text).getBytes(StandardCharsets.UTF_8);
  }

  /** The parser would pass over some that it refuses later, when the value is asked for. */
  private static byte[] mended(byte[] utf8) {
    byte[] mended = new String(utf8, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(mended, utf8) ? utf8 : mended;
  }

  private static @Nullable Charset wideCharset(byte[] body) {
    if (startsWith(body, 0, 0, 0xFE, 0xFF) || startsWith(body, 0, 0, 0)) {
      return Charset.forName("UTF-32BE");
    }
    if (startsWith(body, 0xFF, 0xFE, 0, 0)
        || (body.length >= 4 && body[1] == 0 && body[2] == 0 && body[3] == 0)) {
      return Charset.forName("UTF-32LE");
    }
    if (startsWith(body, 0xFE, 0xFF) || startsWith(body, 0)) {
      return StandardCharsets.UTF_16BE;
    }
    if (startsWith(body, 0xFF, 0xFE) || (body.length >= 2 && body[1] == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    return null;
  }

  private static boolean startsWith(byte[] body, int... mark) {
    if (body.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((body[i] & 0xFF) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}

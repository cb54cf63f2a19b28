package io.github.cloudjobs.envelope;

import org.jspecify.annotations.Nullable;

/**
 * Splits JSON into its pieces, and what was meant to be JSON too: trailing commas, comments, keys
 * and values without quotes or in single ones, unknown escapes, missing ends. Never throws.
 */
final class LooseJson {
  /** A piece of JSON; {@link #ARRAY} and {@link #OBJECT} begin one, {@link #CLOSE} ends either. */
  enum Piece {
    OBJECT,
    ARRAY,
    CLOSE,
    COMMA,
    COLON,
    TEXT,
    END
  }

  private final String json;
  private int at;
  private int start; // of the text last met
  private boolean quoted;
  private boolean cut;

  LooseJson(String json) {
    this.json = json;
  }

  /** Returns what a text in quotes holds; null if nothing closes it. */
  static @Nullable String string(String text) {
    LooseJson json = new LooseJson(text);
    return json.nextKey() == Piece.TEXT ? json.text() : null;
  }

  /** Moves on to the next piece; a text without quotes ends at a colon. */
  Piece nextKey() {
    return next(":");
  }

  /** Moves on to the next piece; a text without quotes may hold colons. */
  Piece nextValue() {
    return next("");
  }

  private Piece next(String alsoEndsAt) {
    skipBlanks();
    if (at >= json.length()) {
      return Piece.END;
    }
    char c = json.charAt(at);
    if (c == '"' || c == '\'') {
      readQuoted(c);
      return Piece.TEXT;
    }
    at++;
    return switch (c) {
      case '{' -> Piece.OBJECT;
      case '[' -> Piece.ARRAY;
      case '}', ']' -> Piece.CLOSE;
      case ',' -> Piece.COMMA;
      case ':' -> Piece.COLON;
      default -> {
        readBare(alsoEndsAt);
        yield Piece.TEXT;
      }
    };
  }

  private void skipBlanks() {
    while (at < json.length()) {
      if (json.startsWith("//", at)) {
        at = after("\n");
      } else if (json.startsWith("/*", at)) {
        at = after("*/");
      } else if (json.charAt(at) > ' ') {
        return;
      } else {
        at++;
      }
    }
  }

  private int after(String end) {
    int found = json.indexOf(end, at + 1);
    return found < 0 ? json.length() : found + end.length();
  }

  private void readQuoted(char quote) {
    quoted = true;
    start = ++at;
    while (at < json.length() && json.charAt(at) != quote) {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    cut = at >= json.length();
    at++;
  }

  private void readBare(String alsoEndsAt) {
    quoted = false;
    start = at - 1;
    while (at < json.length() && !endsBare(alsoEndsAt)) {
      at++;
    }
    cut = at >= json.length();
  }

  private boolean endsBare(String alsoEndsAt) {
    char c = json.charAt(at);
    return ",{}[]\r\n".indexOf(c) >= 0
        || alsoEndsAt.indexOf(c) >= 0
        || (c == '/' && json.startsWith("//", at) && json.charAt(at - 1) != ':');
  }

  /** Returns the text last met; null for JSON's null and for one that the end of the body cut. */
  @Nullable String text() {
    if (cut) {
      return null;
    }
    if (quoted) {
      return unescaped(start, at - 1);
    }
    String bare = json.substring(start, at).strip();
    return bare.equals("null") ? null : bare;
  }

  private String unescaped(int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char escaped = json.charAt(++i);
      int unit = escaped == 'u' ? hex(i + 1, to) : -1;
      out.append(unit >= 0 ? (char) unit : control(escaped));
      i += unit >= 0 ? 4 : 0;
    }
    return out.toString();
  }

  private static char control(char escaped) {
    return switch (escaped) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      default -> escaped; // also one that JSON does not know, such as \[
    };
  }

  private int hex(int from, int to) {
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = i < to ? Character.digit(json.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  /** Passes over the rest of an object or array that was just begun. */
  void skipContainer() {
    int open = 1;
    while (open > 0) {
      switch (nextKey()) {
        case OBJECT, ARRAY -> open++;
        case CLOSE -> open--;
        case END -> open = 0;
        default -> {}
      }
    }
  }
}

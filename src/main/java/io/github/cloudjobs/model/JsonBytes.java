package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One JSON document, kept as the bytes it came in, and the values in it by where they begin. A
 * value is made only when it is asked for: a poll asks for few, and the bytes lose nothing. The
 * document has been read through once without complaint before any of its values is.
 */
final class JsonBytes {
  /** The position of a value that is not there. */
  static final int ABSENT = -1;

  /**
   * Deeper than any job seen by a factor of a hundred, and far from the end of a thread's stack.
   */
  static final int MAX_DEPTH = 500;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(1_000)
                  .maxStringLength(Integer.MAX_VALUE) // the document is in memory already
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // no body in a parser's complaint
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // what comes here is UTF-8
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are the service's to choose
          .build();

  private final byte[] bytes;

  JsonBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The document itself; not to be changed. */
  byte[] bytes() {
    return bytes;
  }

  /** Opens a text that holds a JSON object or array; null if it holds anything else. */
  static @Nullable JsonBytes opened(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
      return null;
    }
    JsonBytes inner = new JsonBytes(stripped.getBytes(StandardCharsets.UTF_8));
    try (JsonParser parser = inner.parserAt(0)) {
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null ? inner : null;
    } catch (IOException notJson) {
      return null;
    }
  }

  /** Returns a parser before the first token of the value that begins at {@code at}. */
  JsonParser parserAt(int at) throws IOException {
    // A number ends where the parser's input does, or it would miss the blank after a root value.
    int end = isNumberStart(bytes[at]) ? bareEnd(at) : bytes.length;
    return FACTORY.createParser(bytes, at, end - at);
  }

  /**
   * Returns the scalar at {@code at} as text: a string's content, a number or a truth value as it
   * is spelt. A container is its JSON text; JSON's null and what is {@link #ABSENT} are null.
   */
  @Nullable String text(int at) {
    if (at == ABSENT) {
      return null;
    }
    return switch (bytes[at]) {
      case 'n' -> null;
      case '"' -> string(at);
      case '{', '[' -> slice(at, containerEnd(at));
      default -> slice(at, bareEnd(at));
    };
  }

  /** Returns the same as {@link #text}, and null for an empty text. */
  @Nullable String filledText(int at) {
    String text = text(at);
    return text == null || text.isEmpty() ? null : text;
  }

  boolean isObject(int at) {
    return bytes[at] == '{';
  }

  boolean isString(int at) {
    return bytes[at] == '"';
  }

  boolean isContainer(int at) {
    return bytes[at] == '{' || bytes[at] == '[';
  }

  /**
   * The value at {@code at} as it was sent, on one line: without the white space between tokens.
   */
  String compact(int at) {
    int end = isContainer(at) ? containerEnd(at) : isString(at) ? stringEnd(at) : bareEnd(at);
    byte[] kept = new byte[end - at];
    int length = 0;
    boolean quoted = false;
    for (int i = at; i < end; i++) {
      byte b = bytes[i];
      if (quoted && b == '\\') {
        kept[length++] = b;
        b = bytes[++i];
      } else if (b == '"') {
        quoted = !quoted;
      }
      if (quoted || b > ' ' || b < 0) {
        kept[length++] = b;
      }
    }
    return new String(kept, 0, length, StandardCharsets.UTF_8);
  }

  private int stringEnd(int at) {
    int end = at + 1;
    while (bytes[end] != '"') {
      end += bytes[end] == '\\' ? 2 : 1;
    }
    return end + 1;
  }

  private String string(int at) {
    int start = at + 1;
    int end = start;
    while (bytes[end] != '"') {
      if (bytes[end] == '\\') {
        return unescaped(at);
      }
      end++;
    }
    return slice(start, end);
  }

  private String unescaped(int at) {
    try (JsonParser parser = parserAt(at)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException e) {
      throw neverBefore(e);
    }
  }

  private int containerEnd(int at) {
    try (JsonParser parser = parserAt(at)) {
      parser.nextToken();
      parser.skipChildren();
      return at + (int) parser.currentLocation().getByteOffset();
    } catch (IOException e) {
      throw neverBefore(e);
    }
  }

  private int bareEnd(int at) {
    int end = at;
    while (end < bytes.length && isBare(bytes[end])) {
      end++;
    }
    return end;
  }

  private static boolean isBare(byte b) {
    return b > ' ' && b != ',' && b != '}' && b != ']';
  }

  private static boolean isNumberStart(byte b) {
    return b == '-' || (b >= '0' && b <= '9');
  }

  private String slice(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** The document was read before; what cannot be read now is a mistake of this library. */
  static UncheckedIOException neverBefore(IOException e) {
    return new UncheckedIOException("a value that was read before cannot be read again", e);
  }
}

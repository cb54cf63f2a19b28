package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON document, kept as the bytes that were received; a value is identified by its position and
 * made when an accessor needs it. The whole document was parsed once before any value is read.
 */
final class JsonBytes {
  /** The position of an absent value. */
  static final int ABSENT = -1;

  /** A hundred times the depth of any known job, and far from a stack overflow. */
  static final int MAX_DEPTH = 500;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(1_000)
                  .maxStringLength(Integer.MAX_VALUE) // the document is in memory already
                  .build())
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION) // no body in messages
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // the input is UTF-8
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // any name may come
          .build();

  private final byte[] bytes;

  JsonBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns a body in UTF-8 without a byte order mark and with each broken sequence replaced; the
   * array itself if it is so already. The parser would skip some broken sequences and fail later.
   */
  static byte[] toUtf8(byte[] body) {
    for (byte b : body) {
      if (b < 0) {
        byte[] utf8 = SafeText.decode(body).getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(utf8, body) ? body : utf8;
      }
    }
    return body;
  }

  /** The document itself; must not be modified. */
  byte[] bytes() {
    return bytes;
  }

  /** Parses a text that is a JSON object or array; null for any other text. */
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
   * Returns the value at {@code at} as text: the content of a string, a number or boolean as
   * spelled, the JSON of an object or array; null for JSON's null and for {@link #ABSENT}.
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

  /** Returns the same as {@link #text}, but null for an empty text. */
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

  /** Returns the JSON of a value on one line, without the white space between tokens. */
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
      throw alreadyParsed(e);
    }
  }

  private int containerEnd(int at) {
    try (JsonParser parser = parserAt(at)) {
      parser.nextToken();
      parser.skipChildren();
      return at + (int) parser.currentLocation().getByteOffset();
    } catch (IOException e) {
      throw alreadyParsed(e);
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

  /** Returns the position of a key's value; {@link #ABSENT} also if {@code at} is no object. */
  int field(int at, String key) {
    return fields(at).getOrDefault(key, ABSENT);
  }

  /** Returns the keys of an object in order, with the positions of their values. */
  Map<String, Integer> fields(int at) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    try (JsonParser parser = parserAt(at)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return positions;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        positions.put(name, at + (int) parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
      }
      return positions;
    } catch (IOException e) {
      throw alreadyParsed(e);
    }
  }

  /** The document was parsed before, so this is a bug of the library. */
  static UncheckedIOException alreadyParsed(IOException e) {
    return new UncheckedIOException("a value that was parsed before cannot be parsed again", e);
  }
}

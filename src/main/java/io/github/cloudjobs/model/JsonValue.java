package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value in a JSON document: the bytes that were received, and the position of the value. The
 * document was parsed once before, so its values are found without checking it again.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JsonValue(byte[] document, int start) {
  static final JsonValue NULL = new JsonValue(new byte[] {'n', 'u', 'l', 'l'}, 0);
  static final JsonValue EMPTY = new JsonValue(new byte[] {'{', '}'}, 0);

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
          .build();

  /**
   * Returns how many bytes a parser of the value may read: a number ends where its input does, or
   * the parser would miss the blank after a root value.
   */
  int length() {
    return (isNumber() ? bareEnd(start) : document.length) - start;
  }

  /** Returns a parser before the first token of the value; it only reads memory. */
  JsonParser parser() throws IOException {
    return FACTORY.createParser(document, start, length());
  }

  /**
   * Returns the content of a string, a number or boolean as spelled, the JSON of an object or
   * array; null for JSON's null.
   */
  @Nullable String text() {
    return switch (document[start]) {
      case 'n' -> null;
      case '"' -> string(start);
      default -> slice(start, end(start));
    };
  }

  @Nullable String filledText() {
    return isWord("") ? null : text();
  }

  boolean isObject() {
    return document[start] == '{';
  }

  boolean isString() {
    return document[start] == '"';
  }

  boolean isContainer() {
    return document[start] == '{' || document[start] == '[';
  }

  boolean isNumber() {
    return document[start] == '-' || (document[start] >= '0' && document[start] <= '9');
  }

  /** True for the string {@code word} of ASCII, spelled without escapes. */
  boolean isWord(String word) {
    int first = start + 1;
    int end = first + word.length();
    if (!isString() || end >= document.length || document[end] != '"') {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (document[first + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Parses a text that is a JSON object or array; null for any other text. */
  static @Nullable JsonValue parsed(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
      return null;
    }
    JsonValue value = new JsonValue(stripped.getBytes(StandardCharsets.UTF_8), 0);
    try {
      JsonParser parser = value.parser();
      parser.nextToken();
      parser.skipChildren();
      return parser.nextToken() == null ? value : null;
    } catch (IOException notJson) {
      return null;
    }
  }

  @Nullable JsonValue get(String key) {
    return fields().get(key);
  }

  /** Returns the fields of an object in order; none if this is no object. */
  Map<String, JsonValue> fields() {
    Map<String, JsonValue> fields = new LinkedHashMap<>();
    if (isObject()) {
      int name = next(start + 1);
      while (document[name] != '}') {
        int value = next(stringEnd(name));
        fields.put(string(name), new JsonValue(document, value));
        name = next(end(value));
      }
    }
    return fields;
  }

  List<JsonValue> elements() {
    List<JsonValue> elements = new ArrayList<>();
    if (document[start] == '[') {
      int element = next(start + 1);
      while (document[element] != ']') {
        elements.add(new JsonValue(document, element));
        element = next(end(element));
      }
    }
    return elements;
  }

  private String string(int at) {
    int end = at + 1;
    while (document[end] != '"') {
      if (document[end] == '\\') {
        return unescaped(at);
      }
      end++;
    }
    return slice(at + 1, end);
  }

  private String unescaped(int at) {
    try {
      JsonParser parser = new JsonValue(document, at).parser();
      parser.nextToken();
      String text = parser.getText();
      parser.close();
      return text;
    } catch (IOException e) {
      throw alreadyParsed(e);
    }
  }

  private String slice(int from, int to) {
    return new String(document, from, to - from, StandardCharsets.UTF_8);
  }

  /** Returns the position of the next value, key or closing bracket. */
  private int next(int from) {
    int at = from;
    while (document[at] <= ' ' || document[at] == ',' || document[at] == ':') {
      at++;
    }
    return at;
  }

  private int end(int at) {
    return switch (document[at]) {
      case '"' -> stringEnd(at);
      case '{', '[' -> containerEnd(at);
      default -> bareEnd(at);
    };
  }

  private int stringEnd(int at) {
    int end = at + 1;
    while (document[end] != '"') {
      end += document[end] == '\\' ? 2 : 1;
    }
    return end + 1;
  }

  private int containerEnd(int at) {
    int end = at;
    int open = 0;
    do {
      switch (document[end]) {
        case '"' -> end = stringEnd(end) - 1;
        case '{', '[' -> open++;
        case '}', ']' -> open--;
        default -> {}
      }
      end++;
    } while (open > 0);
    return end;
  }

  private int bareEnd(int at) {
    int end = at;
    while (end < document.length && " \t\r\n,]}".indexOf(document[end]) < 0) {
      end++;
    }
    return end;
  }

  /** The document was parsed before, so this is a bug of the library. */
  static UncheckedIOException alreadyParsed(IOException e) {
    return new UncheckedIOException("a value that was parsed before cannot be parsed again", e);
  }
}

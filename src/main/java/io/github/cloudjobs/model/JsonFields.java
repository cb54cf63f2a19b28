package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the fields of an object by where their values begin; of equal keys the last one counts. */
final class JsonFields {
  private JsonFields() {}

  /** Returns where the value under {@code key} begins; absent too if no object stands there. */
  static int find(JsonBytes source, int object, String key) {
    return positions(source, object).getOrDefault(key, JsonBytes.ABSENT);
  }

  /**
   * Returns all keys in order, each with where its value begins; none if no object stands there.
   */
  static Map<String, Integer> positions(JsonBytes source, int object) {
    Map<String, Integer> positions = new LinkedHashMap<>();
    try (JsonParser parser = source.parserAt(object)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return positions;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        positions.put(name, position(object, parser));
        parser.skipChildren();
      }
      return positions;
    } catch (IOException e) {
      throw JsonBytes.neverBefore(e);
    }
  }

  private static int position(int base, JsonParser parser) {
    return base + (int) parser.currentTokenLocation().getByteOffset();
  }
}

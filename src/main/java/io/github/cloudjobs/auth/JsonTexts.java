package io.github.cloudjobs.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The strings in a JSON object, by their paths: {@code credential.access}. Pure. */
final class JsonTexts {
  static final JsonFactory JSON = new JsonFactory();

  private JsonTexts() {}

  /** Returns them; what stands in arrays is left out. Null if it is no JSON object at all. */
  static @Nullable Map<String, String> read(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return parser.nextToken() == JsonToken.START_OBJECT ? object(parser) : null;
    } catch (IOException unreadable) { // it quotes what it stumbled over: not to be passed on
      return null;
    }
  }

  private static Map<String, String> object(JsonParser parser) throws IOException {
    Map<String, String> texts = new HashMap<>();
    Deque<String> path = new ArrayDeque<>();
    String key = "";
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      switch (token) {
        case FIELD_NAME -> key = (path.isEmpty() ? "" : path.peek()) + parser.currentName();
        case VALUE_STRING -> texts.put(key, parser.getText());
        case START_OBJECT -> path.push(key + ".");
        case END_OBJECT -> path.poll();
        case START_ARRAY -> parser.skipChildren();
        default -> {} // a number, true, false or null
      }
    }
    return texts;
  }
}

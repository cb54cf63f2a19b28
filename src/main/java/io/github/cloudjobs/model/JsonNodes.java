package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.github.cloudjobs.error.JobsException;
import io.github.cloudjobs.text.SafeText;
import java.io.IOException;

/**
 * Converts values of a document to Jackson's nodes and to types of the caller. Polls do not load
 * this class: databind takes a quarter of a second to load.
 */
final class JsonNodes {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonValue.FACTORY)
          .addModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private static final ObjectReader NODES = MAPPER.reader();

  /** Keeps every digit, but throws for exponents of more than nine digits. */
  private static final ObjectReader EXACT_NODES =
      NODES
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private JsonNodes() {}

  static JsonNode node(JsonValue value) {
    try {
      return node(value, EXACT_NODES);
    } catch (IOException | NumberFormatException exponentTooLarge) {
      try {
        return node(value, NODES);
      } catch (IOException e) {
        throw JsonValue.alreadyParsed(e);
      }
    }
  }

  private static JsonNode node(JsonValue value, ObjectReader reader) throws IOException {
    return reader.readTree(value.document(), value.start(), value.length());
  }

  /** Returns a record of this package as JSON. */
  static JsonValue json(Object of) throws IOException {
    return new JsonValue(MAPPER.writeValueAsBytes(of), 0);
  }

  static <T> T as(JsonValue value, Class<T> type) {
    try {
      return MAPPER.readValue(value.document(), value.start(), value.length(), type);
    } catch (IOException | NumberFormatException e) {
      String reason =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      String problem = SafeText.excerpt(String.valueOf(reason));
      throw new JobsException("the JSON does not fit " + type.getName() + ": " + problem, e);
    }
  }
}

package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonGeneratorImpl;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Carries a value from a document that is kept into a user's JSON, and back, without loss: numbers
 * keep their digits, keys their order, equal keys their number.
 */
final class JsonCopy {
  private static final JsonFactory ANY_NUMBERS = new JsonFactory();
  private static final int LAST_BEFORE_SURROGATES = 0xD7FF;

  private JsonCopy() {}

  /** Writes the value at {@code at}: where JSON is written its own text, on one line. */
  static void write(JsonBytes source, int at, JsonGenerator to) throws IOException {
    if (to instanceof JsonGeneratorImpl) {
      to.writeRawValue(source.compact(at));
      return;
    }
    try (JsonParser from = source.parserAt(at)) {
      from.nextToken();
      copy(from, to);
    }
  }

  /**
   * Returns the value that a parser stands at as JSON in UTF-8, and leaves it at the value's end.
   */
  static byte[] read(JsonParser from) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = ANY_NUMBERS.createGenerator(text)) {
      to.setHighestNonEscapedChar(LAST_BEFORE_SURROGATES); // half a pair is no UTF-8
      copy(from, to);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(JsonParser from, JsonGenerator to) throws IOException {
    int open = 0;
    do {
      JsonToken token = open == 0 ? from.currentToken() : from.nextToken();
      if (token == null) {
        throw new IOException("the input ended within a value");
      }
      open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      event(token, from, to);
    } while (open > 0);
  }

  private static void event(JsonToken token, JsonParser from, JsonGenerator to) throws IOException {
    switch (token) {
      case START_OBJECT -> to.writeStartObject();
      case END_OBJECT -> to.writeEndObject();
      case START_ARRAY -> to.writeStartArray();
      case END_ARRAY -> to.writeEndArray();
      case FIELD_NAME -> to.writeFieldName(from.currentName());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(token, from, to);
      case VALUE_TRUE, VALUE_FALSE -> to.writeBoolean(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> to.writeNull();
      default -> to.writeString(from.getText());
    }
  }

  private static void number(JsonToken token, JsonParser from, JsonGenerator to)
      throws IOException {
    String digits = from.getText();
    if (!Character.isDigit(digits.charAt(digits.length() - 1))) {
      to.writeString(digits); // NaN and the infinities, which are no JSON
    } else if (to instanceof JsonGeneratorImpl) {
      to.writeNumber(digits);
    } else if (token == JsonToken.VALUE_NUMBER_INT) {
      to.writeNumber(from.getBigIntegerValue());
    } else {
      decimal(digits, to);
    }
  }

  private static void decimal(String digits, JsonGenerator to) throws IOException {
    try {
      to.writeNumber(new BigDecimal(digits));
    } catch (NumberFormatException exponentTooLarge) {
      to.writeString(digits);
    }
  }
}

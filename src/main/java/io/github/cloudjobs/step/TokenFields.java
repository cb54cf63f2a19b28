package io.github.cloudjobs.step;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What stands in a token's object: texts, numbers and truth values. Immutable. */
record TokenFields(Map<String, Object> values) {
  private static final JsonFactory JSON = new JsonFactory();

  /** More of them than any wait meets, and so few that some more can be added. */
  private static final int MOST = Integer.MAX_VALUE / 2;

  /**
   * Reads an object; what else stands in it is passed over.
   *
   * @throws IllegalArgumentException if it is none
   */
  static TokenFields of(byte[] text) {
    Map<String, Object> values = new HashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it holds no object");
      }
      for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
        switch (json.nextToken()) {
          case VALUE_STRING -> values.put(key, json.getText());
          case VALUE_NUMBER_INT -> values.put(key, json.getLongValue());
          case VALUE_TRUE, VALUE_FALSE -> values.put(key, json.getBooleanValue());
          default -> json.skipChildren();
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw new IllegalArgumentException("it holds more than an object");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("it is no JSON", e);
    }
    return new TokenFields(values);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  String text(String key) {
    return value(key, String.class);
  }

  long number(String key, long least, long most) {
    long number = value(key, Long.class);
    if (number < least || number > most) {
      throw new IllegalArgumentException(key + " is out of range");
    }
    return number;
  }

  /** A time of day, or one that may be before the wait began. */
  long time(String key) {
    return number(key, -Nanos.ENDLESS, Nanos.ENDLESS);
  }

  /** How long something lasts. */
  long nanos(String key) {
    return number(key, 0, Nanos.ENDLESS);
  }

  int count(String key) {
    return (int) number(key, 0, MOST);
  }

  boolean is(String key) {
    return has(key) && value(key, Boolean.class);
  }

  private <T> T value(String key, Class<T> type) {
    Object value = values.get(key);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          value == null ? "it lacks " + key : key + " is of another type");
    }
    return type.cast(value);
  }
}

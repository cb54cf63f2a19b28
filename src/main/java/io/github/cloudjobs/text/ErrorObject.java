package io.github.cloudjobs.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error fields of one object in JSON that reports an error. The JSON may have comments,
 * trailing commas, unquoted names or a missing end.
 */
public final class ErrorObject {
  private static final JsonFactory LENIENT =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .build();

  private static final int MAX_OBJECTS = 1_000; // a body of 8 MiB may contain a million
  private static final int MAX_DEPTH = 4;
  private static final Set<String> LISTS = Set.of("details", "internalError", "errors", "error");

  /** One name for all keys with the same meaning, in lower case and without underscores. */
  private static final Map<String, String> MEANINGS =
      Map.of(
          "errorcode", "code",
          "errcode", "code",
          "errormessage", "message",
          "errormsg", "message",
          "errmsg", "message",
          "externalmessage", "message",
          "errordescription", "message",
          "msg", "reason",
          "failreason", "reason",
          "errorcodemessage", "reason");

  private static final String NEUTRON = "NeutronError";

  /** OpenStack faults, such as itemNotFound and computeFault. */
  private static final Pattern FAULT = Pattern.compile("\\w*([nN]otFound|Fault)|" + NEUTRON);

  private final int depth; // the number of objects and arrays around this object
  private final String name; // the key of this object, or of the array around it
  private final Map<String, String> fields = new HashMap<>(); // by the meaning of their keys

  ErrorObject(int depth, String name) {
    this.depth = depth;
    this.name = name;
  }

  /**
   * Reads the objects of an error body, or of an error that a text quotes, in document order, to a
   * limited depth and, of arrays, only lists of errors.
   */
  public static List<ErrorObject> read(String json) {
    List<ErrorObject> objects = new ArrayList<>();
    try (JsonParser parser = LENIENT.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return read(parser.getText().strip());
      }
      if (first == JsonToken.START_OBJECT) {
        new ErrorObject(0, "").read(parser, json.length(), objects);
      }
    } catch (IOException syntaxError) {
      // what was read before it counts
    }
    return objects;
  }

  /** Adds this object and those within; of an array only those within. */
  private void read(JsonParser parser, int length, List<ErrorObject> objects) throws IOException {
    boolean array = parser.hasToken(JsonToken.START_ARRAY);
    boolean skipped = depth > MAX_DEPTH || objects.size() == MAX_OBJECTS;
    if (skipped || (array && !LISTS.contains(name))) {
      parser.skipChildren();
      return;
    }
    if (!array) {
      objects.add(this);
    }
    while (!parser.nextToken().isStructEnd()) {
      String key = array ? name : parser.currentName();
      JsonToken value = array ? parser.currentToken() : parser.nextToken();
      if (value.isStructStart()) {
        new ErrorObject(depth + 1, key).read(parser, length, objects);
        continue;
      }
      // A number that ends with the body may have lost digits.
      boolean cut = value.isNumeric() && parser.currentLocation().getCharOffset() >= length;
      if (value != JsonToken.VALUE_NULL && !cut) {
        put(key, parser.getText());
      }
    }
  }

  /** Keeps the first text for all keys of one meaning. */
  void put(String key, String text) {
    String word = key.strip().replace("_", "").toLowerCase(Locale.ROOT);
    if (!text.isBlank()) {
      fields.putIfAbsent(MEANINGS.getOrDefault(word, word), text);
    }
  }

  /** Returns the outermost object with a field, or else an empty one. */
  static ErrorObject outermost(List<ErrorObject> objects, String field) {
    ErrorObject outermost = new ErrorObject(Integer.MAX_VALUE, "");
    for (ErrorObject each : objects) {
      if (each.depth < outermost.depth && each.get(field) != null) {
        outermost = each;
      }
    }
    return outermost;
  }

  @Nullable String get(String field) {
    return fields.get(field);
  }

  public int depth() {
    return depth;
  }

  /** The error code, a number as spelled; null if there is none. */
  public @Nullable String code() {
    return get("code");
  }

  /** The message, or else the reason; null if there is neither. */
  public @Nullable String messageOrReason() {
    return fields.getOrDefault("message", get("reason"));
  }

  /** The code of a {@code NeutronError}; null for any other error. */
  @Nullable String neutronType() {
    return name.equals(NEUTRON) ? get("type") : null;
  }

  /** True for an OpenStack fault by name, Keystone's included. */
  boolean isFault() {
    boolean keystone = name.equals("error") && get("title") != null;
    return depth == 1 && (keystone || FAULT.matcher(name).matches());
  }
}

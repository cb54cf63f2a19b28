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
 *
 * @param depth the number of objects and arrays around this object
 * @param name the key of this object, or of the array around it
 * @param fields the first text, number or boolean with each {@link #meaning} of a key
 */
public record ErrorObject(int depth, String name, Map<String, String> fields) {
  private static final JsonFactory LENIENT =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final int MAX_OBJECTS = 1_000; // a body of 8 MiB may contain a million
  private static final int MAX_DEPTH = 4;
  private static final Set<String> LISTS = Set.of("details", "internalError", "errors", "error");

  /** Its code is under {@code type}. */
  static final String NEUTRON = "NeutronError";

  /** OpenStack faults, such as itemNotFound and computeFault. */
  private static final Pattern FAULT = Pattern.compile("\\w*([nN]otFound|Fault)|" + NEUTRON);

  /** One name for all keys with the same meaning, whatever their case and underscores. */
  static String meaning(String key) {
    String word = key.strip().replace("_", "").toLowerCase(Locale.ROOT);
    return switch (word) {
      case "errorcode", "errcode" -> "code";
      case "errormessage", "errormsg", "errmsg", "externalmessage", "errordescription" -> "message";
      case "msg", "failreason", "errorcodemessage" -> "reason";
      default -> word;
    };
  }

  /** Reads the objects of an error body in order, but few levels and only lists of errors. */
  static List<ErrorObject> ofBody(String json) {
    return read(json, false);
  }

  /** Reads all objects of an error that is quoted in a text, in document order. */
  public static List<ErrorObject> ofQuotedError(String json) {
    return read(json, true);
  }

  private static List<ErrorObject> read(String json, boolean all) {
    List<ErrorObject> objects = new ArrayList<>();
    try (JsonParser parser = LENIENT.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.VALUE_STRING) {
        return read(parser.getText().strip(), all);
      }
      if (first == JsonToken.START_OBJECT) {
        new Reader(parser, json.length(), all, objects).read(0, "");
      }
    } catch (IOException syntaxError) {
      // what was read before it counts
    }
    return objects;
  }

  /** The error code, a number as spelled; null if there is none. */
  public @Nullable String code() {
    return fields.get("code");
  }

  /** The message, or else the reason; null if there is neither. */
  public @Nullable String messageOrReason() {
    return fields.getOrDefault("message", fields.get("reason"));
  }

  /** True for an OpenStack fault by name, Keystone's included. */
  boolean isFault() {
    boolean keystone = name.equals("error") && fields.containsKey("title");
    return depth == 1 && (keystone || FAULT.matcher(name).matches());
  }

  private record Reader(JsonParser parser, int length, boolean all, List<ErrorObject> objects) {
    void read(int depth, String name) throws IOException {
      boolean array = parser.hasToken(JsonToken.START_ARRAY);
      boolean skipped = !all && (depth > MAX_DEPTH || (array && !LISTS.contains(name)));
      if (skipped || objects.size() == MAX_OBJECTS) {
        parser.skipChildren();
        return;
      }
      ErrorObject object = new ErrorObject(depth, name, new HashMap<>());
      if (!array) {
        objects.add(object);
      }
      while (!parser.nextToken().isStructEnd()) {
        String key = array ? name : parser.currentName();
        JsonToken value = array ? parser.currentToken() : parser.nextToken();
        if (value.isStructStart()) {
          read(depth + 1, key);
        } else if (value != JsonToken.VALUE_NULL && !isCutOff() && !parser.getText().isBlank()) {
          object.fields.putIfAbsent(meaning(key), parser.getText());
        }
      }
    }

    /** A number that ends with the body may have lost digits. */
    private boolean isCutOff() {
      return parser.currentToken().isNumeric()
          && parser.currentLocation().getCharOffset() >= length;
    }
  }
}

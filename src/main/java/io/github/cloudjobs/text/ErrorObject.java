package io.github.cloudjobs.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error fields of one object in JSON that reports an error. Gateways and services send JSON
 * with comments, trailing commas, unquoted names or a missing end; what stands before the first
 * syntax error that Jackson's lenient features do not tolerate is read.
 *
 * @param depth the number of objects and arrays around this object
 * @param name the key of this object, or of the array around it
 */
public record ErrorObject(int depth, String name, Map<Field, String> fields) {
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

  private static final int MAX_ENVELOPE_DEPTH = 4;
  private static final int MAX_OBJECTS = 1_000; // a body of 8 MiB may contain a million
  private static final Set<String> LISTS = Set.of("details", "internalError", "errors", "error");
  private static final String NEUTRON = "NeutronError"; // its code is under "type"

  /** OpenStack faults, such as itemNotFound and computeFault. */
  private static final Pattern FAULT = Pattern.compile("\\w*([nN]otFound|Fault)|" + NEUTRON);

  /**
   * Reads the objects of an error body in document order: four levels, and of arrays only those
   * under {@code details}, {@code internalError}, {@code errors} and {@code error}. A string of
   * JSON is opened.
   */
  static List<ErrorObject> ofEnvelope(String json) {
    return read(json, false);
  }

  /**
   * Reads the objects of an error that is quoted in a text, in document order: all levels and
   * arrays. {@code reason}, {@code fail_reason}, {@code msg} and {@code errorcode_message} are
   * messages too.
   */
  public static List<ErrorObject> ofQuotedError(String json) {
    return read(json, true);
  }

  private static List<ErrorObject> read(String json, boolean quoted) {
    List<ErrorObject> objects = new ArrayList<>();
    try (JsonParser parser = LENIENT.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == JsonToken.START_OBJECT) {
        new Reader(parser, json.length(), quoted, objects).read(0, "");
      } else if (first == JsonToken.VALUE_STRING) {
        return read(parser.getText().strip(), quoted);
      }
    } catch (IOException syntaxError) {
      // what was read before it counts
    }
    return objects;
  }

  /** The error code, a number as spelled; null if there is none. */
  public @Nullable String code() {
    String code = fields.get(Field.CODE);
    return code == null && name.equals(NEUTRON) ? fields.get(Field.TYPE) : code;
  }

  /** The message; null if there is none. */
  public @Nullable String message() {
    return fields.get(Field.MESSAGE);
  }

  @Nullable String requestId() {
    return fields.get(Field.REQUEST_ID);
  }

  /** The text of {@code {"error": "text"}}. */
  @Nullable String error() {
    return fields.get(Field.ERROR);
  }

  /** True for an OpenStack fault by name, Keystone's included. */
  boolean isFault() {
    boolean keystone = name.equals("error") && fields.containsKey(Field.TITLE);
    return depth == 1 && (keystone || FAULT.matcher(name).matches());
  }

  /** The meaning of a key, whatever its case and underscores. */
  enum Field {
    CODE,
    MESSAGE,
    REQUEST_ID,
    ERROR,
    TITLE,
    TYPE,
    OTHER;

    static Field of(String key, boolean quoted) {
      return switch (key.strip().replace("_", "").toLowerCase(Locale.ROOT)) {
        case "code", "errorcode", "errcode" -> CODE;
        case "message",
            "errormsg",
            "errormessage",
            "errmsg",
            "externalmessage",
            "errordescription" ->
            MESSAGE;
        case "msg", "reason", "failreason", "errorcodemessage" -> quoted ? MESSAGE : OTHER;
        case "requestid" -> REQUEST_ID;
        case "error" -> ERROR;
        case "title" -> TITLE;
        case "type" -> quoted ? OTHER : TYPE;
        default -> OTHER;
      };
    }
  }

  private record Reader(JsonParser parser, int length, boolean quoted, List<ErrorObject> objects) {
    /** Reads the object or array that has just begun. */
    void read(int depth, String name) throws IOException {
      boolean array = parser.hasToken(JsonToken.START_ARRAY);
      boolean skipped = !quoted && (depth > MAX_ENVELOPE_DEPTH || (array && !LISTS.contains(name)));
      if (skipped || objects.size() == MAX_OBJECTS) {
        parser.skipChildren();
      } else if (array) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (parser.currentToken().isStructStart()) {
            read(depth + 1, name);
          }
        }
      } else {
        readObject(depth, name);
      }
    }

    private void readObject(int depth, String name) throws IOException {
      ErrorObject object = new ErrorObject(depth, name, new EnumMap<>(Field.class));
      objects.add(object);
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (token.isStructStart()) {
          read(depth + 1, key);
        } else if (token != JsonToken.VALUE_NULL && !isCutOff() && !parser.getText().isBlank()) {
          object.fields.putIfAbsent(Field.of(key, quoted), parser.getText());
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

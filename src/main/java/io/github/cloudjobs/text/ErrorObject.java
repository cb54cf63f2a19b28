package io.github.cloudjobs.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The error fields of one object in JSON that reports an error. Gateways and services send JSON
 * with comments, trailing commas, unquoted names or a missing end; what stands before the first
 * syntax error that Jackson's lenient features do not tolerate is read.
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
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final int MAX_ENVELOPE_DEPTH = 4;
  private static final int MAX_OBJECTS = 1_000; // a body of 8 MiB may contain a million
  private static final int MAX_KEY_LENGTH = 40;
  private static final Set<String> LISTS = Set.of("details", "internalError", "errors", "error");
  private static final String NEUTRON = "NeutronError"; // its code is under "type"

  /** OpenStack faults, such as itemNotFound and computeFault. */
  private static final Pattern FAULT = Pattern.compile("\\w*([nN]otFound|Fault)|" + NEUTRON);

  private final int depth;
  private final String name;
  private boolean fault;
  private @Nullable String code;
  private @Nullable String message;
  private @Nullable String requestId;
  private @Nullable String error;

  private ErrorObject(int depth, String name) {
    this.depth = depth;
    this.name = name;
    this.fault = depth == 1 && FAULT.matcher(name).matches();
  }

  /**
   * Reads the objects of an error body in document order: four levels, and of arrays only those
   * under {@code details}, {@code internalError}, {@code errors} and {@code error}.
   */
  static List<ErrorObject> ofEnvelope(String json) {
    return new Reader(json, false).read();
  }

  /**
   * Reads the objects of an error that is quoted in a text, in document order: all levels and
   * arrays. {@code reason}, {@code fail_reason}, {@code msg} and {@code errorcode_message} are
   * messages too.
   */
  public static List<ErrorObject> ofQuotedError(String json) {
    return new Reader(json, true).read();
  }

  /** Returns the string at the beginning of {@code json}; null if it is cut off. */
  static @Nullable String string(String json) {
    try (JsonParser parser = LENIENT.createParser(json)) {
      return parser.nextToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
    } catch (IOException cutOff) {
      return null;
    }
  }

  /** The number of objects and arrays around this object. */
  public int depth() {
    return depth;
  }

  /** The error code, a number as spelled; null if there is none. */
  public @Nullable String code() {
    return code;
  }

  /** The message; null if there is none. */
  public @Nullable String message() {
    return message;
  }

  @Nullable String requestId() {
    return requestId;
  }

  /** The text of {@code {"error": "text"}}. */
  @Nullable String error() {
    return error;
  }

  /** True for an OpenStack fault by name, Keystone's included. */
  boolean isFault() {
    return fault;
  }

  private void set(String key, String text, boolean quoted) {
    if (text.isBlank() || key.length() > MAX_KEY_LENGTH) {
      return;
    }
    if (key.equals("error")) {
      error = text;
    } else if (!quoted && name.equals(NEUTRON) && key.equals("type")) {
      code = code == null ? text : code;
    } else if (name.equals("error") && key.equals("title")) {
      fault = depth == 1;
    } else {
      set(Field.of(key, quoted), text);
    }
  }

  private void set(Field field, String text) {
    switch (field) {
      case CODE -> code = code == null ? text : code;
      case MESSAGE -> message = message == null ? text : message;
      case REQUEST_ID -> requestId = requestId == null ? text : requestId;
      case OTHER -> {}
    }
  }

  /** The meaning of a key, whatever its case and underscores. */
  enum Field {
    CODE,
    MESSAGE,
    REQUEST_ID,
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
        default -> OTHER;
      };
    }
  }

  private static final class Reader {
    private final String json;
    private final boolean quoted;
    private final List<ErrorObject> objects = new ArrayList<>();

    Reader(String json, boolean quoted) {
      this.json = json;
      this.quoted = quoted;
    }

    List<ErrorObject> read() {
      try (JsonParser parser = LENIENT.createParser(json)) {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
          object(parser, 0, "");
        }
      } catch (IOException syntaxError) {
        // what was read before it counts
      }
      return objects;
    }

    private void object(JsonParser parser, int depth, String name) throws IOException {
      ErrorObject object = new ErrorObject(depth, name);
      objects.add(object);
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (token.isStructStart()) {
          container(parser, depth, key);
        } else if (token != JsonToken.VALUE_NULL && !isCutOff(parser)) {
          object.set(key, parser.getText(), quoted);
        }
      }
    }

    /** A number that ends with the body may have lost digits. */
    private boolean isCutOff(JsonParser parser) {
      return parser.currentToken().isNumeric()
          && parser.currentLocation().getCharOffset() >= json.length();
    }

    private void container(JsonParser parser, int depth, String key) throws IOException {
      boolean array = parser.hasToken(JsonToken.START_ARRAY);
      boolean skipped = !quoted && (depth == MAX_ENVELOPE_DEPTH || (array && !LISTS.contains(key)));
      if (skipped || objects.size() == MAX_OBJECTS) {
        parser.skipChildren();
      } else if (array) {
        list(parser, depth + 1, key);
      } else {
        object(parser, depth + 1, key);
      }
    }

    private void list(JsonParser parser, int depth, String key) throws IOException {
      for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
        if (t == JsonToken.START_OBJECT || (quoted && t == JsonToken.START_ARRAY)) {
          container(parser, depth, key);
        } else {
          parser.skipChildren();
        }
      }
    }
  }
}

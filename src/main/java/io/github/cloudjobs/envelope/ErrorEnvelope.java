package io.github.cloudjobs.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The code, message and request id of an error body, whichever of the services' envelopes it is
 * wrapped in: {@code {"error_code","error_msg"}}, {@code {"error":{"code","message"}}}, {@code
 * {"code","message"}}, {@code {"itemNotFound":{…}}}, {@code {"NeutronError":{…}}}, {@code
 * {"errCode","errMsg"}}. Where two say something, the outer one wins. Pure.
 */
public record ErrorEnvelope(
    @Nullable String code, @Nullable String message, @Nullable String requestId) {
  private static final ErrorEnvelope NONE = new ErrorEnvelope(null, null, null);
  private static final JsonFactory JSON = new JsonFactory();
  private static final int DEEPEST = 4; // envelopes nest once or twice

  private static final Set<String> CODES =
      Set.of("error_code", "errorCode", "errCode", "err_code", "code");
  private static final Set<String> MESSAGES =
      Set.of("error_msg", "error_message", "errorMessage", "errMsg", "message", "externalMessage");
  private static final Set<String> REQUEST_IDS = Set.of("request_id", "requestId");

  /** Reads an error body; what it does not hold, or hold readably, is null. */
  public static ErrorEnvelope read(byte[] body) {
    Finder finder = new Finder();
    try (JsonParser json = JSON.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return NONE;
      }
      finder.object(json, 0);
    } catch (IOException | RuntimeException notJson) {
      return finder.found(); // a cut body may still have named its code
    }
    return finder.found();
  }

  /** Returns the same with each of its texts, and each null, put through {@code change}. */
  public ErrorEnvelope map(UnaryOperator<@Nullable String> change) {
    return new ErrorEnvelope(change.apply(code), change.apply(message), change.apply(requestId));
  }

  /** True if it names neither a code nor a message: then it is no error. */
  public boolean isEmpty() {
    return code == null && message == null;
  }

  /** True for the gateway's code of that number, under either of its prefixes. */
  public boolean isGatewayCode(String number) {
    return code != null && (code.equals("APIGW." + number) || code.equals("APIG." + number));
  }

  /** Walks a body once; the shallowest finding of each kind stays. */
  private static final class Finder {
    private final @Nullable String[] values = new @Nullable String[3];
    private final int[] depths = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};

    ErrorEnvelope found() {
      return new ErrorEnvelope(values[0], values[1], values[2]);
    }

    void object(JsonParser json, int depth) throws IOException {
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (value == JsonToken.START_OBJECT && depth < DEEPEST) {
          object(json, depth + 1);
        } else if (value != null && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          keep(kindOf(name), json.getText(), depth);
        } else {
          json.skipChildren();
        }
      }
    }

    private static int kindOf(String name) {
      if (CODES.contains(name)) {
        return 0;
      }
      return MESSAGES.contains(name) ? 1 : REQUEST_IDS.contains(name) ? 2 : -1;
    }

    private void keep(int kind, String text, int depth) {
      if (kind >= 0 && depth < depths[kind] && !text.isBlank()) {
        values[kind] = text;
        depths[kind] = depth;
      }
    }
  }
}

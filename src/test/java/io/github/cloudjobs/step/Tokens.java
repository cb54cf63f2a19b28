package io.github.cloudjobs.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cloudjobs.wait.WaitToken;
import java.util.Base64;
import java.util.function.Consumer;

/** Opens tokens and closes them again, for tests of what should not be in them. */
public final class Tokens {
  private static final String VERSION = "jw1.";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Tokens() {}

  /** What a token holds. */
  public static String opened(WaitToken token) {
    return new String(
        Base64.getUrlDecoder().decode(token.text().substring(VERSION.length())), UTF_8);
  }

  /** A token that holds this, whatever it is. */
  public static WaitToken holding(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new WaitToken(VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** The fields of a token. */
  public static ObjectNode fields(WaitToken token) {
    try {
      return (ObjectNode) JSON.readTree(opened(token));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** A token in which something is changed. */
  public static WaitToken with(WaitToken token, Consumer<ObjectNode> change) {
    ObjectNode fields = fields(token);
    change.accept(fields);
    return holding(fields.toString());
  }

  /** A token in which a field has this JSON, or is missing if that is null. */
  static WaitToken with(WaitToken token, String name, String json) {
    String other = fields(token).deepCopy().without(name).toString();
    String field = json == null ? "" : "\"" + name + "\":" + json + ",";
    return holding("{" + field + other.substring(1));
  }
}

package io.github.cloudjobs.envelope;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The code, message and request id of an error body, whichever of the services' envelopes it is
 * wrapped in: {@code {"error_code","error_msg"}}, {@code {"error":{"code","message"}}}, {@code
 * {"code","message"}}, {@code {"itemNotFound":{…}}}, {@code {"NeutronError":{…}}}, {@code
 * {"errCode","errMsg"}}, XML's {@code <Code>} and {@code <Message>}, or the text of an HTML page.
 * What is no valid JSON is read as far as it can be. Pure; never throws.
 *
 * @param code as spelt, also where it is a number
 * @param message the innermost one, where services quote each other's envelopes as a message
 * @param fromService true for JSON with a service's own error code or an OpenStack fault; false for
 *     the gateway's codes and for what proxies and routers send
 */
public record ErrorEnvelope(
    @Nullable String code,
    @Nullable String message,
    @Nullable String requestId,
    boolean fromService) {
  static final ErrorEnvelope NONE = new ErrorEnvelope(null, null, null, false);

  /** Where services that do not send the gateway's put theirs, after it. */
  private static final List<String> REQUEST_ID_HEADERS =
      List.of("X-Request-Id", "X-Openstack-Request-Id", "X-Compute-Request-Id", "X-IAM-Trace-Id");

  private static final int MOST_OPENED = 4; // each one within the message of the one before

  /** Reads an error body; what it does not hold, or hold readably, is null. */
  public static ErrorEnvelope read(byte[] body) {
    String text = new String(body, charsetOf(body));
    return read(text.startsWith("\uFEFF") ? text.substring(1) : text, 0);
  }

  private static ErrorEnvelope read(String text, int opened) {
    String stripped = text.strip();
    ErrorEnvelope outer = NONE;
    if (stripped.startsWith("{")) {
      outer = JsonErrors.read(stripped);
    } else if (stripped.startsWith("<")) {
      outer = MarkupErrors.read(stripped);
    } else if (stripped.startsWith("\"{") || stripped.startsWith("\"\\")) {
      String quoted = LooseJson.string(stripped);
      return quoted == null || opened == MOST_OPENED ? NONE : read(quoted, opened + 1);
    }
    return outer.message == null || opened == MOST_OPENED
        ? outer
        : outer.around(read(outer.message, opened + 1));
  }

  /** The envelope that was this one's message: it knows better what happened, not who says so. */
  private ErrorEnvelope around(ErrorEnvelope inner) {
    return inner.message == null
        ? this
        : new ErrorEnvelope(
            code == null ? inner.code : code,
            inner.message,
            requestId == null ? inner.requestId : requestId,
            fromService || (code == null && inner.fromService));
  }

  /** JSON and markup begin with an ASCII character, so a zero byte tells UTF-16. */
  private static Charset charsetOf(byte[] body) {
    if (body.length < 2) {
      return StandardCharsets.UTF_8;
    }
    boolean marked = (body[0] & 0xFF) + (body[1] & 0xFF) == 0xFE + 0xFF;
    if (body[0] == 0 || (marked && body[0] == (byte) 0xFE)) {
      return StandardCharsets.UTF_16BE;
    }
    return body[1] == 0 || (marked && body[0] == (byte) 0xFF)
        ? StandardCharsets.UTF_16LE
        : StandardCharsets.UTF_8;
  }

  /**
   * Returns the same with the request id of the response's headers, if the body has none.
   *
   * @param header looks up a header by name, in any case; null if there is none
   */
  public ErrorEnvelope orRequestIdOf(Function<String, @Nullable String> header) {
    if (requestId != null) {
      return this;
    }
    for (String name : REQUEST_ID_HEADERS) {
      String id = header.apply(name);
      if (id != null && !id.isBlank()) {
        return new ErrorEnvelope(code, message, id, fromService);
      }
    }
    return this;
  }

  /** Returns the same with each of its texts, and each null, put through {@code change}. */
  public ErrorEnvelope map(UnaryOperator<@Nullable String> change) {
    return new ErrorEnvelope(
        change.apply(code), change.apply(message), change.apply(requestId), fromService);
  }

  /** True if it names neither a code nor a message: then it is no error. */
  public boolean isEmpty() {
    return code == null && message == null;
  }
}

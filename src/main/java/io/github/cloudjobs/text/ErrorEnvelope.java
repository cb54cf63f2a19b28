package io.github.cloudjobs.text;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The code, message and request id of an error body: JSON of any of the services' forms, XML's
 * {@code <Code>} and {@code <Message>}, or the text of an HTML page.
 *
 * @param code as spelled, also if it is a number
 * @param message the innermost one if services quote each other's envelopes as their message
 * @param fromService true for JSON with a service's own error code or an OpenStack fault; false for
 *     a code of the gateway without a fault, and for what proxies and routers send
 */
public record ErrorEnvelope(
    @Nullable String code,
    @Nullable String message,
    @Nullable String requestId,
    boolean fromService) {
  /** The envelope of a body that is not an error, or that must not be quoted. */
  public static final ErrorEnvelope NONE = new ErrorEnvelope(null, null, null, false);

  private static final int MAX_CODE = 80;
  private static final int MAX_MESSAGE = 500;
  private static final int MAX_OPENED = 4; // envelopes within the message of another one

  /** The gateway's header first, then those of OpenStack's services and IAM. */
  private static final List<String> REQUEST_ID_HEADERS =
      List.of("X-Request-Id", "X-Openstack-Request-Id", "X-Compute-Request-Id", "X-IAM-Trace-Id");

  private static final Pattern HTML = Pattern.compile("(?i)<html|<!doctype html");
  private static final int PROLOGUE = 1_000; // a page names itself HTML in here
  private static final int MARKUP_LENGTH = 300;

  /** Comments, scripts, styles and tags of a page, which may be cut within any of them. */
  private static final Pattern NO_TEXT =
      Pattern.compile("(?is)<!--.*?(?:-->|\\z)|<(script|style)\\b.*?(?:</\\1[^>]*>?|\\z)|<[^>]*>?");

  /** An element without others in it. */
  private static final Pattern ELEMENT =
      Pattern.compile(
          "<(?:[\\w.-]++:)?(?<name>[\\w.-]++)[^<>]*+>"
              + "(?:\\s*+<!\\[CDATA\\[(?<data>(?s:.{0,1000}?))]]>)?+(?<text>[^<]*+)</");

  /** Characters in markup, each with its reference; the one that begins references is last. */
  private static final String[] REFERENCES = {
    "<", "&lt;", ">", "&gt;", "\"", "&quot;", "\"", "&#34;", "'", "&apos;", "'", "&#39;", "'",
    "&#x27;", " ", "&nbsp;", "&", "&amp;"
  };

  /** The gateway's codes, and codes that repeat a status of HTTP or gRPC: any router has them. */
  private static final Pattern OF_NO_SERVICE =
      Pattern.compile("APIGW?\\..*|(?i)(\\d{1,3})?[ _-]*(not[ _-]?found)?");

  /** Reads a body in UTF-8, or with a byte order mark. Never throws; unknown parts are null. */
  public static ErrorEnvelope read(byte[] body) {
    return read(SafeText.decode(body), 0);
  }

  private static ErrorEnvelope read(String text, int opened) {
    String stripped = text.strip();
    ErrorEnvelope outer =
        stripped.startsWith("<")
            ? of(List.of(markup(stripped)), false)
            : of(ErrorObject.read(stripped), true);
    if (outer.message == null || opened == MAX_OPENED) {
      return outer;
    }
    ErrorEnvelope inner = read(outer.message, opened + 1);
    return inner.message == null ? outer : outer.around(inner);
  }

  /** Returns an envelope with the message of the inner one, which is in this one's message. */
  private ErrorEnvelope around(ErrorEnvelope inner) {
    return new ErrorEnvelope(
        code == null ? inner.code : code,
        inner.message,
        requestId == null ? inner.requestId : requestId,
        fromService || (code == null && inner.fromService));
  }

  /** Takes the outermost message and the code beside it, or else the outermost code. */
  private static ErrorEnvelope of(List<ErrorObject> objects, boolean json) {
    ErrorObject main = ErrorObject.outermost(objects, "message");
    String message = main.get("message");
    String code = main.code() == null ? main.neutronType() : main.code();
    if (code == null) {
      code = ErrorObject.outermost(objects, "code").code();
    }
    if (message == null) {
      message = ErrorObject.outermost(objects, "error").get("error");
    }
    String requestId = ErrorObject.outermost(objects, "requestid").get("requestid");
    return new ErrorEnvelope(code, message, requestId, json && isFromService(code, objects));
  }

  private static boolean isFromService(@Nullable String code, List<ErrorObject> objects) {
    boolean fault = false;
    for (ErrorObject each : objects) {
      fault |= each.isFault();
    }
    return fault || (code != null && !OF_NO_SERVICE.matcher(code.strip()).matches());
  }

  /** Returns a copy without the secrets, and with the request id of the headers if it has none. */
  public ErrorEnvelope with(Function<String, @Nullable String> headers, Secrets secrets) {
    String id = requestId;
    for (String name : REQUEST_ID_HEADERS) {
      String value = headers.apply(name);
      id = id == null && value != null && !value.isBlank() ? value : id;
    }
    return new ErrorEnvelope(
        secrets.hide(code), secrets.hide(message), secrets.hide(id), fromService);
  }

  /** Returns {@code "subject: code: message (request id); advice"}, without null parts. */
  public String describe(String subject, @Nullable String advice) {
    String text = subject;
    text += code == null ? "" : ": " + SafeText.printable(code, MAX_CODE);
    text += message == null ? "" : ": " + SafeText.printable(message, MAX_MESSAGE);
    text += requestId == null ? "" : " (request " + SafeText.printable(requestId, MAX_CODE) + ")";
    return advice == null ? text : text + "; " + advice;
  }

  /** True if there is neither a code nor a message: then the body is no error. */
  public boolean isEmpty() {
    return code == null && message == null;
  }

  /**
   * Returns the fields of the error in XML, or the visible text of an HTML page as its message.
   * Resolves no entities, so a document cannot fetch or multiply anything.
   */
  private static ErrorObject markup(String text) {
    ErrorObject error = new ErrorObject(0, "");
    if (HTML.matcher(text).region(0, Math.min(PROLOGUE, text.length())).find()) {
      Set<String> pieces = new LinkedHashSet<>(); // pages repeat their headings
      for (String piece : NO_TEXT.split(text, -1)) {
        pieces.add(unescaped(piece).strip());
      }
      error.put("message", SafeText.printable(String.join(" ", pieces), MARKUP_LENGTH));
      return error;
    }
    Matcher element = ELEMENT.matcher(text);
    while (element.find()) {
      String data = Objects.requireNonNullElse(element.group("data"), "");
      String content = data + unescaped(element.group("text"));
      error.put(element.group("name"), SafeText.printable(content, MARKUP_LENGTH));
    }
    return error;
  }

  private static String unescaped(String markup) {
    String text = markup;
    for (int i = 0; i < REFERENCES.length; i += 2) {
      text = text.replace(REFERENCES[i + 1], REFERENCES[i]);
    }
    return text;
  }
}

package io.github.cloudjobs.text;

import io.github.cloudjobs.text.ErrorObject.Field;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The code, message and request id of an error body: {@code {"error_code","error_msg"}}, {@code
 * {"error":{"code","message"}}}, {@code {"code","message"}}, {@code {"itemNotFound":{…}}}, {@code
 * {"NeutronError":{…}}}, {@code {"errCode","errMsg"}}, XML's {@code <Code>} and {@code <Message>},
 * or the text of an HTML page.
 *
 * @param code as spelled, also if it is a number
 * @param message the innermost one if services quote each other's envelopes as their message
 * @param fromService true for JSON with a service's own error code or an OpenStack fault; false for
 *     the gateway's codes and for what proxies and routers send
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

  /** A code that only repeats the HTTP status (or gRPC's): any router sends it. */
  private static final Pattern STATUS =
      Pattern.compile("(\\d{1,3})?[ _-]*(not[ _-]?found)?", Pattern.CASE_INSENSITIVE);

  /** Reads a body in UTF-8, or with a byte order mark. Never throws; unknown parts are null. */
  public static ErrorEnvelope read(byte[] body) {
    return read(SafeText.decode(body), 0);
  }

  private static ErrorEnvelope read(String text, int opened) {
    String stripped = text.strip();
    ErrorEnvelope outer = NONE;
    if (stripped.startsWith("{") || stripped.startsWith("\"")) {
      outer = ofObjects(ErrorObject.ofEnvelope(stripped));
    } else if (stripped.startsWith("<")) {
      outer = new Markup().read(stripped);
    }
    return outer.message == null || opened == MAX_OPENED
        ? outer
        : outer.around(read(outer.message, opened + 1));
  }

  /** Takes the message of the inner envelope, and the outer code and request id if it has them. */
  private ErrorEnvelope around(ErrorEnvelope inner) {
    return inner.message == null
        ? this
        : new ErrorEnvelope(
            code == null ? inner.code : code,
            inner.message,
            requestId == null ? inner.requestId : requestId,
            fromService || (code == null && inner.fromService));
  }

  /** Takes the outermost message and the code beside it, or else the outermost code. */
  private static ErrorEnvelope ofObjects(List<ErrorObject> objects) {
    objects.sort(Comparator.comparingInt(ErrorObject::depth));
    String code = first(objects, ErrorObject::code);
    String message = null;
    for (ErrorObject object : objects) {
      if (object.message() != null) {
        message = object.message();
        code = object.code() == null ? code : object.code();
        break;
      }
    }
    return new ErrorEnvelope(
        code,
        message == null ? first(objects, ErrorObject::error) : message,
        first(objects, ErrorObject::requestId),
        isFromService(code, objects));
  }

  private static @Nullable String first(
      List<ErrorObject> objects, Function<ErrorObject, @Nullable String> field) {
    for (ErrorObject object : objects) {
      String text = field.apply(object);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static boolean isFromService(@Nullable String code, List<ErrorObject> objects) {
    if (code != null && (code.startsWith("APIGW.") || code.startsWith("APIG."))) {
      return false;
    }
    return (code != null && !STATUS.matcher(code.strip()).matches())
        || objects.stream().anyMatch(ErrorObject::isFault);
  }

  /**
   * Returns a copy with the request id of the response's headers if the body has none.
   *
   * @param header returns the value of a header by its name in any case; null if it is absent
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

  /** Returns a copy with {@code change} applied to each text, null included. */
  public ErrorEnvelope map(UnaryOperator<@Nullable String> change) {
    return new ErrorEnvelope(
        change.apply(code), change.apply(message), change.apply(requestId), fromService);
  }

  /**
   * Returns the text of an exception: {@code "subject: code: message (request id); advice"},
   * without the parts that are null.
   */
  public String describe(String subject, @Nullable String advice) {
    StringBuilder text = new StringBuilder(subject);
    if (code != null) {
      text.append(": ").append(SafeText.printable(code, MAX_CODE));
    }
    if (message != null) {
      text.append(": ").append(SafeText.printable(message, MAX_MESSAGE));
    }
    if (requestId != null) {
      text.append(" (request ").append(SafeText.printable(requestId, MAX_CODE)).append(')');
    }
    return advice == null ? text.toString() : text.append("; ").append(advice).toString();
  }

  /** True if there is neither a code nor a message: then the body is no error. */
  public boolean isEmpty() {
    return code == null && message == null;
  }

  /**
   * The error in XML by the names of its elements, or the visible text of an HTML page. Scans for
   * tags and resolves no entity but character references, so a document cannot make it fetch or
   * multiply anything.
   */
  private static final class Markup {
    /** Each part ends with the text at the latest, so that a document is scanned once. */
    private static final Pattern PART =
        Pattern.compile(
            "<!\\[CDATA\\[(?<data>.*?)(?:]]>|\\z)|<!--.*?(?:-->|\\z)"
                + "|<(?:(?<skipped>script|style)(?![\\w:.-]).*?(?=</\\k<skipped>|\\z)"
                + "|(?:[\\w.-]*:)?(?<tag>[\\w:.-]*)[^>]*>?)|(?<text>[^<]+)",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private static final Pattern REFERENCE =
        Pattern.compile("&(\\w{2,4}|#\\d{1,7}|#[xX]\\p{XDigit}{1,6});");
    private static final Map<String, String> NAMED =
        Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'", "nbsp", " ");
    private static final Pattern HTML =
        Pattern.compile("<html|<!doctype html", Pattern.CASE_INSENSITIVE);
    private static final int PROLOGUE = 1_000; // a page names itself HTML in here
    private static final int PAGE_LENGTH = 300;

    private final Map<Field, String> fields = new EnumMap<>(Field.class);
    private final Set<String> pieces = new LinkedHashSet<>(); // pages repeat their headings
    private final StringBuilder piece = new StringBuilder();

    ErrorEnvelope read(String text) {
      Field field = Field.OTHER;
      Matcher part = PART.matcher(text);
      while (part.find()) {
        if (part.group("text") != null || part.group("data") != null) {
          piece.append(part.group("text") == null ? part.group("data") : part.group("text"));
        } else if (!part.group().startsWith("<!--")) {
          endPiece(field);
          field = part.group("tag") == null ? Field.OTHER : Field.of(part.group("tag"), false);
        }
      }
      if (HTML.matcher(text).region(0, Math.min(PROLOGUE, text.length())).find()) {
        endPiece(field); // a page may be cut; an element has to be whole
        String page = SafeText.printable(String.join(" ", pieces), PAGE_LENGTH);
        return new ErrorEnvelope(null, page.isEmpty() ? null : page, null, false);
      }
      return new ErrorEnvelope(
          fields.get(Field.CODE), fields.get(Field.MESSAGE), fields.get(Field.REQUEST_ID), false);
    }

    private void endPiece(Field field) {
      String text = REFERENCE.matcher(piece).replaceAll(Markup::character);
      piece.setLength(0);
      String kept = SafeText.printable(text, PAGE_LENGTH);
      if (!kept.isEmpty()) {
        fields.putIfAbsent(field, kept);
        pieces.add(kept);
      }
    }

    private static String character(MatchResult reference) {
      String name = reference.group(1);
      String text = NAMED.get(name);
      if (name.startsWith("#")) {
        boolean hex = Character.toLowerCase(name.charAt(1)) == 'x';
        int point = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
        text = Character.isValidCodePoint(point) ? Character.toString(point) : null;
      }
      return Matcher.quoteReplacement(text == null ? reference.group() : text);
    }
  }
}

package io.github.cloudjobs.model;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the service at the bottom of a text said. Services hand errors on by quoting them: a reason
 * is the names of tasks and codes, then JSON whose message may be a string of JSON again. The
 * deepest message wins, the first of equally deep ones.
 *
 * @param code the error code beside that message, or else the last one before it: {@code E.1} of
 *     {@code Task-fail:E.1:…}; null if there is none
 * @param message the message; without JSON the text itself, less the names before it; null only if
 *     the text is blank
 */
record NestedError(@Nullable String code, @Nullable String message) {
  static final NestedError NONE = new NestedError(null, null);

  private static final Set<String> MESSAGES =
      Set.of(
          "message",
          "msg",
          "error_msg",
          "error_message",
          "errorcode_message",
          "errorMsg",
          "errMsg",
          "errorMessage",
          "externalMessage",
          "fail_reason",
          "reason");
  private static final Set<String> CODES =
      Set.of("code", "error_code", "err_code", "errorCode", "errCode");

  private static final int LONGEST = 1 << 16; // an honest reason has some hundred characters
  private static final int MAX_OPENED = 8;
  private static final int MAX_TRIES = 64; // over all strings, or nested ones would multiply
  private static final String TASK_FAILED = "-fail:";
  private static final int LONGEST_TASK = 120;

  /** Reads a text of any kind; never throws. */
  static NestedError in(String text) {
    String bounded = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    Digger digger = new Digger();
    return digger.text(bounded, 0, 0)
        ? new NestedError(digger.code, digger.message)
        : withoutNames(bounded);
  }

  /** Takes off {@code CreateServerTask-fail:} and {@code Ecs.0204:} where something follows. */
  private static NestedError withoutNames(String text) {
    String rest = text.strip();
    int task = rest.indexOf(TASK_FAILED);
    if (task >= 0 && task <= LONGEST_TASK) {
      rest = rest.substring(task + TASK_FAILED.length()).strip();
    }
    String code = null;
    int colon = rest.indexOf(':');
    if (colon > 0 && isServiceCode(rest.substring(0, colon))) {
      code = rest.substring(0, colon);
      rest = rest.substring(colon + 1).strip();
    }
    if (!rest.isEmpty()) {
      return new NestedError(code, rest);
    }
    return text.isBlank() ? NONE : new NestedError(code, text.strip());
  }

  private static boolean isServiceCode(String text) {
    int dot = text.indexOf('.');
    return dot > 0
        && dot < text.length() - 1
        && text.substring(0, dot).chars().allMatch(Character::isLetterOrDigit)
        && text.substring(dot + 1).chars().allMatch(Character::isDigit);
  }

  /** Walks through JSON, and the JSON in its strings, and remembers the deepest message. */
  private static final class Digger {
    private @Nullable String code;
    private @Nullable String message;
    private int messageDepth = -1;
    private int tries;

    /** Looks for JSON in a text; true if a message was found there. */
    boolean text(String text, int depth, int opened) {
      int found = messageDepth;
      int first = text.indexOf('{');
      int brace = first;
      while (brace >= 0 && opened < MAX_OPENED && tries < MAX_TRIES) {
        tries++;
        json(text.substring(brace), depth, opened);
        if (messageDepth > found) {
          code = code == null ? withoutNames(text.substring(0, first)).code : code;
          return true;
        }
        brace = text.indexOf('{', brace + 1);
      }
      return false;
    }

    private void json(String json, int depth, int opened) {
      try (JsonParser parser = JsonBytes.FACTORY.createParser(json)) {
        parser.nextToken();
        object(parser, depth, opened);
      } catch (IOException cutOff) {
        // Services cut long reasons; what was found before the cut counts.
      }
    }

    private void object(JsonParser parser, int depth, int opened) throws IOException {
      String codeHere = null;
      boolean messageHere = false;
      for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING && MESSAGES.contains(key)) {
          messageHere |= message(parser.getText(), depth + 1, opened);
        } else if (token.isScalarValue() && CODES.contains(key)) {
          codeHere = token == JsonToken.VALUE_NULL ? null : parser.getText();
        } else {
          value(parser, depth + 1, opened);
        }
      }
      if (messageHere && messageDepth == depth + 1 && code == null) {
        code = codeHere;
      }
    }

    private void value(JsonParser parser, int depth, int opened) throws IOException {
      if (parser.hasToken(JsonToken.START_OBJECT)) {
        object(parser, depth, opened);
      } else if (parser.hasToken(JsonToken.START_ARRAY)) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          value(parser, depth + 1, opened);
        }
      }
    }

    /** Takes a message if it is the deepest; true if it is the message itself, not JSON in it. */
    private boolean message(String text, int depth, int opened) {
      if (text.isBlank() || text(text, depth + 1, opened + 1) || depth <= messageDepth) {
        return false;
      }
      NestedError told = withoutNames(text);
      message = told.message;
      code = told.code;
      messageDepth = depth;
      return true;
    }
  }
}

package io.github.cloudjobs.model;

import io.github.cloudjobs.text.ErrorObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The innermost error quoted in a reason. Services pass errors on by quoting them: a reason is the
 * names of tasks and codes, then JSON whose message may be a string of JSON again. The deepest
 * message counts, the first of equally deep ones.
 *
 * @param code the code beside that message, or else the last one before it: {@code E.1} of {@code
 *     Task-fail:E.1:…}; null if there is none
 * @param message the message; without JSON the text without the names before it; null only for a
 *     blank text
 */
record InnermostError(@Nullable String code, @Nullable String message) {
  private static final InnermostError NONE = new InnermostError(null, null);

  private static final int MAX_LENGTH = 1 << 16; // reasons have some hundred characters
  private static final int MAX_NESTED = 8;
  private static final int MAX_BRACES = 64; // over all nested messages
  private static final Pattern NAMES =
      Pattern.compile(
          "(.{0,120}?-fail:\\s*)?((?<code>[\\p{L}\\p{Nd}]+\\.\\p{Nd}+):)?(?<rest>.*)",
          Pattern.DOTALL);

  /** Reads a text of any kind, or null. */
  static InnermostError in(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return NONE;
    }
    String bounded = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
    Found found = new Search().in(bounded, 0);
    return found == null ? withoutNames(bounded) : found.error;
  }

  /** Removes {@code CreateServerTask-fail:} and {@code Ecs.0204:} where something follows. */
  private static InnermostError withoutNames(String text) {
    Matcher names = NAMES.matcher(text.strip());
    names.matches(); // any text
    String rest = names.group("rest").strip();
    return new InnermostError(names.group("code"), rest.isEmpty() ? text.strip() : rest);
  }

  private record Found(int depth, InnermostError error) {}

  /** Looks for JSON at each brace of a text, and in the messages it finds. */
  private static final class Search {
    private int braces;

    @Nullable Found in(String text, int nested) {
      int first = text.indexOf('{');
      int brace = first;
      while (brace >= 0 && nested < MAX_NESTED && braces < MAX_BRACES) {
        braces++;
        Found found = deepest(ErrorObject.ofQuotedError(text.substring(brace)), nested);
        if (found != null) {
          String code = found.error.code;
          return new Found(
              found.depth,
              new InnermostError(
                  code == null ? withoutNames(text.substring(0, first)).code : code,
                  found.error.message));
        }
        brace = text.indexOf('{', brace + 1);
      }
      return null;
    }

    private @Nullable Found deepest(List<ErrorObject> objects, int nested) {
      Found deepest = null;
      for (ErrorObject object : objects) {
        Found found = object.message() == null ? null : message(object, object.message(), nested);
        if (found != null && (deepest == null || found.depth > deepest.depth)) {
          deepest = found;
        }
      }
      return deepest;
    }

    private Found message(ErrorObject object, String message, int nested) {
      Found quoted = in(message, nested + 1);
      if (quoted != null) {
        return new Found(object.depth() + 1 + quoted.depth, quoted.error);
      }
      InnermostError plain = withoutNames(message);
      String code = plain.code == null ? object.code() : plain.code;
      return new Found(object.depth(), new InnermostError(code, plain.message));
    }
  }
}

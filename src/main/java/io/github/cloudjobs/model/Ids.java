package io.github.cloudjobs.model;

import io.github.cloudjobs.text.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Says which ids may stand in a path. Pure. What could change the path, or stand for something else
 * once it is decoded, is refused; everything else is percent-encoded by whoever builds the URL.
 */
final class Ids {
  private static final String REFUSED = "/\\?#%";

  /** Ids have 32 or 36 characters; what is this long is something else. */
  private static final int LONGEST = 1_000;

  private Ids() {}

  /**
   * Does nothing if {@code id} may stand in a path.
   *
   * @throws IllegalArgumentException naming {@code parameter} and what is wrong with it
   */
  static void check(String parameter, @Nullable String id) {
    String problem = problem(id);
    if (problem != null) {
      throw new IllegalArgumentException(parameter + " " + problem);
    }
  }

  /** Returns what is wrong with an id, to be put behind its name; null if nothing is. */
  static @Nullable String problem(@Nullable String id) {
    if (id == null) {
      return "must not be null";
    }
    if (id.isBlank()) {
      return "must not be blank" + SafeText.invisibleNote(id);
    }
    if (id.length() > LONGEST) {
      return "must not be longer than 1,000 characters: it has " + id.length();
    }
    if (id.equals(".") || id.equals("..")) {
      return "must not be '" + id + "'";
    }
    for (int i = 0; i < id.length(); i += Character.charCount(id.codePointAt(i))) {
      int c = id.codePointAt(i);
      if (REFUSED.indexOf(c) >= 0) {
        return "must not contain '" + Character.toString(c) + "': at index " + i;
      }
      if (isControl(c)) {
        return "must not contain " + SafeText.characterAt(id, i);
      }
    }
    return null;
  }

  private static boolean isControl(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}

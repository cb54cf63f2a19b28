package io.github.cloudjobs.model;

import java.util.Locale;
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
      return "must not be blank";
    }
    if (id.length() > LONGEST) {
      return "must not be longer than 1,000 characters: it has " + id.length();
    }
    if (id.equals(".") || id.equals("..")) {
      return "must not be '" + id + "'";
    }
    for (int i = 0; i < id.length(); i += Character.charCount(id.codePointAt(i))) {
      String character = refused(id.codePointAt(i));
      if (character != null) {
        return "must not contain " + character + ": at index " + i;
      }
    }
    return null;
  }

  private static @Nullable String refused(int c) {
    if (REFUSED.indexOf(c) >= 0) {
      return "'" + Character.toString(c) + "'";
    }
    String name = "U+" + Integer.toHexString(c).toUpperCase(Locale.ROOT);
    return switch (Character.getType(c)) {
      case Character.CONTROL -> "the control character " + name;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> "the line separator " + name;
      case Character.SURROGATE -> "the unpaired surrogate " + name;
      default -> null;
    };
  }
}

package io.github.cloudjobs;

import io.github.cloudjobs.text.SafeText;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that a host is put together from: services and regions. Pure. */
final class HostLabel {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z0-9-]+");
  private static final int LONGEST = 63; // RFC 1035

  private HostLabel() {}

  /**
   * Returns {@code text} in lower case.
   *
   * @param name what the text is, for the message
   * @throws IllegalArgumentException that says what is wrong with it
   */
  static String check(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException(name + " must not be null or blank");
    }
    String problem = problemOf(text);
    if (problem != null) {
      throw new IllegalArgumentException(
          name
              + " must "
              + problem
              + ": "
              + SafeText.printable(text, LONGEST)
              + SafeText.invisibleNote(text));
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** Returns a checked label as it stands in the name of an environment variable. */
  static String variable(String label) {
    return label.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static @Nullable String problemOf(String text) {
    if (!LABEL.matcher(text).matches()) {
      return "hold only letters a to z, digits and hyphens";
    }
    if (text.startsWith("-") || text.endsWith("-")) {
      return "not begin or end with a hyphen";
    }
    return text.length() > LONGEST ? "not be longer than " + LONGEST + " characters" : null;
  }
}

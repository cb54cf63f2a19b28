package io.github.cloudjobs.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The headers a signature covers: lower-case names in ascending order, each with its one value. */
final class SignedHeaders {
  private final List<String> names = new ArrayList<>(4);
  private final List<String> values = new ArrayList<>(4);

  /**
   * Adds a header, its value without the blanks around it.
   *
   * @throws IllegalArgumentException if it is there already: nobody could tell which value counts
   */
  SignedHeaders add(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    int at = 0;
    while (at < names.size() && names.get(at).compareTo(lower) < 0) {
      at++;
    }
    if (at < names.size() && names.get(at).equals(lower)) {
      throw new IllegalArgumentException("the header " + lower + " is given twice");
    }
    names.add(at, lower);
    values.add(at, value.trim());
    return this;
  }

  boolean contains(String lowerCaseName) {
    return names.contains(lowerCaseName);
  }

  void appendLines(AsciiBuffer out) {
    for (int i = 0; i < names.size(); i++) {
      out.append(names.get(i)).append(':').append(values.get(i)).append('\n');
    }
  }

  void appendNames(AsciiBuffer out) {
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        out.append(';');
      }
      out.append(names.get(i));
    }
  }
}

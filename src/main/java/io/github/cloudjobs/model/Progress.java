package io.github.cloudjobs.model;

import org.jspecify.annotations.Nullable;

/** Reads how far a job says it is. Pure. */
final class Progress {
  private Progress() {}

  /** Returns a share from 0 to 1; null for what is no number from 0 to 100. */
  static @Nullable Double read(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String stripped = text.strip();
    boolean percent = stripped.endsWith("%");
    Double number = number(percent ? stripped.substring(0, stripped.length() - 1) : stripped);
    if (number == null || !(number >= 0 && number <= 100)) {
      return null;
    }
    return percent || number > 1 ? number / 100 : number;
  }

  /** Returns the number that a text spells, also one beyond all bounds; null if it is none. */
  static @Nullable Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}

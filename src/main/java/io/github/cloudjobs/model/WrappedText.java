package io.github.cloudjobs.model;

import java.util.ArrayList;
import java.util.List;

/** Breaks a text without line ends into lines, at blanks where there are any. Pure. */
final class WrappedText {
  private WrappedText() {}

  /** Returns the lines, none longer than {@code width} characters; none at all for no text. */
  static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (text.length() - start > width) {
      int end = breakBefore(text, start, start + width);
      lines.add(text.substring(start, end));
      start = text.charAt(end) == ' ' ? end + 1 : end;
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static int breakBefore(String text, int start, int latest) {
    int blank = text.lastIndexOf(' ', latest);
    if (blank > start + (latest - start) / 2) { // a longer word is broken, and the line kept full
      return blank;
    }
    boolean splitsPair = Character.isSurrogatePair(text.charAt(latest - 1), text.charAt(latest));
    return splitsPair ? latest - 1 : latest;
  }
}

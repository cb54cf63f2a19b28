package io.github.cloudjobs.wait;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal that knows the few escape sequences that are used. */
final class Screen {
  private static final Pattern REDRAWING = Pattern.compile("\r\u001b\\[(\\d+)A\u001b\\[J");
  private static final Pattern STYLE = Pattern.compile("\u001b\\[(\\?7[lh]|3[1236]m|m)");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<String> lines = new ArrayList<>();

  final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

  /** Returns what was printed since the last call. */
  String printed() {
    String printed = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return printed;
  }

  /** Returns the lines of the screen; the cursor is below them. */
  List<String> shown() {
    String printed = STYLE.matcher(printed()).replaceAll("");
    Matcher redrawing = REDRAWING.matcher(printed);
    int end = 0;
    while (redrawing.find()) {
      print(printed.substring(end, redrawing.start()));
      int up = Integer.parseInt(redrawing.group(1));
      assertThat(up).as("lines to redraw").isBetween(1, lines.size());
      lines.subList(lines.size() - up, lines.size()).clear();
      end = redrawing.end();
    }
    print(printed.substring(end));
    return List.copyOf(lines);
  }

  private void print(String text) {
    assertThat(text).as("ends with its line").matches("(?s)|.*\n");
    assertThat(text).doesNotContain("\u001b", "\r");
    lines.addAll(text.lines().toList());
  }
}

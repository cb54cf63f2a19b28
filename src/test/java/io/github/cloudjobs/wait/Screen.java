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
  private static final Pattern PIECE =
      Pattern.compile("\u001b\\[(\\??)(\\d*)([A-Za-z])|\r|\n|[^\u001b\r\n]+");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<String> lines = new ArrayList<>(List.of(""));
  private int row;
  private int column;

  final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

  /** Returns what was printed since the last call. */
  String printed() {
    String printed = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return printed;
  }

  /** Returns the lines of the screen; the cursor is below them. */
  List<String> shown() {
    String printed = printed();
    Matcher pieces = PIECE.matcher(printed);
    int end = 0;
    while (pieces.find()) {
      assertThat(pieces.start()).as("start of an unknown sequence").isEqualTo(end);
      end = pieces.end();
      switch (printed.charAt(pieces.start())) {
        case '\u001b' -> sequence(pieces.group(1) + pieces.group(3), pieces.group(2));
        case '\r' -> column = 0;
        case '\n' -> {
          row++;
          column = 0;
          if (row == lines.size()) {
            lines.add("");
          }
        }
        default -> {
          assertThat(lines.get(row)).as("what is under it").hasSize(column);
          lines.set(row, lines.get(row) + pieces.group());
          column += pieces.group().length();
        }
      }
    }
    assertThat(end).isEqualTo(printed.length());
    assertThat(lines.get(row)).as("the cursor's line").isEmpty();
    return List.copyOf(lines.subList(0, row));
  }

  private void sequence(String command, String number) {
    switch (command) {
      case "A" -> row -= Integer.parseInt(number);
      case "J" -> {
        assertThat(number).isEmpty();
        lines.subList(row + 1, lines.size()).clear();
        lines.set(row, "");
      }
      case "m" -> assertThat(number).as("a colour or none").matches("|3[1236]");
      case "?l", "?h" -> assertThat(number).isEqualTo("7");
      default -> throw new AssertionError("an unknown sequence: " + command);
    }
    assertThat(row).as("above the top").isNotNegative();
  }
}

package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.benchmark.harness.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results as a table in Markdown. */
final class Table {
  static final String FLOOR = "floor";
  static final String OURS = "jobs-client";

  private final StringBuilder text =
      new StringBuilder(
          """
          | work | figure | floor | jobs-client | others | aim |
          |---|---|---|---|---|---|
          """);

  /**
   * Adds a row.
   *
   * @param parts of one operation, such as sub-jobs, that the figures are divided by
   */
  void add(String work, Figure figure, Rounds rounds, double parts, String aim) {
    List<String> others = new ArrayList<>();
    for (String contender : rounds.contenders()) {
      if (!contender.equals(FLOOR) && !contender.equals(OURS)) {
        others.add(contender + " " + cell(rounds, contender, figure, parts));
      }
    }
    String floor = rounds.contenders().contains(FLOOR) ? cell(rounds, FLOOR, figure, parts) : "";
    add(work, figure.title(), floor, cell(rounds, OURS, figure, parts), others, aim);
  }

  void add(String work, String figure, String floor, String ours, List<String> others, String aim) {
    List<String> cells = List.of(work, figure, floor, ours, String.join("; ", others), aim);
    String row = "| " + String.join(" | ", cells) + " |";
    System.out.println(row); // progress
    text.append(row).append('\n');
  }

  private static String cell(Rounds rounds, String contender, Figure figure, double parts) {
    String value = figure.format(rounds.median(contender, figure) / parts);
    boolean compared =
        rounds.contenders().contains(FLOOR)
            && !contender.equals(FLOOR)
            && figure != Figure.LATENESS
            && rounds.median(FLOOR, figure) > 0;
    return compared ? value + " (" + times(rounds.ratio(contender, FLOOR, figure)) + ")" : value;
  }

  static String times(double ratio) {
    return String.format(Locale.ROOT, ratio < 10 ? "%.2f×" : "%.0f×", ratio);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

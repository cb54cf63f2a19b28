package io.github.cloudjobs.benchmark.harness;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What is measured of an operation. Times are in nanoseconds, sizes in bytes. */
public enum Figure {
  CPU("CPU"),
  WALL("wall time"),
  ALLOCATED("bytes"),
  RETAINED("heap"),
  LATENESS("lateness p99");

  private final String title;

  Figure(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** Formats a value with its unit. */
  public String format(double value) {
    boolean time = this == CPU || this == WALL || this == LATENESS;
    String[] units =
        time ? new String[] {"ns", "µs", "ms", "s"} : new String[] {"B", "kB", "MB", "GB"};
    double scaled = value;
    int unit = 0;
    while (Math.abs(scaled) >= 1_000 && unit < units.length - 1) {
      scaled /= 1_000;
      unit++;
    }
    return String.format(
        Locale.ROOT,
        Math.abs(scaled) < 10 && unit > 0 ? "%.1f %s" : "%.0f %s",
        scaled,
        units[unit]);
  }

  /** Writes figures as one line of text. */
  public static String write(Map<Figure, Double> figures) {
    StringBuilder line = new StringBuilder();
    figures.forEach((figure, value) -> line.append(figure).append('=').append(value).append(' '));
    return line.toString();
  }

  /** Reads what {@link #write} has written. */
  public static Map<Figure, Double> read(String line) {
    Map<Figure, Double> figures = new EnumMap<>(Figure.class);
    for (String word : line.strip().split(" ")) {
      String[] pair = word.split("=");
      figures.put(valueOf(pair[0]), Double.valueOf(pair[1]));
    }
    return figures;
  }
}

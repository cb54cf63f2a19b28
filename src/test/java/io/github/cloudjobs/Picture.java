package io.github.cloudjobs;

import java.util.Locale;

/** A picture for the documents, as the text of an SVG file. */
final class Picture {
  private final StringBuilder svg = new StringBuilder();

  Picture(int width, int height, String description) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='sans-serif' font-size='13' role='img' aria-label='%s'>",
        width, height, width, height, description);
    add("<title>%s</title>", description);
    add("<rect width='%d' height='%d' fill='#ffffff'/>", width, height);
  }

  private void add(String format, Object... parts) {
    svg.append(String.format(Locale.ROOT, format, parts)).append('\n');
  }

  void line(double x1, double y1, double x2, double y2, String color) {
    add("<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s'/>", x1, y1, x2, y2, color);
  }

  void dashes(double x1, double y1, double x2, double y2, String color) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-dasharray='4 3'/>",
        x1, y1, x2, y2, color);
  }

  void bar(double x, double y, double width, double height, String color) {
    add(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'/>",
        x, y, width, height, color);
  }

  void dot(double x, double y, String color) {
    add("<circle cx='%.1f' cy='%.1f' r='4' fill='%s'/>", x, y, color);
  }

  void curve(String points, String color) {
    add("<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", points, color);
  }

  /** Anchors are {@code start}, {@code middle} and {@code end}. */
  void text(double x, double y, String anchor, String color, String text) {
    add("<text x='%.1f' y='%.1f' text-anchor='%s' fill='%s'>%s</text>", x, y, anchor, color, text);
  }

  @Override
  public String toString() {
    return svg + "</svg>\n";
  }
}

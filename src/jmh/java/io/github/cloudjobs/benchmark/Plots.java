package io.github.cloudjobs.benchmark;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jfree.chart.ChartFactory;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.XYItemLabelGenerator;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.SVGUtils;

/** Draws the plots of the performance page. */
final class Plots {
  /** A point of a plot. */
  record Point(double x, double y) {}

  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;
  private static final double MARGIN = 1.5; // room for names
  private static final Color[] COLORS = {
    new Color(0x0b5fa5), new Color(0x777777), new Color(0xd9822b), new Color(0x3a9b57)
  };

  private static final ItemLabelPosition ABOVE =
      new ItemLabelPosition(ItemLabelAnchor.OUTSIDE12, TextAnchor.BOTTOM_CENTER);
  private static final ItemLabelPosition BELOW =
      new ItemLabelPosition(ItemLabelAnchor.OUTSIDE6, TextAnchor.TOP_CENTER);

  private final Path directory;

  Plots(Path directory) {
    this.directory = directory;
  }

  /**
   * Draws how a cost grows with a number, whose axis is logarithmic.
   *
   * @param title with the meaning of the other axis
   */
  void growth(String file, String title, String xTitle, Map<String, List<Point>> lines)
      throws IOException {
    XYSeriesCollection data = new XYSeriesCollection();
    lines.forEach((name, points) -> data.addSeries(series(name, points)));
    JFreeChart chart = chart(title, data);
    chart.getXYPlot().setDomainAxis(logarithmic(xTitle));
    ((NumberAxis) chart.getXYPlot().getRangeAxis()).setAutoRangeIncludesZero(true);
    save(chart, file);
  }

  /** Draws schedules: a line through ours, and a point with its name for each of all. */
  void schedules(String file, String title, List<Schedules.Result> results) throws IOException {
    XYSeriesCollection data = new XYSeriesCollection();
    for (boolean ours : List.of(true, false)) {
      List<Point> points =
          results.stream()
              .filter(result -> result.ours() == ours)
              .map(result -> new Point(result.requests(), result.lateness()))
              .toList();
      data.addSeries(series(ours ? "jobs-client" : "others", points));
    }
    JFreeChart chart = chart(title, data);
    XYPlot plot = chart.getXYPlot();
    ValueAxis requests = logarithmic("requests for each job");
    requests.setRange(
        data.getDomainLowerBound(false) / MARGIN, data.getDomainUpperBound(false) * MARGIN);
    plot.setDomainAxis(requests);
    ValueAxis lateness = logarithmic(null);
    lateness.setRange(
        data.getRangeLowerBound(false) / MARGIN, data.getRangeUpperBound(false) * MARGIN);
    plot.setRangeAxis(lateness);
    XYLineAndShapeRenderer renderer = (XYLineAndShapeRenderer) plot.getRenderer();
    renderer.setSeriesLinesVisible(1, false);
    XYItemLabelGenerator names =
        (dataset, series, item) -> {
          double x = dataset.getXValue(series, item);
          return results.stream()
              .filter(result -> result.requests() == x && result.ours() == (series == 0))
              .map(Schedules.Result::name)
              .findFirst()
              .orElse("");
        };
    renderer.setDefaultItemLabelGenerator(names);
    renderer.setDefaultItemLabelsVisible(true);
    save(chart, file);
  }

  private static XYSeries series(String name, List<Point> points) {
    XYSeries series = new XYSeries(name); // sorted by x
    points.forEach(point -> series.add(point.x(), point.y()));
    return series;
  }

  private static JFreeChart chart(String title, XYSeriesCollection data) {
    JFreeChart chart = ChartFactory.createXYLineChart(title, null, null, data);
    chart.getTitle().setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    chart.setBackgroundPaint(Color.WHITE);
    chart.getLegend().setPosition(RectangleEdge.BOTTOM);
    XYPlot plot = chart.getXYPlot();
    plot.setBackgroundPaint(Color.WHITE);
    plot.setDomainGridlinesVisible(false);
    plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
    XYLineAndShapeRenderer renderer = new AlternatingLabels();
    for (int i = 0; i < data.getSeriesCount(); i++) {
      renderer.setSeriesPaint(i, COLORS[i % COLORS.length]);
      renderer.setSeriesStroke(i, new BasicStroke(1.5f));
    }
    plot.setRenderer(renderer);
    return chart;
  }

  private static ValueAxis logarithmic(String title) {
    LogarithmicAxis axis = new LogarithmicAxis(title);
    axis.setExpTickLabelsFlag(false);
    axis.setNumberFormatOverride(NumberFormat.getIntegerInstance(Locale.ROOT));
    return axis;
  }

  private void save(JFreeChart chart, String file) throws IOException {
    SVGGraphics2D svg = new SVGGraphics2D(WIDTH, HEIGHT);
    svg.setDefsKeyPrefix("d"); // the same in every run
    svg.setGeomDoubleConverter(value -> String.format(Locale.ROOT, "%.1f", value));
    chart.draw(svg, new Rectangle(WIDTH, HEIGHT));
    SVGUtils.writeToSVG(directory.resolve(file).toFile(), svg.getSVGElement());
  }

  /** Keeps the names of points that are close to each other apart. */
  private static final class AlternatingLabels extends XYLineAndShapeRenderer {
    private static final long serialVersionUID = 1;

    @Override
    public ItemLabelPosition getPositiveItemLabelPosition(int series, int item) {
      return series == 0 || item % 2 == 0 ? BELOW : ABOVE;
    }
  }
}

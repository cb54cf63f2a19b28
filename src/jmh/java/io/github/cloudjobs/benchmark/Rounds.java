package io.github.cloudjobs.benchmark;

import io.github.cloudjobs.benchmark.harness.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The figures of several contenders, which took turns. */
final class Rounds {
  private final Map<String, List<Map<Figure, Double>>> figures = new LinkedHashMap<>();

  void add(String contender, Map<Figure, Double> round) {
    figures.computeIfAbsent(contender, added -> new ArrayList<>()).add(round);
  }

  Set<String> contenders() {
    return figures.keySet();
  }

  double median(String contender, Figure figure) {
    return median(figures.get(contender).stream().mapToDouble(round -> round.get(figure)));
  }

  /** The median of the ratios within a round. */
  double ratio(String contender, String floor, Figure figure) {
    List<Map<Figure, Double>> ours = figures.get(contender);
    List<Map<Figure, Double>> floors = figures.get(floor);
    return median(
        IntStream.range(0, ours.size())
            .mapToDouble(i -> ours.get(i).get(figure) / floors.get(i).get(figure)));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}

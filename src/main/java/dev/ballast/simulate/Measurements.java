package dev.ballast.simulate;

import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.List;

/**
 * What a Prometheus would answer about a cluster: means and maxima over windows of samples taken at
 * a fixed step. Confined to one thread.
 */
final class Measurements {
  private static final Duration MEAN_UNDER_A_MAXIMUM = Duration.ofMinutes(5);

  /** One metric of one node. */
  private static final class Series {
    private final SlidingMean mean;
    private final SlidingMax max;
    private final MetricKind kind;

    Series(SimulatedMetric shape, Duration step) {
      boolean isMax = shape.kind() == MetricKind.MAX;
      kind = shape.kind();
      mean = new SlidingMean(samples(isMax ? MEAN_UNDER_A_MAXIMUM : shape.window(), step));
      max = new SlidingMax(samples(shape.window(), step));
    }

    void add(double load) {
      mean.add(load);
      if (kind == MetricKind.MAX) {
        max.add(mean.value());
      }
    }

    double value() {
      return kind == MetricKind.MAX ? max.value() : mean.value();
    }

    private static int samples(Duration window, Duration step) {
      return (int) Math.max(1, window.toMillis() / step.toMillis());
    }
  }

  private final List<SimulatedMetric> shapes;
  private final Series[][] series;
  private long sampledMillis;

  Measurements(List<SimulatedMetric> shapes, int nodes, Duration step) {
    this.shapes = List.copyOf(shapes);
    series = new Series[nodes][];
    for (int node = 0; node < nodes; node++) {
      series[node] = shapes.stream().map(s -> new Series(s, step)).toArray(Series[]::new);
    }
  }

  /** Takes a sample of every node. */
  void sample(Cluster cluster, long nowMillis) {
    for (int node = 0; node < series.length; node++) {
      double cpu = cluster.load(node, Resource.CPU, nowMillis);
      double memory = cluster.load(node, Resource.MEMORY, nowMillis);
      for (int i = 0; i < shapes.size(); i++) {
        series[node][i].add(shapes.get(i).resource() == Resource.MEMORY ? memory : cpu);
      }
    }
    sampledMillis = nowMillis;
  }

  /** When the newest sample was taken, milliseconds since the epoch. */
  long sampledMillis() {
    return sampledMillis;
  }

  /** The value of metric {@code shape} of a node, a fraction. */
  double value(int node, int shape) {
    return series[node][shape].value();
  }
}

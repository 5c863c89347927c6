package dev.ballast.scoring;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.Strategy.Headroom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code min(100 * free / full)} over CPU and memory, at most 100, cut, with {@code free = max(0,
 * allocatable - load)} in cores and bytes, and {@code full} as given or the largest {@code free} of
 * the candidates. A formula of ours: where nodes differ in size, half of a large one is more room
 * than all of a small one. The loads are those of the mean with the shortest window; a resource
 * whose load or size is not known does not count.
 */
final class HeadroomScorer implements Scorer {
  private final int[] metrics;
  private final Resource[] resources;
  private final double[] full;

  private HeadroomScorer(int[] metrics, Resource[] resources, double[] full) {
    this.metrics = metrics;
    this.resources = resources;
    this.full = full;
  }

  static HeadroomScorer of(Headroom strategy, MetricTable table) {
    Resource[] resources =
        Stream.of(Resource.CPU, Resource.MEMORY)
            .filter(r -> table.shortest(r, MetricKind.MEAN) != MetricTable.NONE)
            .toArray(Resource[]::new);
    return new HeadroomScorer(
        Stream.of(resources).mapToInt(r -> table.shortest(r, MetricKind.MEAN)).toArray(),
        resources,
        Stream.of(resources)
            .mapToDouble(
                r -> r == Resource.CPU ? strategy.cpuFullScoreAt() : strategy.memoryFullScoreAt())
            .toArray());
  }

  @Override
  public int[] metrics() {
    return metrics;
  }

  @Override
  public boolean isIndependent() {
    return Arrays.stream(full).allMatch(most -> most > 0);
  }

  @Override
  public void score(Round round, double[][] columns, int[] scores) {
    double[] worst = new double[scores.length];
    Arrays.fill(worst, Double.POSITIVE_INFINITY);
    for (int i = 0; i < metrics.length; i++) {
      double[] free = new double[scores.length];
      double most = 0;
      for (int node = 0; node < free.length; node++) {
        free[node] = free(round.loads()[node], resources[i], columns[i][node]);
        most = Double.isNaN(free[node]) ? most : Math.max(most, free[node]);
      }
      double enough = full[i] > 0 ? full[i] : most;
      for (int node = 0; node < free.length; node++) {
        if (!Double.isNaN(free[node])) {
          worst[node] = Math.min(worst[node], share(free[node], enough));
        }
      }
    }
    for (int node = 0; node < scores.length; node++) {
      scores[node] =
          Double.isInfinite(worst[node])
              ? LoadPolicy.NO_SCORE
              : Scorer.cut(LoadPolicy.MAX_SCORE * worst[node]);
    }
  }

  private static double share(double free, double enough) {
    return enough > 0 ? Math.min(1, free / enough) : 0;
  }

  /** Cores or bytes that are free; NaN when not known. */
  private static double free(@Nullable NodeLoad load, Resource resource, double fraction) {
    if (load == null || !(load.facts().capacity(resource) > 0)) {
      return Double.NaN;
    }
    double capacity = load.facts().capacity(resource);
    double allocatable = Scorer.allocatable(load.facts(), resource);
    double usable = allocatable > 0 ? allocatable : capacity;
    double free = usable - fraction * capacity;
    return Double.isNaN(free) ? Double.NaN : Math.max(0, free);
  }
}

package dev.ballast.scoring;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Strategy.LeastUsed;
import java.util.stream.Stream;

/**
 * {@code (sum(w*s) + w_dominant*min(s)) / (sum(w) + w_dominant)} with {@code s = (allocatable -
 * load) * 100 / allocatable}, 0 when overloaded, all cut (Koordinator, {@code
 * pkg/scheduler/plugins/loadaware}). CPU and memory are taken from the mean with the shortest
 * window; one without a number leaves all sums.
 */
final class LeastUsedScorer implements Scorer {
  private final int[] metrics;
  private final Resource[] resources;
  private final double[] weights;
  private final double dominantWeight;

  private LeastUsedScorer(
      int[] metrics, Resource[] resources, double[] weights, double dominantWeight) {
    this.metrics = metrics;
    this.resources = resources;
    this.weights = weights;
    this.dominantWeight = dominantWeight;
  }

  static LeastUsedScorer of(LeastUsed strategy, MetricTable table) {
    Resource[] resources =
        Stream.of(Resource.CPU, Resource.MEMORY)
            .filter(r -> weight(strategy, r) + strategy.dominantWeight() > 0)
            .filter(r -> table.shortest(r, MetricKind.MEAN) != MetricTable.NONE)
            .toArray(Resource[]::new);
    return new LeastUsedScorer(
        Stream.of(resources).mapToInt(r -> table.shortest(r, MetricKind.MEAN)).toArray(),
        resources,
        Stream.of(resources).mapToDouble(r -> weight(strategy, r)).toArray(),
        strategy.dominantWeight());
  }

  private static double weight(LeastUsed strategy, Resource resource) {
    return resource == Resource.CPU ? strategy.cpuWeight() : strategy.memoryWeight();
  }

  @Override
  public int[] metrics() {
    return metrics;
  }

  @Override
  public void score(Round round, double[][] columns, int[] scores) {
    for (int node = 0; node < scores.length; node++) {
      double sum = 0;
      double all = 0;
      int scarcest = Integer.MAX_VALUE;
      for (int i = 0; i < metrics.length; i++) {
        double load = columns[i][node];
        if (!Double.isNaN(load)) {
          int free = free(Scorer.ofAllocatable(round.loads()[node], resources[i], load));
          scarcest = Math.min(scarcest, free);
          sum += weights[i] * free;
          all += weights[i];
        }
      }
      boolean none = scarcest == Integer.MAX_VALUE || all + dominantWeight <= 0;
      scores[node] =
          none
              ? LoadPolicy.NO_SCORE
              : Scorer.cut((sum + dominantWeight * scarcest) / (all + dominantWeight));
    }
  }

  /** What is free of a resource, 0..100. */
  static int free(double load) {
    return load > 1 ? 0 : Scorer.cut((1 - load) * LoadPolicy.MAX_SCORE);
  }
}

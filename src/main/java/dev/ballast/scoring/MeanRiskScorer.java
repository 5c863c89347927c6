package dev.ballast.scoring;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Strategy.MeanRisk;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * {@code min((1 - (mean + risk) / 2) * 100)} over CPU and memory, rounded, with {@code risk =
 * margin * stdev^(1/sensitivity)}; mean and risk are fractions of what is allocatable, held in 0..1
 * (Trimaran, {@code pkg/trimaran/loadvariationriskbalancing}; the halving is in its code, not in
 * its proposal). Mean and deviation are those with the shortest window; a resource without one of
 * them does not count. We differ in the incoming pod, which counts by our estimate and not by its
 * request.
 */
final class MeanRiskScorer implements Scorer {
  private final int[] metrics;
  private final Resource[] resources;
  private final MeanRisk strategy;

  private MeanRiskScorer(int[] metrics, Resource[] resources, MeanRisk strategy) {
    this.metrics = metrics;
    this.resources = resources;
    this.strategy = strategy;
  }

  static MeanRiskScorer of(MeanRisk strategy, MetricTable table) {
    Resource[] resources =
        Stream.of(Resource.CPU, Resource.MEMORY)
            .filter(r -> table.shortest(r, MetricKind.MEAN) != MetricTable.NONE)
            .filter(r -> table.shortest(r, MetricKind.STDEV) != MetricTable.NONE)
            .toArray(Resource[]::new);
    int[] pairs =
        Stream.of(resources)
            .flatMapToInt(
                r ->
                    IntStream.of(
                        table.shortest(r, MetricKind.MEAN), table.shortest(r, MetricKind.STDEV)))
            .toArray();
    return new MeanRiskScorer(pairs, resources, strategy);
  }

  @Override
  public int[] metrics() {
    return metrics;
  }

  @Override
  public void score(Round round, double[][] columns, int[] scores) {
    for (int node = 0; node < scores.length; node++) {
      double worst = Double.POSITIVE_INFINITY;
      var load = round.loads()[node];
      for (int i = 0; i < resources.length; i++) {
        double mean = Scorer.ofAllocatable(load, resources[i], columns[2 * i][node]);
        double stdev = Scorer.ofAllocatable(load, resources[i], columns[2 * i + 1][node]);
        if (!Double.isNaN(mean) && !Double.isNaN(stdev)) {
          worst = Math.min(worst, score(mean, stdev, strategy));
        }
      }
      scores[node] = Double.isInfinite(worst) ? LoadPolicy.NO_SCORE : (int) Math.round(worst);
    }
  }

  /** The score of a resource, 0..100. */
  static double score(double mean, double stdev, MeanRisk strategy) {
    double risk = strategy.margin() * Math.pow(stdev, 1 / strategy.sensitivity());
    return (1 - (clamp(mean) + clamp(risk)) / 2) * LoadPolicy.MAX_SCORE;
  }

  private static double clamp(double fraction) {
    return Math.max(0, Math.min(1, fraction));
  }
}

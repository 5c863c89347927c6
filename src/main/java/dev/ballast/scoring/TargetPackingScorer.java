package dev.ballast.scoring;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Strategy.TargetPacking;
import java.util.stream.IntStream;

/**
 * With {@code P} the CPU load and {@code X} the target, both in percent: {@code (100-X)*P/X + X} up
 * to the target, {@code X*(100-P)/(100-X)} above it, 0 above 100, rounded (Trimaran, {@code
 * pkg/trimaran/targetloadpacking}). CPU is taken from the mean with the shortest window. We differ
 * in the incoming pod, which counts by our estimate and not by its limit.
 */
final class TargetPackingScorer implements Scorer {
  private final int[] metrics;
  private final double target;

  private TargetPackingScorer(int[] metrics, double target) {
    this.metrics = metrics;
    this.target = target;
  }

  static TargetPackingScorer of(TargetPacking strategy, MetricTable table) {
    int cpu = table.shortest(Resource.CPU, MetricKind.MEAN);
    return new TargetPackingScorer(
        IntStream.of(cpu).filter(i -> i != MetricTable.NONE).toArray(), strategy.target());
  }

  @Override
  public int[] metrics() {
    return metrics;
  }

  @Override
  public void score(Round round, double[][] columns, int[] scores) {
    for (int node = 0; node < scores.length; node++) {
      double load = metrics.length == 0 ? Double.NaN : columns[0][node];
      scores[node] = Double.isNaN(load) ? LoadPolicy.NO_SCORE : score(load, target);
    }
  }

  /**
   * The score of a load.
   *
   * @param load a fraction
   * @param target a fraction above 0 and below 1
   */
  static int score(double load, double target) {
    double percent = 100 * load;
    double best = 100 * target;
    if (percent <= best) {
      return (int) Math.round((100 - best) * percent / best + best);
    }
    return percent <= 100 ? (int) Math.round(best * (100 - percent) / (100 - best)) : 0;
  }
}

package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
import dev.ballast.policy.PriorityPolicy;
import java.util.List;

/**
 * {@code int(sum((1-load)*weight*100) / sum(weight))} over the metrics of {@code priority}
 * (crane-scheduler, {@code pkg/plugins/dynamic/stats.go}).
 */
final class WeightedScorer implements Scorer {
  private final int[] metrics;
  private final double[] weights;

  private WeightedScorer(int[] metrics, double[] weights) {
    this.metrics = metrics;
    this.weights = weights;
  }

  static WeightedScorer of(List<PriorityPolicy> priorities, MetricTable metrics) {
    var counted = priorities.stream().filter(p -> p.weight() > 0).toList();
    return new WeightedScorer(
        counted.stream().mapToInt(p -> metrics.indexOf(p.name())).toArray(),
        counted.stream().mapToDouble(PriorityPolicy::weight).toArray());
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
      for (int i = 0; i < weights.length; i++) {
        double load = columns[i][node];
        if (!Double.isNaN(load)) {
          sum += (1 - load) * weights[i] * LoadPolicy.MAX_SCORE;
          all += weights[i];
        }
      }
      scores[node] = all > 0 ? Math.max(0, (int) (sum / all)) : LoadPolicy.NO_SCORE;
    }
  }
}

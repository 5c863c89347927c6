package dev.ballast.scoring;

import dev.ballast.load.NodeLoad;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The loads that a strategy works on: for each of its metrics those of all candidates, with the
 * effects of readings that are not fresh worked in. Confined to one call.
 */
final class Columns {
  private static final double FULL = 1; // crane's rule: a term of 0 whose weight stays

  private final double[][] loads;
  private final boolean[] usable;

  private Columns(double[][] loads, boolean[] usable) {
    this.loads = loads;
    this.usable = usable;
  }

  static Columns of(Round round, int[] metrics, EffectiveLoad effective, Effects effects) {
    double[][] loads = new double[metrics.length][round.size()];
    boolean[] usable = new boolean[round.size()];
    for (int i = 0; i < metrics.length; i++) {
      boolean complete = true;
      for (int node = 0; node < usable.length; node++) {
        loads[i][node] = effective.inScore(round, node, metrics[i]);
        boolean fresh = !Double.isNaN(loads[i][node]);
        usable[node] |= fresh;
        complete &= fresh;
      }
      if (!complete) {
        fill(round, metrics[i], loads[i], effects);
      }
    }
    return new Columns(loads, usable);
  }

  /** The loads by metric and candidate, fractions of capacity; NaN where it is not to count. */
  double[][] loads() {
    return loads;
  }

  /** Whether a candidate has any fresh reading that the strategy uses. */
  boolean isUsable(int node) {
    return usable[node];
  }

  private static void fill(Round round, int metric, double[] column, Effects effects) {
    double median = median(column);
    for (int node = 0; node < column.length; node++) {
      @Nullable NodeLoad load = round.loads()[node];
      if (load != null && Double.isNaN(column[node])) {
        column[node] =
            switch (effects.of(load, metric, round.nowMillis()).score()) {
              case RENORMALISE -> Double.NaN;
              case MEDIAN -> median;
              case CRANE -> FULL;
            };
      }
    }
  }

  /** The median of the numbers; NaN without any. */
  private static double median(double[] column) {
    double[] known = Arrays.stream(column).filter(load -> !Double.isNaN(load)).sorted().toArray();
    return known.length == 0
        ? Double.NaN
        : (known[(known.length - 1) / 2] + known[known.length / 2]) / 2;
  }
}

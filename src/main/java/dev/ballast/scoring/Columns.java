package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
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

  /**
   * The columns of some metrics.
   *
   * @param standings how the candidates stand; null where one is not known
   */
  static Columns of(
      Round round,
      @Nullable Standing[] standings,
      int[] metrics,
      MetricTable table,
      Effects effects) {
    double[][] loads = new double[metrics.length][round.size()];
    boolean[] usable = new boolean[round.size()];
    double[] cpu = new double[round.size()];
    double[] memory = new double[round.size()];
    for (int node = 0; node < cpu.length; node++) {
      var provisional = round.provisional().apply(node);
      cpu[node] = round.pod().demand().cpu() + provisional.cpu();
      memory[node] = round.pod().demand().memory() + provisional.memory();
    }
    for (int i = 0; i < metrics.length; i++) {
      double[] pods =
          switch (table.shape(metrics[i]).resource()) {
            case CPU -> cpu;
            case MEMORY -> memory;
            case NONE -> new double[round.size()];
          };
      if (!fill(loads[i], usable, standings, metrics[i], pods)) {
        replace(round, metrics[i], loads[i], effects);
      }
    }
    return new Columns(loads, usable);
  }

  /** Fills a column; tells whether all candidates have a fresh reading. */
  private static boolean fill(
      double[] column,
      boolean[] usable,
      @Nullable Standing[] standings,
      int metric,
      double[] pods) {
    boolean complete = true;
    for (int node = 0; node < column.length; node++) {
      @Nullable Standing standing = standings[node];
      double load = standing == null ? Double.NaN : standing.inScore(metric, pods[node]);
      column[node] = load;
      boolean fresh = !Double.isNaN(load);
      usable[node] |= fresh;
      complete &= fresh;
    }
    return complete;
  }

  /** The loads by metric and candidate, fractions of capacity; NaN where it is not to count. */
  double[][] loads() {
    return loads;
  }

  /** Whether a candidate has any fresh reading that the strategy uses. */
  boolean isUsable(int node) {
    return usable[node];
  }

  /** Puts in what the policy wants in the place of readings that are not fresh. */
  private static void replace(Round round, int metric, double[] column, Effects effects) {
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

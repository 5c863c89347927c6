package dev.ballast.scoring;

import dev.ballast.inflight.Demand;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The loads that a strategy works on: for each of its metrics those of all candidates, with the
 * effects of readings that are not fresh worked in. Confined to one call.
 */
final class Columns {
  private static final double FULL = 1; // crane's rule: a term of 0 whose weight stays

  /** Places of what pods add, by resource. */
  private static final int CPU = 1;

  private static final int MEMORY = 2;
  private static final int PLACES = 3;

  private final double[][] loads;
  private final boolean[] usable;
  private final boolean[] plain;
  private final boolean gaps;

  private Columns(double[][] loads, boolean[] usable, boolean[] plain, boolean gaps) {
    this.loads = loads;
    this.usable = usable;
    this.plain = plain;
    this.gaps = gaps;
  }

  /**
   * The columns of some metrics.
   *
   * @param standings how the candidates stand
   */
  static Columns of(
      Round round, Standings.Table standings, int[] metrics, MetricTable table, Effects effects) {
    int count = metrics.length;
    double[][] loads = new double[count][round.size()];
    boolean[] usable = new boolean[round.size()];
    boolean[] plain = new boolean[round.size()];
    boolean[] incomplete = new boolean[count];
    boolean gaps = false;
    int[] resources = new int[count];
    Arrays.setAll(resources, i -> place(table.shape(metrics[i]).resource()));
    double[] pods = new double[PLACES];
    var pod = round.pod().demand();
    var provisional = round.provisional();
    for (int node = 0; node < usable.length; node++) {
      var others = provisional.length == 0 ? Demand.NONE : provisional[node];
      pods[CPU] = pod.cpu() + others.cpu();
      pods[MEMORY] = pod.memory() + others.memory();
      boolean all = true;
      for (int i = 0; i < count; i++) {
        double load = standings.inScore(node, metrics[i], pods[resources[i]]);
        loads[i][node] = load;
        boolean fresh = !Double.isNaN(load);
        usable[node] |= fresh;
        all &= fresh;
        incomplete[i] |= !fresh;
      }
      gaps |= !all;
      plain[node] = all && others.isFreeInScore();
    }
    for (int i = 0; i < count; i++) {
      if (incomplete[i]) {
        replace(round, metrics[i], loads[i], effects);
      }
    }
    return new Columns(loads, usable, plain, gaps);
  }

  private static int place(Resource resource) {
    return switch (resource) {
      case CPU -> CPU;
      case MEMORY -> MEMORY;
      case NONE -> 0; // where nothing is added
    };
  }

  /** The loads by metric and candidate, fractions of capacity; NaN where it is not to count. */
  double[][] loads() {
    return loads;
  }

  /** Whether a candidate has any fresh reading that the strategy uses. */
  boolean isUsable(int node) {
    return usable[node];
  }

  /** Whether a candidate's loads are its readings with its pods and this one, and nothing else. */
  boolean isPlain(int node) {
    return plain[node];
  }

  /** Whether any candidate lacks a fresh reading. */
  boolean hasGaps() {
    return gaps;
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

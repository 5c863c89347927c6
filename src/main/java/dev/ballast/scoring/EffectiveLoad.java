package dev.ballast.scoring;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.ReadingState;
import dev.ballast.load.Resource;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The load of a node for a pod, as a fraction of capacity: what was measured, with the pods in
 * flight and the incoming pod on top.
 *
 * <ul>
 *   <li>A mean: {@code observed + (in flight + incoming) / capacity}; the measured value alone when
 *       the capacity is not known.
 *   <li>A maximum or quantile: at least the load by the mean of its resource with the shortest
 *       window, as it cannot know of pods that have just come.
 *   <li>A deviation, and what measures neither CPU nor memory: as measured.
 * </ul>
 *
 * <p>A missing reading is replaced by the fresh one of the next shorter window of its resource,
 * unless the policy says otherwise. With {@code inFlight} off, as under crane's apiVersion, the
 * load is what was measured. Immutable.
 */
final class EffectiveLoad {
  private static final int NONE = MetricTable.NONE;

  /** Where a load is used: estimates are capped in the filter. */
  private enum Use {
    FILTER,
    SCORE
  }

  private final MetricTable metrics;
  private final boolean inFlight;
  private final int[] means;
  private final int[][] shorter;

  EffectiveLoad(DynamicSchedulerPolicy policy, MetricTable metrics) {
    this.metrics = metrics;
    inFlight = policy.inFlight().enabled();
    means =
        IntStream.range(0, metrics.size())
            .map(i -> metrics.shortest(metrics.shape(i).resource(), MetricKind.MEAN))
            .toArray();
    shorter =
        IntStream.range(0, metrics.size())
            .mapToObj(i -> policy.data().windowFallback() ? shorter(i) : new int[0])
            .toArray(int[][]::new);
  }

  /** The metrics that may stand in for one, the longest window first. */
  private int[] shorter(int metric) {
    MetricShape shape = metrics.shape(metric);
    if (shape.resource() == Resource.NONE || shape.kind() == MetricKind.STDEV) {
      return new int[0];
    }
    return IntStream.range(0, metrics.size())
        .filter(i -> metrics.shape(i).resource() == shape.resource())
        .filter(i -> metrics.shape(i).kind() != MetricKind.STDEV)
        .filter(i -> metrics.shape(i).window().compareTo(shape.window()) < 0)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> metrics.shape(i).window()).reversed())
        .mapToInt(i -> i)
        .toArray();
  }

  /** The load of a candidate in the filter; NaN when there is no fresh reading. */
  double inFilter(Round round, int node, int metric) {
    return fresh(round, node, metric, Use.FILTER);
  }

  /** The load of a candidate in the score; NaN when there is no fresh reading. */
  double inScore(Round round, int node, int metric) {
    return fresh(round, node, metric, Use.SCORE);
  }

  /**
   * The load of a candidate in the filter by its last plausible reading; NaN without one. When the
   * reading itself is gone, nobody knows which pods it misses, so it counts as it was measured.
   */
  double lastKnownInFilter(Round round, int node, int metric) {
    @Nullable NodeLoad load = round.loads()[node];
    double observed = load == null ? Double.NaN : load.lastKnown(metric);
    boolean gone = load == null || load.state(metric, round.nowMillis()) == ReadingState.MISSING;
    return load == null || gone || Double.isNaN(observed)
        ? observed
        : withPods(round, node, load, metric, observed, Use.FILTER);
  }

  private double fresh(Round round, int node, int metric, Use use) {
    @Nullable NodeLoad load = round.loads()[node];
    int source = load == null ? NONE : source(load, metric, round.nowMillis());
    return load == null || source == NONE
        ? Double.NaN
        : withPods(round, node, load, source, load.value(source), use);
  }

  /** The metric whose reading counts for one. */
  private int source(NodeLoad load, int metric, long nowMillis) {
    var state = load.state(metric, nowMillis);
    if (state == ReadingState.FRESH) {
      return metric;
    }
    if (state == ReadingState.MISSING) {
      for (int other : shorter[metric]) {
        if (load.isFresh(other, nowMillis)) {
          return other;
        }
      }
    }
    return NONE;
  }

  private double withPods(
      Round round, int node, NodeLoad load, int metric, double observed, Use use) {
    if (!inFlight) {
      return observed;
    }
    return switch (metrics.shape(metric).kind()) {
      case MEAN -> observed + share(round, node, load, metric, use);
      case MAX, QUANTILE -> Math.max(observed, byMean(round, node, load, means[metric], use));
      case STDEV -> observed;
    };
  }

  private double byMean(Round round, int node, NodeLoad load, int mean, Use use) {
    return mean != NONE && load.isFresh(mean, round.nowMillis())
        ? load.value(mean) + share(round, node, load, mean, use)
        : Double.NEGATIVE_INFINITY;
  }

  /** What pods add that are not in the average. */
  private double share(Round round, int node, NodeLoad load, int metric, Use use) {
    Resource resource = metrics.shape(metric).resource();
    double capacity = load.facts().capacity(resource);
    if (!(capacity > 0)) {
      return 0;
    }
    var charge = round.charges()[node];
    var incoming = round.pod().demand();
    double pods =
        use == Use.FILTER
            ? charge.inFilter(load, metric) + incoming.inFilter(resource)
            : charge.inScore(load, metric)
                + incoming.inScore(resource)
                + round.provisional().apply(node).inScore(resource);
    return pods / capacity;
  }
}

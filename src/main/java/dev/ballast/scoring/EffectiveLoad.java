package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
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

  /** How a node stands at a time. */
  Standing standing(NodeLoad load, Charge charge, long nowMillis) {
    var standing = new Standing(load, charge, nowMillis);
    for (int metric = 0; metric < metrics.size(); metric++) {
      load.changes(metric, standing::changesAt);
      int source = source(load, metric, nowMillis);
      if (source == NONE) {
        standing.unknown(metric);
      } else {
        put(standing, load, metric, source, nowMillis);
      }
    }
    return standing;
  }

  private void put(Standing standing, NodeLoad load, int metric, int source, long nowMillis) {
    double observed = load.value(source);
    int mean = mean(source);
    if (mean == NONE || !load.isFresh(mean, nowMillis)) {
      standing.fixed(metric, observed);
      return;
    }
    double least = mean == source ? Double.NEGATIVE_INFINITY : observed;
    standing.growing(metric, least, mean, load.facts().capacity(metrics.shape(mean).resource()));
  }

  /** The mean that pods add to in a metric; {@link MetricTable#NONE} where they add nothing. */
  private int mean(int metric) {
    if (!inFlight) {
      return NONE;
    }
    return switch (metrics.shape(metric).kind()) {
      case MEAN -> metric;
      case MAX, QUANTILE -> means[metric];
      case STDEV -> NONE;
    };
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

  /**
   * The load of a candidate in the filter by its last plausible reading; NaN without one. When the
   * reading itself is gone, nobody knows which pods it misses, so it counts as it was measured.
   */
  double lastKnownInFilter(Round round, int node, int metric) {
    @Nullable NodeLoad load = round.loads()[node];
    if (load == null) {
      return Double.NaN;
    }
    double observed = load.lastKnown(metric);
    int mean = mean(metric);
    boolean gone = load.state(metric, round.nowMillis()) == ReadingState.MISSING;
    if (gone || mean == NONE || Double.isNaN(observed)) {
      return observed;
    }
    if (mean == metric) {
      return observed + share(round, node, load, mean);
    }
    return load.isFresh(mean, round.nowMillis())
        ? Math.max(observed, load.value(mean) + share(round, node, load, mean))
        : observed;
  }

  /** What pods add in the filter that are not in an average. */
  private double share(Round round, int node, NodeLoad load, int mean) {
    Resource resource = metrics.shape(mean).resource();
    double capacity = load.facts().capacity(resource);
    double pods =
        round.charges()[node].inFilter(load, mean) + round.pod().demand().inFilter(resource);
    return capacity > 0 ? pods / capacity : 0;
  }
}

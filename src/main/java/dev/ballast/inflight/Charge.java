package dev.ballast.inflight;

import dev.ballast.load.MetricKind;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The pods of one node at one moment, ready to be added to its readings as far as these do not show
 * them yet. Immutable for its users, so safe for use by many threads.
 *
 * <p>For a reading with window W and time s, its own and not now, a pod that started at t0 is
 * missing by the share {@code w = clamp(1 - max(0, s - t0 - warmup) / W, 0, 1)}, so its estimate
 * counts with that weight. A reading that grows old does not make pods count less: it still does
 * not show them.
 *
 * <p>A sum is computed when it is first asked for at some s and then remembered, one for each
 * metric; pods are held newest first, so computing it looks only at pods in flight. Sums depend on
 * the set of pods alone and not on the order of their coming, to the last bit.
 */
public final class Charge {
  /** Of a node without pods. */
  public static final Charge NONE = new Charge(new Slot[0]);

  private static final Sums[] NO_SUMS = {};
  private static final Sums NOTHING = new Sums(0, 0, Resource.NONE, 0, 0, 0);

  /**
   * A pod on a node.
   *
   * @param fullUntilMillis time to which readings miss it entirely
   * @param demand what it is expected to use
   */
  record Slot(long fullUntilMillis, Demand demand) {
    private static final Comparator<Slot> NEWEST_FIRST =
        Comparator.comparingLong(Slot::fullUntilMillis)
            .thenComparingDouble(slot -> slot.demand.cpu())
            .thenComparingDouble(slot -> slot.demand.memory())
            .thenComparingDouble(slot -> slot.demand.filterCpu())
            .thenComparingDouble(slot -> slot.demand.filterMemory())
            .reversed();

    /** The share of the pod that a reading misses, 0..1. */
    double weight(long readingMillis, long windowMillis) {
      if (readingMillis <= fullUntilMillis) {
        return 1;
      }
      double shown = (double) readingMillis - fullUntilMillis;
      return shown >= windowMillis ? 0 : 1 - shown / windowMillis;
    }
  }

  private record Sums(
      long readingMillis,
      long windowMillis,
      Resource resource,
      double score,
      double filter,
      int pods) {}

  private final Slot[] slots;

  /**
   * Remembered sums by metric. Written without a lock: a sum is immutable and names what it is for,
   * so the worst that a race can do is that one is computed again.
   */
  private Sums[] remembered = NO_SUMS;

  private Charge(Slot[] slots) {
    this.slots = slots;
  }

  /**
   * What pods in flight are expected to add, in the score, to a reading.
   *
   * @param load the node's readings
   * @param metric a metric of kind mean
   * @return cores or bytes, by the metric's resource; 0 for another resource or kind; unspecified
   *     when the reading is missing
   */
  public double inScore(NodeLoad load, int metric) {
    return sums(load, metric).score();
  }

  /** As {@link #inScore}, in the filter. */
  public double inFilter(NodeLoad load, int metric) {
    return sums(load, metric).filter();
  }

  /** The number of pods that a reading does not show entirely. */
  int pods(NodeLoad load, int metric) {
    return sums(load, metric).pods();
  }

  /** The number of pods, in flight or not. */
  int size() {
    return slots.length;
  }

  Charge with(Slot slot) {
    int found = Arrays.binarySearch(slots, slot, Slot.NEWEST_FIRST);
    int at = found < 0 ? -found - 1 : found;
    var more = new Slot[slots.length + 1];
    System.arraycopy(slots, 0, more, 0, at);
    more[at] = slot;
    System.arraycopy(slots, at, more, at + 1, slots.length - at);
    return new Charge(more);
  }

  /** Without one of the pods, which must be there. */
  Charge without(Slot slot) {
    int at = Arrays.binarySearch(slots, slot, Slot.NEWEST_FIRST);
    if (at < 0) {
      throw new IllegalArgumentException(slot + " is not on the node");
    }
    var fewer = new Slot[slots.length - 1];
    System.arraycopy(slots, 0, fewer, 0, at);
    System.arraycopy(slots, at + 1, fewer, at, fewer.length - at);
    return new Charge(fewer);
  }

  private Sums sums(NodeLoad load, int metric) {
    if (slots.length == 0) {
      return NOTHING;
    }
    var shape = load.metrics().shape(metric);
    if (shape.kind() != MetricKind.MEAN || shape.resource() == Resource.NONE) {
      return NOTHING;
    }
    long reading = load.timeMillis(metric);
    long window = shape.window().toMillis();
    var known = remembered;
    if (metric < known.length) {
      var sums = known[metric];
      if (sums.readingMillis() == reading
          && sums.windowMillis() == window
          && sums.resource() == shape.resource()) {
        return sums;
      }
    }
    var sums = sum(reading, window, shape.resource());
    remember(sums, metric, load.metrics().size());
    return sums;
  }

  private Sums sum(long reading, long window, Resource resource) {
    double score = 0;
    double filter = 0;
    int pods = 0;
    for (; pods < slots.length; pods++) {
      double weight = slots[pods].weight(reading, window);
      if (weight == 0) {
        break; // all others are older
      }
      score += slots[pods].demand().inScore(resource) * weight;
      filter += slots[pods].demand().inFilter(resource) * weight;
    }
    return new Sums(reading, window, resource, score, filter, pods);
  }

  private void remember(Sums sums, int metric, int metrics) {
    var known = remembered;
    if (metric >= known.length) {
      var more = new Sums[metrics];
      Arrays.fill(more, NOTHING);
      System.arraycopy(known, 0, more, 0, known.length);
      more[metric] = sums;
      remembered = more;
    } else {
      known[metric] = sums;
    }
  }
}

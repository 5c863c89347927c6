package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.load.NodeLoad;

/**
 * How a node stands for a policy while nothing changes: its loads, by metric, as functions of what
 * a pod adds, {@code max(least, observed + (charge + pod) / capacity)}, so that a call costs one
 * multiply-add and one comparison a metric. It holds from one moment to another, between which no
 * reading changes its state. Immutable.
 */
final class Standing {
  private static final int LEAST = 0;
  private static final int OBSERVED = 1;
  private static final int IN_FILTER = 2;
  private static final int IN_SCORE = 3;
  private static final int CAPACITY = 4;
  private static final int FIELDS = 5;

  private final NodeLoad load;
  private final Charge charge;
  private final long fromMillis;
  private final long untilMillis;
  private final double[] fields;

  private Standing(
      NodeLoad load, Charge charge, long fromMillis, long untilMillis, double[] fields) {
    this.load = load;
    this.charge = charge;
    this.fromMillis = fromMillis;
    this.untilMillis = untilMillis;
    this.fields = fields;
  }

  /** The readings. */
  NodeLoad load() {
    return load;
  }

  /** Whether this is how a node stands whose readings and pods are these, at a time. */
  boolean holds(NodeLoad load, Charge charge, long nowMillis) {
    return this.load == load
        && this.charge == charge
        && nowMillis >= fromMillis
        && nowMillis < untilMillis;
  }

  /**
   * The load in the filter, a fraction of capacity; NaN when there is no fresh reading.
   *
   * @param pod what the pod adds of the metric's resource: cores or bytes
   */
  double inFilter(int metric, double pod) {
    return load(metric * FIELDS, IN_FILTER, pod);
  }

  /** The load in the score, as {@link #inFilter}. */
  double inScore(int metric, double pod) {
    return load(metric * FIELDS, IN_SCORE, pod);
  }

  private double load(int at, int charged, double pod) {
    double least = fields[at + LEAST];
    double grown = fields[at + OBSERVED] + (fields[at + charged] + pod) / fields[at + CAPACITY];
    return grown > least ? grown : least; // Math.max is a call for the first JIT compiler
  }

  /** Collects a standing. */
  static final class Builder {
    private final NodeLoad load;
    private final Charge charge;
    private final long nowMillis;
    private final double[] fields;
    private long fromMillis = Long.MIN_VALUE;
    private long untilMillis = Long.MAX_VALUE;

    Builder(NodeLoad load, Charge charge, long nowMillis) {
      this.load = load;
      this.charge = charge;
      this.nowMillis = nowMillis;
      fields = new double[load.metrics().size() * FIELDS];
    }

    /** There is no fresh reading for a metric. */
    void unknown(int metric) {
      fixed(metric, Double.NaN);
    }

    /** Pods do not change a load. */
    void fixed(int metric, double value) {
      set(metric, value, Double.NEGATIVE_INFINITY, 0, 0, 1);
    }

    /**
     * Pods add to a mean.
     *
     * @param least the load is at least this
     * @param mean the metric whose reading they add to
     * @param capacity of its resource; 0 when not known, so that they add nothing
     */
    void growing(int metric, double least, int mean, double capacity) {
      set(
          metric,
          least,
          load.value(mean),
          charge.inFilter(load, mean),
          charge.inScore(load, mean),
          capacity > 0 ? capacity : Double.POSITIVE_INFINITY);
    }

    private void set(
        int metric, double least, double observed, double filter, double score, double capacity) {
      int at = metric * FIELDS;
      fields[at + LEAST] = least;
      fields[at + OBSERVED] = observed;
      fields[at + IN_FILTER] = filter;
      fields[at + IN_SCORE] = score;
      fields[at + CAPACITY] = capacity;
    }

    /** At this time something changes. */
    void changesAt(long millis) {
      if (millis <= nowMillis) {
        fromMillis = Math.max(fromMillis, millis);
      } else {
        untilMillis = Math.min(untilMillis, millis);
      }
    }

    Standing build() {
      return new Standing(load, charge, fromMillis, untilMillis, fields);
    }
  }
}

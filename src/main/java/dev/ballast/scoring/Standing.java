package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.load.NodeLoad;

/**
 * How a node stands for a policy while nothing changes: its loads, by metric, as functions of what
 * a pod adds, {@code max(least, base + pod * perUnit)}, so that a call costs one multiply-add and
 * one comparison a metric. It holds from one moment to another, between which no reading changes
 * its state. Written as plain numbers into a part of an array, as a call reads those of hundreds of
 * nodes: where each node is an object, waiting for memory is most of its time (RATIONALE.md).
 *
 * <p>Confined to one thread while it is written.
 */
final class Standing {
  static final int FROM = 0;
  static final int UNTIL = 1;
  static final int ZONE = 2;
  private static final int FIRST_METRIC = 3;

  private static final int LEAST = 0;
  private static final int IN_FILTER = 1;
  private static final int IN_SCORE = 2;
  private static final int PER_UNIT = 3;
  private static final int FIELDS = 4;

  private final NodeLoad load;
  private final Charge charge;
  private final long nowMillis;
  private final double[] numbers;

  /** A standing that is to be filled for each metric, of a node in no zone. */
  Standing(NodeLoad load, Charge charge, long nowMillis) {
    this.load = load;
    this.charge = charge;
    this.nowMillis = nowMillis;
    numbers = new double[length(load.metrics().size())];
    numbers[FROM] = Double.NEGATIVE_INFINITY;
    numbers[UNTIL] = Double.POSITIVE_INFINITY;
  }

  /** The numbers of a standing for so many metrics. */
  static int length(int metrics) {
    return FIRST_METRIC + metrics * FIELDS;
  }

  /** Where the numbers of a metric begin. */
  static int at(int metric) {
    return FIRST_METRIC + metric * FIELDS;
  }

  /**
   * The load in the filter, a fraction of capacity; NaN when there is no fresh reading.
   *
   * @param at where the numbers of the metric are
   * @param pod what the pod adds of the metric's resource: cores or bytes
   */
  static double inFilter(double[] numbers, int at, double pod) {
    double least = numbers[at + LEAST];
    double grown = numbers[at + IN_FILTER] + pod * numbers[at + PER_UNIT];
    return grown > least ? grown : least; // Math.max is a call for the first JIT compiler
  }

  /** The load in the score, as {@link #inFilter}. */
  static double inScore(double[] numbers, int at, double pod) {
    double least = numbers[at + LEAST];
    double grown = numbers[at + IN_SCORE] + pod * numbers[at + PER_UNIT];
    return grown > least ? grown : least;
  }

  /** Whether a standing holds at a time. */
  static boolean holds(double[] numbers, int at, long nowMillis) {
    return nowMillis >= numbers[at + FROM] && nowMillis < numbers[at + UNTIL];
  }

  /** There is no fresh reading for a metric. */
  void unknown(int metric) {
    fixed(metric, Double.NaN);
  }

  /** Pods do not change a load. */
  void fixed(int metric, double value) {
    set(metric, value, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, 0);
  }

  /**
   * Pods add to a mean.
   *
   * @param least the load is at least this
   * @param mean the metric whose reading they add to
   * @param capacity of its resource; 0 when not known, so that they add nothing
   */
  void growing(int metric, double least, int mean, double capacity) {
    double perUnit = capacity > 0 ? 1 / capacity : 0;
    double observed = load.value(mean);
    set(
        metric,
        least,
        observed + charge.inFilter(load, mean) * perUnit,
        observed + charge.inScore(load, mean) * perUnit,
        perUnit);
  }

  private void set(int metric, double least, double filter, double score, double perUnit) {
    int at = at(metric);
    numbers[at + LEAST] = least;
    numbers[at + IN_FILTER] = filter;
    numbers[at + IN_SCORE] = score;
    numbers[at + PER_UNIT] = perUnit;
  }

  /** At this time something changes. */
  void changesAt(long millis) {
    if (millis <= nowMillis) {
      numbers[FROM] = Math.max(numbers[FROM], (double) millis);
    } else {
      numbers[UNTIL] = Math.min(numbers[UNTIL], (double) millis);
    }
  }

  /** The node is in a zone. */
  void zone(int zone) {
    numbers[ZONE] = zone;
  }

  /** The standing as numbers, not to be changed any more. */
  double[] numbers() {
    return numbers;
  }
}

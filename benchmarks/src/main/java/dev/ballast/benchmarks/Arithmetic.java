package dev.ballast.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/** What is computed from the figures of several rounds. */
final class Arithmetic {
  private Arithmetic() {}

  /**
   * The middle value; of an even number of values the mean of the two in the middle.
   *
   * @throws IllegalArgumentException when there is no value
   */
  static double median(Collection<Double> values) {
    double[] sorted = sorted(values);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * The smallest value that at least a share {@code q} of all does not exceed (nearest rank).
   *
   * @param q over 0, at most 1
   * @throws IllegalArgumentException when there is no value
   */
  static double quantile(Collection<Double> values, double q) {
    double[] sorted = sorted(values);
    return sorted[Math.max((int) Math.ceil(q * sorted.length), 1) - 1];
  }

  private static double[] sorted(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("no values to compare");
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted;
  }
}

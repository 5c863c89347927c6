package dev.ballast.benchmarks;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A histogram of durations as Prometheus text shows it: how many calls took at most so long, by
 * upper edge in seconds. Immutable.
 */
final class BucketHistogram {
  private final NavigableMap<Double, Double> cumulative;

  private BucketHistogram(NavigableMap<Double, Double> cumulative) {
    this.cumulative = cumulative;
  }

  /**
   * Reads the buckets of a histogram, summed over all series that contain a text.
   *
   * @param metrics text as {@code /metrics} gives it
   * @param name of the histogram, without {@code _bucket}
   * @param labels such as {@code verb="filter"}; empty for all series
   */
  static BucketHistogram parse(String metrics, String name, String labels) {
    var buckets = new TreeMap<Double, Double>();
    metrics
        .lines()
        .filter(line -> line.startsWith(name + "_bucket{") && line.contains(labels))
        .forEach(line -> buckets.merge(edge(line), value(line), Double::sum));
    return new BucketHistogram(buckets);
  }

  private static double edge(String line) {
    int from = line.indexOf("le=\"") + 4;
    String edge = line.substring(from, line.indexOf('"', from));
    return edge.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(edge);
  }

  private static double value(String line) {
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  /** What came since an earlier state of the same histogram. */
  BucketHistogram since(BucketHistogram earlier) {
    var difference = new TreeMap<Double, Double>();
    cumulative.forEach(
        (edge, count) -> difference.put(edge, count - earlier.cumulative.getOrDefault(edge, 0.0)));
    return new BucketHistogram(difference);
  }

  /** How many calls it holds. */
  double count() {
    return cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
  }

  /**
   * A quantile in seconds, interpolated within its bucket as PromQL's {@code histogram_quantile}
   * does it; NaN without calls, the highest finite edge for what is above it.
   */
  double quantile(double q) {
    double total = count();
    if (total == 0) {
      return Double.NaN;
    }
    double rank = q * total;
    double below = 0;
    double from = 0;
    for (Map.Entry<Double, Double> bucket : cumulative.entrySet()) {
      double edge = bucket.getKey();
      double upTo = bucket.getValue();
      if (upTo >= rank && upTo > below) {
        return Double.isInfinite(edge)
            ? from
            : from + (edge - from) * Math.max(rank - below, 0) / (upTo - below);
      }
      below = upTo;
      from = edge;
    }
    return from;
  }

  /** The upper edge of the highest bucket that holds a call: the longest call took no longer. */
  double most() {
    double total = count();
    return cumulative.entrySet().stream()
        .filter(bucket -> total > 0 && bucket.getValue() >= total)
        .mapToDouble(Map.Entry::getKey)
        .findFirst()
        .orElse(Double.NaN);
  }

  /**
   * The share of calls that took at most so long, which is exact.
   *
   * @param seconds an edge of the histogram
   * @throws IllegalArgumentException when it is no edge
   */
  double shareWithin(double seconds) {
    var within = cumulative.get(seconds);
    if (within == null) {
      throw new IllegalArgumentException(seconds + " is no edge, they are " + cumulative.keySet());
    }
    return within / count();
  }
}

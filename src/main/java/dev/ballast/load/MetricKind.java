package dev.ballast.load;

/** What a metric says about its window. */
public enum MetricKind {
  MEAN,
  MAX,
  QUANTILE,
  STDEV
}

package dev.ballast.load;

import java.time.Duration;

/**
 * What a metric measures, as far as decisions depend on it.
 *
 * @param resource the resource it measures
 * @param kind what it says about its window
 * @param window length of the window that a value covers
 */
public record MetricShape(Resource resource, MetricKind kind, Duration window) {
  /** Of a metric that no catalogue knows: a number with a limit and a weight, and nothing more. */
  public static final MetricShape UNKNOWN =
      new MetricShape(Resource.NONE, MetricKind.MEAN, Duration.ZERO);
}

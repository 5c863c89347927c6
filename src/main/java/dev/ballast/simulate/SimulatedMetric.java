package dev.ballast.simulate;

import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import java.time.Duration;

/**
 * What the simulated measurement computes for a metric.
 *
 * @param name the metric
 * @param resource the resource it measures, cpu or memory
 * @param kind {@link MetricKind#MEAN} of the window, or {@link MetricKind#MAX}: the largest
 *     five-minute mean of the window, as crane's recording rules have it
 * @param window length of the window
 */
public record SimulatedMetric(String name, Resource resource, MetricKind kind, Duration window) {
  public SimulatedMetric {
    if (resource == Resource.NONE || (kind != MetricKind.MEAN && kind != MetricKind.MAX)) {
      throw new IllegalArgumentException(
          "metric %s is a %s of %s: the simulation measures a MEAN or MAX of CPU or MEMORY"
              .formatted(name, kind, resource));
    }
  }
}

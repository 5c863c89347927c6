package dev.ballast.config;

import dev.ballast.load.MetricShape;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The metrics that Ballast can read, by name. Immutable.
 *
 * @param metrics definitions by name, in the order of the file
 * @param sampleTimes where the time of a node's newest raw sample comes from
 */
public record MetricCatalogue(Map<String, MetricDefinition> metrics, SampleTimes sampleTimes) {
  public MetricCatalogue {
    metrics = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(metrics));
  }

  /** What each metric measures, by name. */
  public Map<String, MetricShape> shapes() {
    return metrics.values().stream()
        .collect(Collectors.toUnmodifiableMap(MetricDefinition::name, MetricDefinition::shape));
  }

  /** The definition of a metric, if there is one. */
  public Optional<MetricDefinition> find(String name) {
    return Optional.ofNullable(metrics.get(name));
  }
}

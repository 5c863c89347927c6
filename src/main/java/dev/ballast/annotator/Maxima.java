package dev.ballast.annotator;

import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** The maxima that the policy asks for, by name. For one thread. */
final class Maxima {
  private final Map<String, Maximum> byName = new LinkedHashMap<>();

  /**
   * A maximum of another metric.
   *
   * @param base the metric that is sampled; its source is a query
   */
  record Maximum(String name, MetricDefinition base, Duration window, MaxWindow values) {
    Duration bucket() {
      return MaxWindow.bucket(window);
    }
  }

  /**
   * The maxima among some metrics.
   *
   * @param metrics readable metrics: the metric below a maximum is a query of the catalogue
   */
  Maxima(List<SyncPolicy> metrics, MetricCatalogue catalogue) {
    for (SyncPolicy sync : metrics) {
      MetricDefinition metric = catalogue.find(sync.name()).orElseThrow();
      if (metric.source() instanceof MaximumOf maximum) {
        MetricDefinition base = catalogue.find(maximum.metric()).orElseThrow();
        MaxWindow values = new MaxWindow(metric.window());
        byName.put(metric.name(), new Maximum(metric.name(), base, metric.window(), values));
      }
    }
  }

  /** Maxima that are fed alike: the same metric in buckets of the same length. */
  List<List<Maximum>> groups() {
    record Key(String base, Duration bucket) {}
    Map<Key, List<Maximum>> groups = new LinkedHashMap<>();
    for (Maximum maximum : byName.values()) {
      groups
          .computeIfAbsent(new Key(maximum.base().name(), maximum.bucket()), k -> new ArrayList<>())
          .add(maximum);
    }
    return List.copyOf(groups.values());
  }

  /** Takes a reading of a base metric. */
  void feed(String base, String node, long epochMillis, double fraction) {
    for (Maximum maximum : byName.values()) {
      if (maximum.base().name().equals(base)) {
        maximum.values().feed(node, epochMillis, fraction);
      }
    }
  }

  /**
   * The maximum of a node. Lost while too little of the window is known, and when the base metric
   * has not been read lately: the maximum would be told as of now without what happened since.
   *
   * @param sampleMillis time of the node's newest raw sample
   * @param feedMillis how often the base metric is read
   */
  Reading read(
      String metric, String node, long sampleMillis, long evaluatedMillis, long feedMillis) {
    MaxWindow values = window(metric);
    OptionalDouble value = values.maximum(node, evaluatedMillis);
    if (value.isEmpty()) {
      return new Reading.Lost(LossCause.NO_HISTORY);
    }
    if (sampleMillis - values.newestMillis(node) > 2 * feedMillis) {
      return new Reading.Lost(LossCause.NOT_FED);
    }
    return new Reading.Value(value.getAsDouble());
  }

  private MaxWindow window(String metric) {
    Maximum maximum = byName.get(metric);
    if (maximum == null) {
      throw new IllegalArgumentException("metric " + metric + " is no maximum of the policy");
    }
    return maximum.values();
  }

  void retain(Set<String> nodes) {
    byName.values().forEach(maximum -> maximum.values().retain(nodes));
  }

  void clear() {
    byName.values().forEach(maximum -> maximum.values().clear());
  }
}

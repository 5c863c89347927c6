package dev.ballast.load;

import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.util.List;
import java.util.Map;

/**
 * The metrics of a policy with the numbers that index them in a {@link NodeLoad}: {@code 0..size-1}
 * in the order of the policy's sync list. Immutable.
 */
public final class MetricTable {
  /** The number of no metric. */
  public static final int NONE = -1;

  private final List<SyncPolicy> metrics;
  private final List<MetricShape> shapes;
  private final DataPolicy data;
  private final long clockToleranceMillis;

  private MetricTable(List<SyncPolicy> metrics, List<MetricShape> shapes, DataPolicy data) {
    this.metrics = metrics;
    this.shapes = shapes;
    this.data = data;
    this.clockToleranceMillis = data.clockTolerance().toMillis();
  }

  /** The metrics that a policy synchronises, without what they measure. */
  public static MetricTable of(DynamicSchedulerPolicy policy) {
    return of(policy, Map.of());
  }

  /**
   * The metrics that a policy synchronises.
   *
   * @param shapes what metrics measure, by name; others count as {@link MetricShape#UNKNOWN}
   */
  public static MetricTable of(DynamicSchedulerPolicy policy, Map<String, MetricShape> shapes) {
    var metrics = policy.syncPolicies();
    return new MetricTable(
        metrics,
        metrics.stream().map(m -> shapes.getOrDefault(m.name(), MetricShape.UNKNOWN)).toList(),
        policy.data());
  }

  /** What metric {@code i} measures. */
  public MetricShape shape(int i) {
    return shapes.get(i);
  }

  /** The metric of a kind with the shortest window of a resource; {@link #NONE} without one. */
  public int shortest(Resource resource, MetricKind kind) {
    int shortest = NONE;
    for (int i = 0; i < size(); i++) {
      var shape = shapes.get(i);
      if (resource != Resource.NONE
          && shape.resource() == resource
          && shape.kind() == kind
          && (shortest == NONE || shape.window().compareTo(shape(shortest).window()) < 0)) {
        shortest = i;
      }
    }
    return shortest;
  }

  /** What readings do that are not fresh, and how far clocks may differ. */
  public DataPolicy data() {
    return data;
  }

  /** How far clocks may differ, in milliseconds. */
  public long clockToleranceMillis() {
    return clockToleranceMillis;
  }

  /** Number of metrics. */
  public int size() {
    return metrics.size();
  }

  /** The name of metric {@code i}. */
  public String name(int i) {
    return metrics.get(i).name();
  }

  /**
   * The age in milliseconds from which a reading of metric {@code i} is stale, by the reader's
   * clock: its life and the clock tolerance.
   */
  public long staleAfterMillis(int i) {
    return metrics.get(i).staleAfter().toMillis() + clockToleranceMillis;
  }

  /** The sync policy of metric {@code i}. */
  public SyncPolicy sync(int i) {
    return metrics.get(i);
  }

  /**
   * The number of a metric.
   *
   * @throws IllegalArgumentException when the policy does not synchronise it
   */
  public int indexOf(String name) {
    for (int i = 0; i < metrics.size(); i++) {
      if (metrics.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("metric " + name + " has no sync policy");
  }
}

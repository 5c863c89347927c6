package dev.ballast.load;

import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.util.List;

/**
 * The metrics of a policy with the numbers that index them in a {@link NodeLoad}: {@code 0..size-1}
 * in the order of the policy's sync list. Immutable.
 */
public final class MetricTable {
  private final List<SyncPolicy> metrics;

  private MetricTable(List<SyncPolicy> metrics) {
    this.metrics = metrics;
  }

  /** The metrics that a policy synchronises. */
  public static MetricTable of(DynamicSchedulerPolicy policy) {
    return new MetricTable(policy.syncPolicies());
  }

  /** Number of metrics. */
  public int size() {
    return metrics.size();
  }

  /** The name of metric {@code i}. */
  public String name(int i) {
    return metrics.get(i).name();
  }

  /** The age in milliseconds from which a reading of metric {@code i} is stale. */
  public long staleAfterMillis(int i) {
    return metrics.get(i).staleAfter().toMillis();
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

package dev.ballast.policy;

import java.time.Duration;

/**
 * How often a metric is read, and how long a reading may be used.
 *
 * @param name the metric, which is also the key of the node annotation
 * @param period time between two readings, at least one second
 * @param staleAfter age from which a reading is stale; crane's rule is the period plus five minutes
 *     (crane-scheduler, {@code pkg/plugins/dynamic/stats.go}), longer than the period
 */
public record SyncPolicy(String name, Duration period, Duration staleAfter) {
  /** crane's allowance beyond the period. */
  public static final Duration EXTRA_LIFE = Duration.ofMinutes(5);

  /** A sync policy with crane's life of a reading. */
  public static SyncPolicy of(String name, Duration period) {
    return new SyncPolicy(name, period, period.plus(EXTRA_LIFE));
  }
}

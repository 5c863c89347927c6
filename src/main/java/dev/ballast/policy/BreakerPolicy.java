package dev.ballast.policy;

import java.time.Duration;

/**
 * When so much data is lost that Ballast stops judging: all nodes pass and none is preferred.
 *
 * @param lostShare share 0..1 of the nodes that had usable data within {@code memory}; more than
 *     that without it now opens the breaker
 * @param silence when no node has a reading younger than this, the source counts as unreachable,
 *     which opens the breaker too; readings that live for hours do not hide a dead source
 * @param memory how long a node is remembered as one that had data
 */
public record BreakerPolicy(double lostShare, Duration silence, Duration memory) {
  /** The lost share where a file says nothing. */
  public static final double LOST_SHARE = 0.5;

  /** The memory where a file says nothing. */
  public static final Duration MEMORY = Duration.ofDays(1);

  /**
   * What holds where a file says nothing. The silence is the age at which the reading of the
   * shortest life is stale: a live annotator renews it before, and a clock that is off by the
   * tolerance does not open the breaker.
   */
  public static BreakerPolicy of(Duration shortestLife, Duration clockTolerance) {
    return new BreakerPolicy(LOST_SHARE, shortestLife.plus(clockTolerance), MEMORY);
  }
}

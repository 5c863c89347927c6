package dev.ballast.policy;

import java.time.Duration;

/**
 * When so much data is lost that Ballast stops judging: all nodes pass and none is preferred.
 *
 * @param lostShare share 0..1 of the nodes that had usable data within {@code memory}; more than
 *     that without it now opens the breaker
 * @param silence no node has a reading younger than this: the source counts as unreachable, which
 *     opens the breaker too
 * @param memory how long a node is remembered as one that had data
 */
public record BreakerPolicy(double lostShare, Duration silence, Duration memory) {
  private static final double LOST_SHARE = 0.5;
  private static final Duration MEMORY = Duration.ofDays(1);

  /** What holds where a file says nothing; the silence is the shortest life of a reading. */
  public static BreakerPolicy of(Duration shortestLife) {
    return new BreakerPolicy(LOST_SHARE, shortestLife, MEMORY);
  }
}

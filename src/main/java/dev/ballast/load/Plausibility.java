package dev.ballast.load;

/**
 * Which readings can be true. Everything else is an error, and an error is never a number: not 0,
 * which looks idle, and not 1, which looks full.
 */
public final class Plausibility {
  /** Largest fraction of capacity that is believed; rates overshoot 1 a little. */
  public static final double MAX_FRACTION = 1.5;

  private Plausibility() {}

  /** True for 0 to 1.5; false for NaN. */
  public static boolean isFraction(double value) {
    return value >= 0 && value <= MAX_FRACTION;
  }

  /**
   * True when a time is not too far ahead of the clock.
   *
   * @param maxAheadMillis how far it may be ahead, the clock tolerance of the policy
   */
  public static boolean isTime(long epochMillis, long nowMillis, long maxAheadMillis) {
    return epochMillis - maxAheadMillis <= nowMillis;
  }
}

package dev.ballast.load;

import java.time.Duration;

/**
 * Which readings can be true. Everything else is an error, and an error is never a number: not 0,
 * which looks idle, and not 1, which looks full.
 */
public final class Plausibility {
  /** Largest fraction of capacity that is believed; rates overshoot 1 a little. */
  public static final double MAX_FRACTION = 1.5;

  /** How far a reading's time may be ahead of a clock. */
  public static final Duration MAX_AHEAD = Duration.ofMinutes(2);

  private static final long MAX_AHEAD_MILLIS = MAX_AHEAD.toMillis();

  private Plausibility() {}

  /** True for 0 to 1.5; false for NaN. */
  public static boolean isFraction(double value) {
    return value >= 0 && value <= MAX_FRACTION;
  }

  /** True when a time is at most two minutes ahead of the clock. */
  public static boolean isTime(long epochMillis, long nowMillis) {
    return epochMillis - MAX_AHEAD_MILLIS <= nowMillis;
  }
}

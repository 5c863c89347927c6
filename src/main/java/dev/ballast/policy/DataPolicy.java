package dev.ballast.policy;

import java.time.Duration;

/**
 * What readings do that are not fresh, and how far clocks may differ.
 *
 * @param stale the effect of a stale reading
 * @param missing the effect of a missing reading
 * @param implausible the effect of an implausible reading
 * @param windowFallback whether a missing reading of a long window is replaced by the fresh one of
 *     the next shorter window of its resource, as a new cluster has no day of history
 * @param clockTolerance how far a reading may be ahead of our clock, and how much longer than its
 *     life it is used; 0 or more
 */
public record DataPolicy(
    StateEffect stale,
    StateEffect missing,
    StateEffect implausible,
    boolean windowFallback,
    Duration clockTolerance) {
  /** How far clocks may differ where a file says nothing. */
  public static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(2);

  /** What holds where a file says nothing. */
  public static final DataPolicy DEFAULT =
      new DataPolicy(
          StateEffect.DEFAULT, StateEffect.DEFAULT, StateEffect.DEFAULT, true, CLOCK_TOLERANCE);

  /** The same policy with another tolerance. */
  public DataPolicy withClockTolerance(Duration tolerance) {
    return new DataPolicy(stale, missing, implausible, windowFallback, tolerance);
  }

  /** What holds under crane's apiVersion: the same, but no reading stands in for another. */
  public static final DataPolicy CRANE =
      new DataPolicy(
          StateEffect.DEFAULT, StateEffect.DEFAULT, StateEffect.DEFAULT, false, CLOCK_TOLERANCE);

  /** The same effect on the score for all states. */
  public DataPolicy withScore(StateEffect.OnScore score) {
    return new DataPolicy(
        new StateEffect(stale.filter(), score),
        new StateEffect(missing.filter(), score),
        new StateEffect(implausible.filter(), score),
        windowFallback,
        clockTolerance);
  }
}

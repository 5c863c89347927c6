package dev.ballast.annotator;

import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.load.Plausibility;

/** A value of the source as a reading: a plausible fraction, or why it is none. */
sealed interface Reading {
  /**
   * A fraction of capacity, 0 to 1.5.
   *
   * @param fraction never NaN, never -0.0
   */
  record Value(double fraction) implements Reading {}

  /** No number. */
  record Lost(LossCause cause) implements Reading {}

  /** Judges a value as the source gave it. */
  static Reading of(double value, Unit unit) {
    double fraction = unit.toFraction(value) + 0.0; // -0.0 + 0.0 is 0.0
    if (Plausibility.isFraction(fraction)) {
      return new Value(fraction);
    }
    if (Double.isNaN(fraction)) {
      return new Lost(LossCause.NAN);
    }
    if (Double.isInfinite(fraction)) {
      return new Lost(LossCause.INFINITE);
    }
    return new Lost(fraction < 0 ? LossCause.NEGATIVE : LossCause.TOO_HIGH);
  }
}

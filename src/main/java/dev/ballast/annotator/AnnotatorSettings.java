package dev.ballast.annotator;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * How the annotator writes and asks. Immutable and checked.
 *
 * @param minChange smallest move of a reading, as a fraction, that is worth a write; 0 writes every
 *     reading
 * @param maxWritesPerSecond most patches begun within any second
 * @param maxSeriesSteps most raw series times steps that one query for history may read
 * @param zone zone of the times in annotations
 */
public record AnnotatorSettings(
    double minChange, int maxWritesPerSecond, long maxSeriesSteps, ZoneId zone) {

  /**
   * What holds when nothing is said. With a period of 3 minutes and a life of 8, readings of 5,000
   * nodes under steady load have to be renewed at up to 53 a second.
   */
  public static final AnnotatorSettings DEFAULT =
      new AnnotatorSettings(0.01, 100, 5_000_000, ZoneOffset.UTC);

  /** Checks the values; an {@link IllegalArgumentException} names the wrong one. */
  public AnnotatorSettings {
    if (!(minChange >= 0 && minChange <= 1)) {
      throw new IllegalArgumentException("minChange is " + minChange + ": give 0 to 1");
    }
    if (maxWritesPerSecond < 1 || maxWritesPerSecond > 100_000) {
      throw new IllegalArgumentException(
          "maxWritesPerSecond is " + maxWritesPerSecond + ": give 1 to 100000");
    }
    if (maxSeriesSteps < 1) {
      throw new IllegalArgumentException(
          "maxSeriesSteps is " + maxSeriesSteps + ": give at least 1");
    }
  }
}

package dev.ballast.cli;

import dev.ballast.config.Durations;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Looks whether clocks agree: readings are stamped by Prometheus' clock and judged by the one of
 * the machine that reads them.
 */
final class ClockCheck {
  private static final String CHECK = "clock";
  private static final String ADVICE =
      ": readings then count as stale or implausible, and the breaker opens. Set both clocks right"
          + " (NTP)";

  private ClockCheck() {}

  /**
   * What the newest of all stamps says of our clock.
   *
   * @param newestMillis empty when no node carries a reading
   */
  static Finding ofStamps(
      OptionalLong newestMillis, DynamicSchedulerPolicy policy, long nowMillis) {
    if (newestMillis.isEmpty()) {
      return Finding.good(CHECK, "no reading to compare it with");
    }
    Duration age = seconds(nowMillis - newestMillis.getAsLong());
    Duration tolerance = policy.data().clockTolerance();
    Duration silence = policy.breaker().silence();
    if (age.negated().compareTo(tolerance) > 0) {
      return Finding.bad(
          CHECK,
          String.format(
              "the newest reading is stamped %s ahead of our clock, more than the clock tolerance,"
                  + " %s%s",
              Durations.format(age.negated()), Durations.format(tolerance), ADVICE));
    }
    if (age.compareTo(silence) >= 0) {
      return Finding.bad(
          CHECK,
          String.format(
              "the newest reading is %s old by our clock, the silence that opens the breaker is %s:"
                  + " either readings have stopped (see the log of the annotator that leads), or our"
                  + " clock is ahead of Prometheus': compare both",
              Durations.format(age), Durations.format(silence)));
    }
    return Finding.good(CHECK, "the newest reading is " + age.toSeconds() + " s old");
  }

  /** What Prometheus' clock says of ours. */
  static Finding ofSource(long sourceMillis, DynamicSchedulerPolicy policy, long nowMillis) {
    Duration ahead = seconds(nowMillis - sourceMillis);
    Duration tolerance = policy.data().clockTolerance();
    if (ahead.abs().compareTo(tolerance) <= 0) {
      return Finding.good(
          CHECK,
          ahead.abs().toSeconds()
              + " s from Prometheus', tolerance "
              + tolerance.toSeconds()
              + " s");
    }
    return Finding.bad(
        CHECK,
        String.format(
            "our clock is %s %s Prometheus', more than the clock tolerance, %s%s",
            Durations.format(ahead.abs()),
            ahead.isNegative() ? "behind" : "ahead of",
            Durations.format(tolerance),
            ADVICE));
  }

  private static Duration seconds(long millis) {
    return Duration.ofSeconds(millis / 1000);
  }
}

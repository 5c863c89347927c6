package dev.ballast.benchmarks;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A policy whose metrics are all read in one period, so that each sweep is a whole one: nobody can
 * wait for the three hours between readings of a day's maximum.
 */
final class SweepBenchPolicy {
  private static final Pattern PERIOD = Pattern.compile("(?m)^( *)period: \\S+$");
  private static final Pattern STALE_AFTER = Pattern.compile("(?m)^ *staleAfter: \\S+\\R");
  private static final String CRANE = "scheduler.policy.crane.io";

  /** A reading's life in periods: the shipped policies' 8 minutes of 3. */
  private static final double LIFE = 8.0 / 3;

  private SweepBenchPolicy() {}

  /** The text of a policy with one period; crane's form has no key for the life of a reading. */
  static String withPeriod(String policy, Duration period) {
    String seconds = period.toSeconds() + "s";
    String life = Math.round(period.toSeconds() * LIFE) + "s";
    String lifeLine = policy.contains(CRANE) ? "" : "\n$1staleAfter: " + life;
    String text = STALE_AFTER.matcher(policy).replaceAll("");
    return PERIOD.matcher(text).replaceAll("$1period: " + seconds + lifeLine);
  }
}

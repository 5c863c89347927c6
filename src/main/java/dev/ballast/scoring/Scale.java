package dev.ballast.scoring;

import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import java.util.Arrays;

/**
 * Makes the integers 0..max that are sent of scores 0..100. Immutable.
 *
 * @param spread whether the candidates decide where the scale begins and ends
 * @param max the largest integer
 */
record Scale(Spread spread, int max) {
  /** Points of the score that the scale covers at least: closer candidates are much alike. */
  private static final int LEAST_RANGE = 20;

  static Scale of(RankingPolicy ranking) {
    return new Scale(ranking.spread(), ranking.scoreMax());
  }

  /**
   * The integers to send.
   *
   * <p>{@link Spread#ABSOLUTE}: {@code score * max / 100}, rounded to the nearest. {@link
   * Spread#CANDIDATES}: the range from the best down to the worst, but at least 20 points, becomes
   * {@code max} to 0, rounded up: with 10 steps who is less than 2 points behind the best is sent
   * as it.
   *
   * @param scores 0..100
   */
  int[] sent(int[] scores) {
    return switch (spread) {
      case ABSOLUTE -> Arrays.stream(scores).map(s -> (2 * s * max + 100) / 200).toArray();
      case CANDIDATES -> {
        int best = Arrays.stream(scores).max().orElse(0);
        int worst = Arrays.stream(scores).min().orElse(0);
        int range = Math.max(best - worst, LEAST_RANGE);
        yield Arrays.stream(scores)
            .map(s -> ((s - best + range) * max + range - 1) / range)
            .toArray();
      }
    };
  }
}

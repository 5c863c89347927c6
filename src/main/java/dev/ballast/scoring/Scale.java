package dev.ballast.scoring;

import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;

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
    int[] sent = new int[scores.length];
    switch (spread) {
      case ABSOLUTE -> {
        for (int i = 0; i < sent.length; i++) {
          sent[i] = (2 * scores[i] * max + 100) / 200;
        }
      }
      case CANDIDATES -> {
        int best = Integer.MIN_VALUE;
        int worst = Integer.MAX_VALUE;
        for (int score : scores) {
          best = Math.max(best, score);
          worst = Math.min(worst, score);
        }
        int range = Math.max(best - worst, LEAST_RANGE);
        for (int i = 0; i < sent.length; i++) {
          sent[i] = ((scores[i] - best + range) * max + range - 1) / range;
        }
      }
    }
    return sent;
  }
}

package dev.ballast.explain;

import java.util.Locale;

/**
 * Prints what {@link DecisionRing#accept} costs the thread that answers kube-scheduler, by the
 * candidates of a decision, and what the background thread does with it. A program, not a test.
 */
final class DecisionRingBenchmark {
  private static final int CALLS = 1_000_000;
  private static final int ROUNDS = 6;

  private DecisionRingBenchmark() {}

  public static void main(String[] args) {
    for (int rows : new int[] {0, 100, 500, 5_000}) {
      var decision = Sample.ofRows(rows);
      var ring = new DecisionRing();
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
          ring.accept(decision);
        }
        best = Math.min(best, (System.nanoTime() - start) / (double) CALLS);
      }
      System.out.printf(
          Locale.ROOT,
          "accept, %,5d candidates: %.0f ns (kept: %,d decisions, %,d rows)%n",
          rows,
          best,
          ring.size(),
          ring.rows());
      System.out.printf(
          Locale.ROOT, "  background, a decision: %.1f us%n", background(decision, rows));
    }
  }

  /** The best time in microseconds that a decision takes in the background. */
  private static double background(dev.ballast.scoring.Decision decision, int rows) {
    int count = rows > 1_000 ? 50 : 500;
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 10 * ROUNDS; round++) {
      var ring = new DecisionRing();
      for (int i = 0; i < count; i++) {
        ring.accept(decision);
      }
      var explanations = new Explanations(ring, () -> Sample.FACTS, () -> {});
      long start = System.nanoTime();
      explanations.drain(Sample.NOW);
      best = Math.min(best, (System.nanoTime() - start) / 1e3 / count);
    }
    return best;
  }
}

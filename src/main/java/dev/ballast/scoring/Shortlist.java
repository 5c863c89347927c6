package dev.ballast.scoring;

import java.util.Arrays;

/**
 * Cuts the candidates that pass to the best ones, so that kube-scheduler decodes and scores fewer.
 * Each zone keeps its share, as spreading over zones is decided after us. Immutable.
 *
 * @param length most candidates that are left, but at least {@code ceil(length / zones)} of each
 *     zone; 0 for all
 */
record Shortlist(int length) {
  private static final int NUMBER_BITS = 24;
  private static final long NUMBER = (1L << NUMBER_BITS) - 1;

  /**
   * Leaves out what is not among the best.
   *
   * @param scores the scores of the candidates
   * @param verdicts the verdicts; changed in place
   */
  void shorten(Round round, Standings.Table standings, int[] scores, Verdict[] verdicts) {
    long[] ranked = ranked(round, scores, verdicts);
    int[] zones = new int[ranked.length];
    int ofEach = ceil(length, zones(standings, ranked, zones));
    int[] taken = new int[ranked.length];
    boolean[] kept = new boolean[ranked.length];
    int count = 0;
    for (int i = 0; i < ranked.length; i++) {
      kept[i] = ++taken[zones[i]] <= ofEach;
      count += kept[i] ? 1 : 0;
    }
    for (int i = 0; i < ranked.length; i++) {
      if (!kept[i] && count++ >= length) {
        verdicts[(int) (ranked[i] & NUMBER)] = Verdict.NOT_LISTED;
      }
    }
  }

  /** Whether there is something to leave out. */
  boolean shortens(Round round, Verdict[] verdicts) {
    return length > 0 && round.pod().shortens() && Verdict.passing(verdicts) > length;
  }

  private static int ceil(int number, int by) {
    return (number + by - 1) / by;
  }

  /** Those that pass, the best first, among equals by lot; the candidate is in the last bits. */
  private static long[] ranked(Round round, int[] scores, Verdict[] verdicts) {
    long[] ranked = new long[Verdict.passing(verdicts)];
    int count = 0;
    for (int i = 0; i < verdicts.length; i++) {
      if (verdicts[i].passes()) {
        long lot = Integer.toUnsignedLong(round.lot(i) ^ Integer.MIN_VALUE); // in signed order
        long order = ((long) (LoadPolicy.MAX_SCORE - scores[i]) << Integer.SIZE) | lot;
        ranked[count++] = (order << NUMBER_BITS) | i;
      }
    }
    Arrays.sort(ranked);
    return ranked;
  }

  /** Numbers the zones of the candidates in their order, and tells how many there are. */
  private static int zones(Standings.Table standings, long[] ranked, int[] zones) {
    int[] seen = new int[8];
    int count = 0;
    for (int i = 0; i < ranked.length; i++) {
      int of = standings.zone((int) (ranked[i] & NUMBER));
      int zone = 0;
      while (zone < count && seen[zone] != of) {
        zone++;
      }
      if (zone == count) {
        seen = zone == seen.length ? Arrays.copyOf(seen, 2 * zone) : seen;
        seen[count++] = of;
      }
      zones[i] = zone;
    }
    return count;
  }
}

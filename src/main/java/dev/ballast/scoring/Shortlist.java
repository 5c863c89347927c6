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

  /** Whether it ever leaves something out. */
  boolean isOn() {
    return length > 0;
  }

  /** Whether there is something to leave out. */
  boolean shortens(Round round, Verdict[] verdicts) {
    return isOn() && round.pod().shortens() && Verdict.passing(verdicts) > length;
  }

  /**
   * Leaves out what is not among the best.
   *
   * @param scores the scores of the candidates, 0..100
   * @param verdicts the verdicts; changed in place
   */
  void shorten(Round round, Standings.Table standings, int[] scores, Verdict[] verdicts) {
    int[] zones = new int[verdicts.length];
    int[] left = zones(standings, verdicts, zones);
    int ofEach = (length + left.length - 1) / left.length;
    Arrays.setAll(left, zone -> Math.min(left[zone], ofEach));
    boolean[] kept = new boolean[verdicts.length];
    keep(new Ranking(round, scores, verdicts), zones, left, kept);
    for (int i = 0; i < verdicts.length; i++) {
      if (verdicts[i].passes() && !kept[i]) {
        verdicts[i] = Verdict.NOT_LISTED;
      }
    }
  }

  /**
   * Keeps the best of each zone, and the best of all in places that no zone claims.
   *
   * @param left by zone, how many are still to be kept; used up
   */
  private void keep(Ranking best, int[] zones, int[] left, boolean[] kept) {
    int claimed = Arrays.stream(left).sum();
    int free = Math.max(0, length - claimed);
    for (int places = claimed + free; places > 0; ) {
      int node = best.next();
      boolean claims = left[zones[node]] > 0;
      if (claims || free > 0) {
        left[zones[node]]--;
        free -= claims ? 0 : 1;
        kept[node] = true;
        places--;
      }
    }
  }

  /**
   * Numbers the zones in the order in which they are met.
   *
   * @param zones takes the number of each candidate that passes
   * @return by number, how many pass
   */
  private static int[] zones(Standings.Table standings, Verdict[] verdicts, int[] zones) {
    int[] seen = new int[8];
    int[] passing = new int[8];
    int count = 0;
    for (int i = 0; i < verdicts.length; i++) {
      if (verdicts[i].passes()) {
        int of = standings.zone(i);
        int zone = 0;
        while (zone < count && seen[zone] != of) {
          zone++;
        }
        if (zone == count) {
          seen = zone == seen.length ? Arrays.copyOf(seen, 2 * zone) : seen;
          passing = zone == passing.length ? Arrays.copyOf(passing, 2 * zone) : passing;
          seen[count++] = of;
        }
        zones[i] = zone;
        passing[zone]++;
      }
    }
    return Arrays.copyOf(passing, count);
  }

  /**
   * The candidates that pass, the best first, among equals by lot. Those of one score are put in
   * order when the first of them is asked for, as only a few scores mostly are. Confined to one
   * call.
   */
  private static final class Ranking {
    private final Round round;
    private final long[] nodes; // by score, the highest first; the candidate is in the last bits
    private final int[] ends = new int[LoadPolicy.MAX_SCORE + 2]; // of each score and all above
    private int score = LoadPolicy.MAX_SCORE + 1;
    private int next;

    Ranking(Round round, int[] scores, Verdict[] verdicts) {
      this.round = round;
      for (int i = 0; i < scores.length; i++) {
        if (verdicts[i].passes()) {
          ends[scores[i]]++;
        }
      }
      int all = 0;
      for (int of = LoadPolicy.MAX_SCORE; of >= 0; of--) {
        int count = ends[of];
        ends[of] = all; // where it begins, until it is filled
        all += count;
      }
      nodes = new long[all];
      for (int i = 0; i < scores.length; i++) {
        if (verdicts[i].passes()) {
          nodes[ends[scores[i]]++] = i;
        }
      }
    }

    int next() {
      while (next == ends[score]) {
        score--;
        order(next, ends[score]);
      }
      return (int) (nodes[next++] & NUMBER);
    }

    private void order(int from, int to) {
      for (int i = from; i < to; i++) {
        long lot = Integer.toUnsignedLong(round.lot((int) nodes[i]) ^ Integer.MIN_VALUE);
        nodes[i] |= lot << NUMBER_BITS; // in signed order
      }
      Arrays.sort(nodes, from, to);
    }
  }
}

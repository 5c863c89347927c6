package dev.ballast.explain;

import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Verdict;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Orders and counts of the candidates of one judged decision. */
final class Ranking {
  private static final double UNKNOWN = 1e6;
  private static final double PASSED = 1e7;

  private Ranking() {}

  /** The rank of a candidate of a prioritize call: 1 and the number of better scores. */
  static int rank(Decision decision, int i) {
    int rank = 1;
    for (int other = 0; other < decision.candidates(); other++) {
      if (decision.score(other) > decision.score(i)) {
        rank++;
      }
    }
    return rank;
  }

  /**
   * The candidates that tell most: of a filter call those that were refused by least, of a
   * prioritize call those with the best scores.
   */
  static int[] first(Decision decision, int count) {
    if (!decision.isJudged()) {
      return new int[0];
    }
    boolean filter = decision.call().verb() == Decision.Verb.FILTER;
    return smallest(
        decision.candidates(), count, i -> filter ? excess(decision, i) : -decision.score(i));
  }

  /** Indices with the smallest keys, smallest first, ties by index. */
  private static int[] smallest(int size, int count, IntToDoubleFunction key) {
    int[] best = new int[Math.min(size, count)];
    double[] keys = new double[best.length];
    int found = 0;
    for (int i = 0; i < size; i++) {
      double own = key.applyAsDouble(i);
      int at = found;
      while (at > 0 && own < keys[at - 1]) {
        at--;
      }
      if (at < best.length) {
        found = Math.min(found + 1, best.length);
        System.arraycopy(best, at, best, at + 1, found - at - 1);
        System.arraycopy(keys, at, keys, at + 1, found - at - 1);
        best[at] = i;
        keys[at] = own;
      }
    }
    return best;
  }

  /**
   * By how much a candidate is over its limit; a lot when that is not known, more when it passed.
   */
  private static double excess(Decision decision, int i) {
    var verdict = decision.verdict(i);
    if (Verdict.isPassing(verdict)) {
      return PASSED;
    }
    Verdict.@Nullable Refused refused = KeptRow.against(verdict);
    return refused == null || !Double.isFinite(refused.usage())
        ? UNKNOWN
        : refused.usage() - refused.limit();
  }

  /** How many candidates were refused, by the metric over its limit, most first. */
  static Map<String, Integer> refused(Decision decision) {
    var counts = new LinkedHashMap<String, Integer>();
    int left = 0;
    if (isJudgedFilter(decision)) {
      for (int i = 0; i < decision.candidates(); i++) {
        var verdict = decision.verdict(i);
        if (verdict == Verdict.NOT_LISTED) {
          left++;
        } else if (verdict instanceof Verdict.Refused refused) {
          counts.merge(refused.metric(), 1, Integer::sum);
        } else if (verdict instanceof Verdict.Unfit) {
          counts.merge(TOPOLOGY, 1, Integer::sum);
        }
      }
      if (left > 0) {
        counts.put(NOT_LISTED, left);
      }
    }
    if (counts.size() < 2) {
      return counts;
    }
    var sorted = new LinkedHashMap<String, Integer>();
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }

  /** The key of the nodes that only missed the shortlist. */
  static final String NOT_LISTED = "shortlist";

  /** The key of the nodes whose zones do not fit the pod. */
  static final String TOPOLOGY = "topology";

  /** How many candidates were given back. */
  static int passed(Decision decision) {
    if (!isJudgedFilter(decision)) {
      return decision.candidates();
    }
    int passed = 0;
    for (int i = 0; i < decision.candidates(); i++) {
      if (Verdict.isPassing(decision.verdict(i))) {
        passed++;
      }
    }
    return passed;
  }

  private static boolean isJudgedFilter(Decision decision) {
    return decision.isJudged() && decision.call().verb() == Decision.Verb.FILTER;
  }
}

package dev.ballast.scoring;

import dev.ballast.load.NodeLoad;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the candidates that pass to the best ones, so that kube-scheduler decodes and scores fewer.
 * Each zone keeps its share, as spreading over zones is decided after us. Immutable.
 *
 * @param length most candidates that are left, but at least {@code ceil(length / zones)} of each
 *     zone; 0 for all
 */
record Shortlist(int length) {
  /**
   * Leaves out what is not among the best.
   *
   * @param scores the scores of the candidates
   * @param verdicts the verdicts; changed in place
   */
  void shorten(Round round, int[] scores, Verdict[] verdicts) {
    List<Integer> ranked = ranked(round, scores, verdicts);
    Map<String, Integer> places = new HashMap<>();
    ranked.forEach(i -> places.put(zone(round, i), 0));
    int ofEach = (length + places.size() - 1) / places.size();
    Set<Integer> kept = new HashSet<>();
    for (int node : ranked) {
      if (places.merge(zone(round, node), 1, Integer::sum) <= ofEach) {
        kept.add(node);
      }
    }
    for (int node : ranked) {
      if (kept.size() < length) {
        kept.add(node);
      }
    }
    ranked.stream().filter(i -> !kept.contains(i)).forEach(i -> verdicts[i] = Verdict.NOT_LISTED);
  }

  /** Whether there is something to leave out. */
  boolean shortens(Round round, Verdict[] verdicts) {
    return length > 0
        && round.pod().shortens()
        && Arrays.stream(verdicts).filter(Verdict::passes).count() > length;
  }

  private static List<Integer> ranked(Round round, int[] scores, Verdict[] verdicts) {
    int[] lots = IntStream.range(0, verdicts.length).map(round::lot).toArray();
    return IntStream.range(0, verdicts.length)
        .filter(i -> verdicts[i].passes())
        .boxed()
        .sorted(Comparator.comparingInt((Integer i) -> -scores[i]).thenComparingInt(i -> lots[i]))
        .toList();
  }

  private static String zone(Round round, int node) {
    @Nullable NodeLoad load = round.loads()[node];
    return load == null ? "" : load.facts().zone();
  }
}

package dev.ballast.explain;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Why kube-scheduler took another node than Ballast ranked first: the points of both.
 *
 * @param exact from kube-scheduler's own log; else estimated from requests
 * @param first the node that Ballast ranked first
 * @param sentFirst the integer that Ballast sent for it
 * @param bound the node that was taken
 * @param sentBound the integer that Ballast sent for it
 */
public record Weighing(
    boolean exact,
    String first,
    int sentFirst,
    InTreeScores inTreeFirst,
    String bound,
    int sentBound,
    InTreeScores inTreeBound) {

  /** The smallest weight that puts the first before the bound one; 0 when none does. */
  public long weightNeeded() {
    return InTreeScores.weightNeeded(inTreeFirst, sentFirst, inTreeBound, sentBound);
  }

  /** The plugins in which the two differ, the largest difference first, as one line. */
  String differences() {
    var names = new TreeSet<>(inTreeFirst.plugins().keySet());
    names.addAll(inTreeBound.plugins().keySet());
    return names.stream()
        .map(name -> Map.entry(name, points(inTreeBound, name) - points(inTreeFirst, name)))
        .filter(entry -> entry.getValue() != 0)
        .sorted(Comparator.comparingLong(entry -> -Math.abs(entry.getValue())))
        .map(entry -> entry.getKey() + " " + (entry.getValue() > 0 ? "+" : "") + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static long points(InTreeScores scores, String plugin) {
    return scores.plugins().getOrDefault(plugin, 0L);
  }
}

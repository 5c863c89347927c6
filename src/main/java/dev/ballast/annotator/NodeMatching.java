package dev.ballast.annotator;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.config.MetricDefinition.NodeMatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How the series of an answer find nodes, as the annotator matches them. Immutable.
 *
 * @param values the value of each node that has exactly one, by name
 * @param without names of the nodes that no series names
 * @param ambiguous names of the nodes with several series, or that share one
 * @param unmatched series that name no node
 * @param examples some label values that name no node
 * @param unlabelled series without the label
 */
public record NodeMatching(
    Map<String, Double> values,
    Set<String> without,
    Set<String> ambiguous,
    int unmatched,
    List<String> examples,
    int unlabelled) {
  /** The matching of a metric: a node with several series has no value. */
  public static NodeMatching single(
      InstantAnswer answer, Collection<AnnotatedNode> nodes, NodeMatch by) {
    return of(SeriesMatch.single(answer, NodeIndex.of(nodes, by.by())), nodes);
  }

  /** The matching of sample times: of several series of a node the largest value counts. */
  public static NodeMatching largest(
      InstantAnswer answer, Collection<AnnotatedNode> nodes, NodeMatch by) {
    return of(SeriesMatch.largest(answer, NodeIndex.of(nodes, by.by())), nodes);
  }

  private static NodeMatching of(SeriesMatch match, Collection<AnnotatedNode> nodes) {
    var without = new TreeSet<String>();
    nodes.forEach(node -> without.add(node.name()));
    without.removeAll(match.values().keySet());
    without.removeAll(match.lost().keySet());
    return new NodeMatching(
        match.values(),
        without,
        new TreeSet<>(match.lost().keySet()),
        match.unmatched(),
        match.unmatchedExamples(),
        match.unlabelled());
  }
}

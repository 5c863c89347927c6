package dev.ballast.annotator;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer to an instant query, sorted by node. Immutable.
 *
 * @param values the value of each node that has exactly one
 * @param lost nodes whose series say nothing certain, and why
 * @param matched series that found one node
 * @param unmatched series that found none
 * @param unlabelled series without the label
 * @param unmatchedExamples some label values that found no node
 */
record SeriesMatch(
    Map<String, Double> values,
    Map<String, LossCause> lost,
    int matched,
    int unmatched,
    int unlabelled,
    List<String> unmatchedExamples) {
  private static final int EXAMPLES = 3;

  /** One series a node: a node with several has no value, as none of them is the right one. */
  static SeriesMatch single(InstantAnswer answer, NodeIndex index) {
    return of(answer, index, false);
  }

  /** Of several series of a node the largest counts. NaN among them makes the value NaN. */
  static SeriesMatch largest(InstantAnswer answer, NodeIndex index) {
    return of(answer, index, true);
  }

  private static SeriesMatch of(InstantAnswer answer, NodeIndex index, boolean largest) {
    Map<String, Double> values = new HashMap<>();
    Map<String, LossCause> lost = new HashMap<>();
    List<String> examples = new ArrayList<>();
    int matched = 0;
    int unmatched = 0;
    for (Sample sample : answer.samples()) {
      List<String> nodes = index.find(sample.label());
      if (nodes.isEmpty()) {
        unmatched++;
        if (examples.size() < EXAMPLES) {
          examples.add(sample.label());
        }
      } else if (nodes.size() > 1) {
        nodes.forEach(node -> lost.put(node, LossCause.SHARED_SERIES));
      } else {
        matched++;
        String node = nodes.get(0);
        Double before = values.get(node);
        if (before == null) {
          values.put(node, sample.value());
        } else if (largest) {
          values.put(node, Math.max(before, sample.value()));
        } else {
          lost.putIfAbsent(node, LossCause.SEVERAL_SERIES);
        }
      }
    }
    values.keySet().removeAll(lost.keySet());
    return new SeriesMatch(values, lost, matched, unmatched, answer.unlabelled(), examples);
  }
}

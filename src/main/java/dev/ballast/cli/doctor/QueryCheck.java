package dev.ballast.cli.doctor;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.NodeMatching;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.load.Plausibility;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What a query answers: an error, nothing, series that name nodes or not, values or nonsense. */
final class QueryCheck {
  static final String QUERY = "query";
  static final String MATCH = "node-match";
  static final String VALUES = "values";
  static final String RULES = "recording-rules";
  private static final Pattern SERIES_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private QueryCheck() {}

  /** Whether a query asks for one finished series, which a recording rule makes. */
  static boolean asksForRule(String promql) {
    return SERIES_NAME.matcher(promql.strip()).matches();
  }

  static Finding failed(SourceException e) {
    return Finding.broken(
        QUERY, String.valueOf(e.getMessage()), "correct its promql, or see Prometheus' log");
  }

  static Finding answered(InstantAnswer answer, String promql, String label) {
    int series = answer.samples().size();
    if (series > 0) {
      return Finding.ok(QUERY, series + " series");
    }
    return answer.unlabelled() > 0
        ? Finding.broken(
            QUERY,
            "%d series without the label %s: %s".formatted(answer.unlabelled(), label, promql),
            "keep the label in the query's aggregation, or set another one by label")
        : Finding.broken(
            QUERY,
            "no series: " + promql,
            "correct the names in it, and check that Prometheus scrapes these metrics");
  }

  static Finding rules(Collection<String> missing) {
    return Finding.broken(
        RULES,
        "no series " + String.join(", ", missing),
        "load deploy/prometheus/rules.yaml into Prometheus, or use metrics.preset: node-exporter");
  }

  /**
   * Whether the series name the nodes.
   *
   * @param expected names of the nodes that should be named: those whose samples arrive
   */
  static Finding matched(
      NodeMatching match, Set<String> expected, Collection<AnnotatedNode> nodes, NodeMatch by) {
    var without = new TreeSet<>(match.without());
    without.retainAll(expected);
    var ambiguous = new TreeSet<>(match.ambiguous());
    ambiguous.retainAll(expected);
    String seen = "series name " + Words.ofNodes(expected.size() - without.size(), expected.size());
    if (match.unmatched() > 0) {
      seen +=
          "; %d name none, as %s=\"%s\""
              .formatted(match.unmatched(), by.label(), String.join("\", \"", match.examples()));
    }
    if (!ambiguous.isEmpty()) {
      seen +=
          "; several for one node or one for several: %d nodes, as %s"
              .formatted(ambiguous.size(), Words.some(ambiguous));
      return Finding.broken(
          MATCH,
          seen,
          "aggregate the query to one series a node, as by max by (" + by.label() + ")");
    }
    Status status = Share.of(without.size(), expected.size());
    if (status == Status.OK) {
      return Finding.ok(MATCH, seen);
    }
    seen += "; without: " + without.size() + ", as " + example(without.first(), nodes);
    String advice =
        match.unmatched() > 0
            ? "let label %s name the node: relabel it in Prometheus, or set label and by"
                .formatted(by.label())
            : "check that Prometheus scrapes these nodes for this metric";
    return status == Status.BROKEN
        ? Finding.broken(MATCH, seen, advice)
        : Finding.warning(MATCH, seen, advice);
  }

  /** What a label could be compared with. */
  private static String example(String name, Collection<AnnotatedNode> nodes) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .map(
            node ->
                "%s (InternalIP %s, Hostname %s)"
                    .formatted(name, orNone(node.internalIps()), orNone(node.hostnames())))
        .orElse(name);
  }

  private static String orNone(List<String> addresses) {
    return addresses.isEmpty() ? "none" : String.join(", ", addresses);
  }

  /** Whether the values can be loads. */
  static Finding values(Map<String, Double> values, MetricDefinition metric) {
    var wrong = new TreeMap<String, Double>();
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (var value : values.entrySet()) {
      double fraction = metric.unit().toFraction(value.getValue());
      if (!Plausibility.isFraction(fraction)) {
        wrong.put(value.getKey(), value.getValue());
      } else {
        least = Math.min(least, fraction);
        most = Math.max(most, fraction);
      }
    }
    if (wrong.isEmpty()) {
      return Finding.ok(
          VALUES, "%s to %s of capacity".formatted(Words.percent(least), Words.percent(most)));
    }
    String seen =
        "no load on %s, as %s on %s"
            .formatted(
                Words.ofNodes(wrong.size(), values.size()),
                wrong.firstEntry().getValue(),
                wrong.firstKey());
    String advice = "let the query answer with 0 to 1, or 0 to 100 and unit: percent";
    return Share.of(wrong.size(), values.size()) == Status.BROKEN
        ? Finding.broken(VALUES, seen, advice)
        : Finding.warning(VALUES, seen, advice);
  }
}

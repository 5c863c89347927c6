package dev.ballast.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Nodes with their load, verdict and score, in words. */
public final class TopReport {
  /** The order of nodes. */
  public enum Sort {
    /** The most loaded metric first. */
    LOAD,
    /** The best score first. */
    SCORE,
    NAME,
    /** The most in flight first. */
    INFLIGHT
  }

  private TopReport() {}

  /** The nodes in an order. */
  public static List<Answers.Row> sorted(List<Answers.Row> nodes, Sort sort) {
    var byName = Comparator.comparing(Answers.Row::node);
    return nodes.stream()
        .sorted(
            switch (sort) {
              case NAME -> byName;
              case LOAD ->
                  Comparator.comparingDouble(TopReport::load).reversed().thenComparing(byName);
              case INFLIGHT ->
                  Comparator.comparingDouble(TopReport::inFlight).reversed().thenComparing(byName);
              case SCORE ->
                  Comparator.<Answers.Row>comparingInt(row -> row.rank() == null ? 0 : row.rank())
                      .thenComparing(byName);
            })
        .toList();
  }

  /** How close a node is to the nearest of its limits; without limits its highest load. */
  private static double load(Answers.Row row) {
    return row.readings().stream()
        .filter(r -> r.state().equals("fresh") && r.value() != null)
        .mapToDouble(
            r ->
                (Objects.requireNonNull(r.value()) + r.inFlight())
                    / (r.limit() == null ? 1 : Objects.requireNonNull(r.limit())))
        .max()
        .orElse(-1);
  }

  private static double inFlight(Answers.Row row) {
    return row.readings().stream().mapToDouble(Answers.Reading::inFlight).max().orElse(0);
  }

  /**
   * The nodes as a table under a line that says who answers.
   *
   * @param source how the replica was reached
   */
  public static String text(String source, Answers.Nodes answer, Sort sort) {
    var replica = answer.replica();
    long refused =
        answer.nodes().stream().filter(row -> Objects.equals(row.verdict(), "refused")).count();
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s  replica %s at %s, %s, breaker %s, policy %s, snapshot %d%n",
            answer.time(),
            replica.name(),
            source,
            replica.synced() ? "synced" : "NOT SYNCED",
            replica.breaker(),
            replica.policyVersion(),
            replica.snapshotVersion()));
    text.append(
        Texts.count(answer.nodes().size(), "node", "nodes")
            + ", "
            + refused
            + " refused for a pod that would use nothing\n\n");
    Set<String> metrics = new LinkedHashSet<>();
    answer.nodes().forEach(row -> row.readings().forEach(r -> metrics.add(r.metric())));
    var rows = new ArrayList<List<String>>();
    var head = new ArrayList<>(List.of("NODE", "SCORE", "RANK", "VERDICT"));
    metrics.forEach(metric -> head.add(metric.toUpperCase(Locale.ROOT)));
    head.add("IN FLIGHT");
    head.add("STATE");
    rows.add(head);
    sorted(answer.nodes(), sort).forEach(row -> rows.add(line(row, metrics)));
    return text.append(Texts.table("", rows)).toString();
  }

  private static List<String> line(Answers.Row row, Set<String> metrics) {
    var line = new ArrayList<String>();
    line.add(row.node());
    line.add(Texts.number(row.score()));
    line.add(Texts.number(row.rank()));
    line.add(
        row.refusal() == null
            ? String.valueOf(row.verdict())
            : row.verdict() + ": " + row.refusal().metric());
    for (String metric : metrics) {
      line.add(
          row.readings().stream()
              .filter(r -> r.metric().equals(metric))
              .findFirst()
              .map(TopReport::cell)
              .orElse("-"));
    }
    double inFlight = inFlight(row);
    line.add(inFlight > 0 ? Texts.added(inFlight) : "-");
    line.add(state(row));
    return line;
  }

  private static String cell(Answers.Reading reading) {
    if (reading.value() == null) {
      return "-";
    }
    boolean fresh = reading.state().equals("fresh");
    return fresh ? Texts.percent(reading.value()) : "(" + Texts.percent(reading.value()) + ")";
  }

  /** What is wrong with readings, or {@code fresh}. */
  private static String state(Answers.Row row) {
    var bad =
        row.readings().stream()
            .filter(reading -> !reading.state().equals("fresh"))
            .map(reading -> reading.state())
            .distinct()
            .sorted()
            .toList();
    return bad.isEmpty() ? "fresh" : String.join(", ", bad);
  }
}

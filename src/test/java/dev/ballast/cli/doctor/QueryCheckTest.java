package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.annotator.NodeMatching;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.prometheus.PrometheusClient.ServerInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class QueryCheckTest {
  private static final MetricDefinition METRIC =
      BallastConfiguration.DEFAULTS.metrics().find("cpu_usage_avg_5m").orElseThrow();
  private static final List<AnnotatedNode> NODES =
      IntStream.range(10, 30)
          .mapToObj(
              i -> new AnnotatedNode("n" + i, List.of("10.0.0." + i), List.of("h" + i), Map.of()))
          .toList();
  private static final Set<String> NAMES =
      NODES.stream().map(AnnotatedNode::name).collect(Collectors.toSet());

  private static InstantAnswer answer(int unlabelled, String... labels) {
    return new InstantAnswer(
        Instant.EPOCH, Arrays.stream(labels).map(l -> new Sample(l, 0.4)).toList(), unlabelled);
  }

  private static String[] addresses(int count) {
    return NODES.stream()
        .limit(count)
        .map(node -> node.internalIps().get(0) + ":9100")
        .toArray(String[]::new);
  }

  private static Finding matched(Set<String> expected, String... labels) {
    var match = NodeMatching.single(answer(0, labels), NODES, NodeMatch.INSTANCE);
    return QueryCheck.matched(match, expected, NODES, NodeMatch.INSTANCE);
  }

  @Test
  void answered_series_areCounted() {
    assertThat(QueryCheck.answered(answer(0, "a", "b"), "x", "instance"))
        .isEqualTo(Finding.ok("query", "2 series"));
  }

  @Test
  void answered_nothing_isBrokenWithTheQuery() {
    var finding = QueryCheck.answered(answer(0), "misspelt", "instance");
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).isEqualTo("no series: misspelt");
  }

  @Test
  void answered_seriesWithoutTheLabel_nameIt() {
    assertThat(QueryCheck.answered(answer(3), "x", "node").seen())
        .isEqualTo("3 series without the label node: x");
  }

  @Test
  void failed_query_tellsTheSource() {
    assertThat(QueryCheck.failed(new SourceException(Cause.ERROR_STATUS, "parse error")).seen())
        .isEqualTo("parse error");
  }

  @ParameterizedTest
  @CsvSource({
    "cpu_usage_avg_5m, true",
    "' cluster:cpu ', true",
    "max(cpu_usage_avg_5m), false",
    "cpu{a=\"b\"}, false",
  })
  void asksForRule_query_isOneNameOrNot(String promql, boolean rule) {
    assertThat(QueryCheck.asksForRule(promql)).isEqualTo(rule);
  }

  @Test
  void matched_allNodes_isOk() {
    assertThat(matched(NAMES, addresses(20)))
        .isEqualTo(Finding.ok("node-match", "series name 20 of 20 nodes"));
  }

  @ParameterizedTest
  @CsvSource({"18, WARNING", "17, BROKEN", "0, BROKEN"})
  void matched_someNodes_showsBothSides(int named, Status status) {
    var labels = Arrays.copyOf(addresses(named), named + 1);
    labels[named] = "pod-7:9100";
    var finding = matched(NAMES, labels);
    assertThat(finding.status()).isEqualTo(status);
    assertThat(finding.seen())
        .contains(
            "series name " + named + " of 20 nodes", "1 name none, as instance=\"pod-7:9100\"")
        .contains("n%d (InternalIP 10.0.0.%<d, Hostname h%<d)".formatted(10 + named));
    assertThat(finding.advice()).contains("let label instance name the node");
  }

  @Test
  void matched_nodesWithoutSamples_areNotExpected() {
    var expected = new TreeSet<>(NAMES);
    expected.removeAll(Set.of("n28", "n29"));
    assertThat(matched(expected, addresses(18)).status()).isEqualTo(Status.OK);
  }

  @Test
  void matched_twoSeriesForANode_isBroken() {
    var labels = Arrays.copyOf(addresses(20), 21);
    labels[20] = "n10";
    assertThat(matched(NAMES, labels))
        .satisfies(f -> assertThat(f.status()).isEqualTo(Status.BROKEN))
        .satisfies(f -> assertThat(f.seen()).contains("several for one node", "n10"))
        .satisfies(f -> assertThat(f.advice()).contains("max by (instance)"));
  }

  @Test
  void values_fractions_areOkWithTheirRange() {
    assertThat(QueryCheck.values(Map.of("a", 0.1, "b", 1.2), METRIC))
        .isEqualTo(Finding.ok("values", "10 % to 120 % of capacity"));
  }

  @Test
  void values_percentsOrNan_areBroken() {
    var finding = QueryCheck.values(Map.of("a", 41.0, "b", 52.0, "c", Double.NaN), METRIC);
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).isEqualTo("no load on 3 of 3 nodes, as 41.0 on a");
    assertThat(finding.advice()).contains("unit: percent");
  }

  @Test
  void rules_missing_namesThem() {
    assertThat(QueryCheck.rules(List.of("a", "b")).seen()).isEqualTo("no series a, b");
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void unreached_anyCause_saysWhatToDo(Cause cause) {
    var finding = PrometheusCheck.unreached(new SourceException(cause, "why"));
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).isEqualTo("why");
    assertThat(finding.advice()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"401, valid credentials", "403, valid credentials", "404, path prefix"})
  void unreached_status_saysWhatToDo(int status, String advice) {
    assertThat(PrometheusCheck.unreached(SourceException.ofStatus(status, "why")).advice())
        .contains(advice);
  }

  @Test
  void reached_withAndWithoutVersion_isOk() {
    var took = Duration.ofMillis(7);
    assertThat(
            PrometheusCheck.reached(
                "u", new ServerInfo(Optional.of("3.1"), Optional.empty()), took))
        .isEqualTo(Finding.ok("prometheus", "version 3.1 at u, answered in 7 ms"));
    assertThat(
            PrometheusCheck.reached("u", new ServerInfo(Optional.empty(), Optional.empty()), took)
                .seen())
        .startsWith("tells no version");
  }
}

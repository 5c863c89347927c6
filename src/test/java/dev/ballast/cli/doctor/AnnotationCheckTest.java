package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnnotationCheckTest {
  private static final String METRIC = "cpu_usage_avg_5m";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final LoadAnnotations TEXTS = new LoadAnnotations(ZoneOffset.UTC);
  private static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of("load-aware-scheduler"),
          List.of(SyncPolicy.of(METRIC, Duration.ofMinutes(3))),
          List.of(),
          List.of(),
          List.of());

  private static List<AnnotatedNode> nodes(ZoneId writer) {
    var texts = new LoadAnnotations(writer);
    return IntStream.range(0, 20)
        .mapToObj(i -> node("n" + (10 + i), texts.format(0.4, NOW.minusSeconds(10L * i))))
        .toList();
  }

  private static AnnotatedNode node(String name, String text) {
    return new AnnotatedNode(name, List.of(), List.of(), Map.of(METRIC, text));
  }

  private static List<AnnotatedNode> healthyWith(int count, String text) {
    var nodes = new ArrayList<>(nodes(ZoneOffset.UTC));
    for (int i = 0; i < count; i++) {
      nodes.set(i, node(nodes.get(i).name(), text));
    }
    return nodes;
  }

  private static List<Finding> check(List<AnnotatedNode> nodes, String... stopped) {
    return new AnnotationCheck(nodes, POLICY, ZoneOffset.UTC, Set.of(stopped), NOW.toEpochMilli())
        .findings();
  }

  @Test
  void findings_freshAnnotationsInOurZone_areOkWithTheOldest() {
    assertThat(check(nodes(ZoneOffset.UTC)))
        .hasSize(2)
        .allMatch(finding -> finding.status() == Status.OK)
        .first()
        .isEqualTo(
            Finding.ok("annotations", "fresh on 20 of 20 nodes, the oldest 3m10s").of(METRIC));
  }

  @Test
  void findings_stampsOfCranesZone_nameTheZoneAndJudgeNoAge() {
    var findings = check(nodes(ZoneId.of("Asia/Shanghai")));
    assertThat(findings).extracting(Finding::status).containsExactly(Status.SKIPPED, Status.BROKEN);
    assertThat(findings.get(1).check()).isEqualTo("time-zone");
    assertThat(findings.get(1).seen()).contains("20 of 20 nodes");
    assertThat(findings.get(1).advice()).contains("set annotations.timeZone: Asia/Shanghai");
  }

  @Test
  void findings_unreadable_isBrokenWithAPrintableExample() {
    var finding = check(healthyWith(1, "gar\u001bbage")).get(0);
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).endsWith("; unreadable: 1, as n10 has \"gar?bage\"");
    assertThat(finding.advice()).contains("stop what writes them");
  }

  @Test
  void findings_oldReadings_warnUpToATenthAndAreBrokenBeyond() {
    String old = TEXTS.format(0.4, NOW.minus(Duration.ofMinutes(11)));
    assertThat(check(healthyWith(2, old)).get(0).status()).isEqualTo(Status.WARNING);
    assertThat(check(healthyWith(3, old)).get(0))
        .satisfies(f -> assertThat(f.status()).isEqualTo(Status.BROKEN))
        .satisfies(
            f -> assertThat(f.seen()).contains("fresh on 17 of 20 nodes", "stale: 3, as n10"))
        .satisfies(f -> assertThat(f.advice()).contains("the annotator that leads"));
  }

  @Test
  void findings_oldForWantOfSamples_areExplained() {
    String old = TEXTS.format(0.4, NOW.minus(Duration.ofMinutes(11)));
    var finding = check(healthyWith(3, old), "n10", "n11", "n12").get(0);
    assertThat(finding.status()).isEqualTo(Status.OK);
    assertThat(finding.seen()).contains("old for want of samples: 3");
  }

  @Test
  void findings_valueThatIsNoLoad_isImplausible() {
    assertThat(check(healthyWith(3, TEXTS.format(41, NOW))).get(0).seen())
        .contains("implausible: 3, as n10 has \"41.00000,");
  }

  @Test
  void findings_markedStale_isStale() {
    var nodes = new ArrayList<>(nodes(ZoneOffset.UTC));
    nodes.set(
        0,
        new AnnotatedNode(
            "n10",
            List.of(),
            List.of(),
            Map.of(
                METRIC,
                TEXTS.format(0.4, NOW.minusSeconds(60)),
                LoadAnnotations.STALE_SINCE,
                TEXTS.formatTime(NOW))));
    assertThat(check(nodes).get(0).seen()).contains("stale: 1, as n10");
  }

  @Test
  void findings_missing_isToldWithExample() {
    var bare = new AnnotatedNode("bare", List.of(), List.of(), Map.of());
    assertThat(check(List.of(bare)).get(0).seen())
        .isEqualTo("fresh on 0 of 1 node; missing: 1, as bare");
  }
}

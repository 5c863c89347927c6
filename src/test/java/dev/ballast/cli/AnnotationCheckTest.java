package dev.ballast.cli;

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
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AnnotationCheckTest {
  private static final String METRIC = "cpu_usage_avg_5m";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
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
    return IntStream.range(0, 5)
        .mapToObj(i -> node("n" + i, texts.format(0.4, NOW.minusSeconds(60L * i))))
        .toList();
  }

  private static AnnotatedNode node(String name, String text) {
    return new AnnotatedNode(name, List.of(), List.of(), Map.of(METRIC, text));
  }

  private static List<Finding> check(List<AnnotatedNode> nodes) {
    return AnnotationCheck.of(nodes, POLICY, ZoneOffset.UTC, NOW.toEpochMilli());
  }

  @Test
  void of_freshAnnotationsInOurZone_allIsWell() {
    assertThat(check(nodes(ZoneOffset.UTC))).hasSize(2).allMatch(Finding::ok);
  }

  @Test
  void of_stampsOfCranesZone_namesTheZoneToSet() {
    assertThat(check(nodes(ZoneId.of("Asia/Shanghai"))))
        .filteredOn(finding -> !finding.ok())
        .singleElement()
        .asString()
        .startsWith("[!!] time zone: ")
        .contains("5 of 5 nodes", "set annotations.timeZone: Asia/Shanghai");
  }

  @Test
  void of_missingAndUnreadable_areTold() {
    var bare = new AnnotatedNode("bare", List.of(), List.of(), Map.of());
    assertThat(check(List.of(bare)).get(0))
        .hasToString(
            "[!!] annotation cpu_usage_avg_5m: on 0 of 1 nodes: see the log of the annotator that"
                + " leads");
    assertThat(check(List.of(node("odd", "garbage"))).get(0).detail()).contains("unreadable on 1");
  }
}

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
    assertThat(check(nodes(ZoneOffset.UTC))).hasSize(4).allMatch(Finding::ok);
  }

  @Test
  void of_stampsOfCranesZone_namesTheZoneToSet() {
    assertThat(check(nodes(ZoneId.of("Asia/Shanghai"))))
        .filteredOn(finding -> finding.check().equals("time zone"))
        .singleElement()
        .asString()
        .startsWith("[!!] time zone: ")
        .contains("5 of 5 nodes", "set annotations.timeZone: Asia/Shanghai");
  }

  private static Finding clock(Duration ahead) {
    var text = new LoadAnnotations(ZoneOffset.UTC).format(0.4, NOW.plus(ahead));
    var findings = check(List.of(node("n", text)));
    assertThat(findings)
        .filteredOn(finding -> finding.check().equals("time zone"))
        .singleElement()
        .matches(Finding::ok);
    return findings.stream()
        .filter(finding -> finding.check().equals("clock"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void of_clockIsTenMinutesOff_isNamed() {
    assertThat(clock(Duration.ofMinutes(10)))
        .asString()
        .startsWith(
            "[!!] clock: the newest reading is stamped 10m ahead of our clock, more than the clock"
                + " tolerance, 2m");
    assertThat(clock(Duration.ofMinutes(-10)))
        .asString()
        .startsWith("[!!] clock: the newest reading is 10m old by our clock")
        .contains("our clock is ahead of Prometheus'");
    assertThat(clock(Duration.ofMinutes(2)).ok()).isTrue();
    assertThat(clock(Duration.ofSeconds(-599)).ok()).isTrue();
  }

  @Test
  void ofSource_clocksDiffer_saysWhichWay() {
    long now = NOW.toEpochMilli();
    assertThat(ClockCheck.ofSource(now - 120_000, POLICY, now).ok()).isTrue();
    assertThat(ClockCheck.ofSource(now - 600_000, POLICY, now))
        .asString()
        .startsWith("[!!] clock: our clock is 10m ahead of Prometheus', more than");
    assertThat(ClockCheck.ofSource(now + 600_000, POLICY, now))
        .asString()
        .startsWith("[!!] clock: our clock is 10m behind Prometheus'");
  }

  @Test
  void of_frozenExporter_isNamed() {
    var frozen =
        new AnnotatedNode("n7", List.of(), List.of(), Map.of(LoadAnnotations.FROZEN_SINCE, "x"));
    assertThat(check(List.of(frozen)))
        .filteredOn(finding -> finding.check().equals("frozen exporters"))
        .singleElement()
        .asString()
        .contains("[!!]", "on 1 nodes, for example [n7]");
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

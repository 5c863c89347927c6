package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.NodeMatching;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.SampleTimes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SamplingTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);
  private static final SampleTimes TIMES =
      new SampleTimes("x", NodeMatch.INSTANCE, Duration.ofMinutes(10), TWO_MINUTES);
  private static final Set<String> NODES =
      new TreeSet<>(IntStream.range(10, 30).mapToObj(i -> "n" + i).toList());

  /** All nodes sampled five seconds ago, but the first ones at another age; null has no sample. */
  private static Sampling.Samples samples(int others, @Nullable Integer ageSeconds) {
    Map<String, Double> values = new HashMap<>();
    var without = new TreeSet<String>();
    int i = 0;
    for (String node : NODES) {
      @Nullable Integer age = i++ < others ? ageSeconds : Integer.valueOf(5);
      if (age == null) {
        without.add(node);
      } else {
        values.put(node, NOW / 1e3 - age);
      }
    }
    return Sampling.samples(
        new NodeMatching(values, without, Set.of(), 0, List.of(), 0), NODES, NOW, TIMES);
  }

  @Test
  void samples_allYoung_areOkWithTheOldest() {
    var samples = samples(1, 119);
    assertThat(samples.finding())
        .isEqualTo(Finding.ok("samples", "of 20 nodes, none older than 1m59s"));
    assertThat(samples.stopped()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"2, 121, WARNING", "3, 121, BROKEN", "2, , WARNING", "3, , BROKEN"})
  void samples_someStopped_areNamed(int stopped, @Nullable Integer age, Status status) {
    var samples = samples(stopped, age);
    assertThat(samples.finding().status()).isEqualTo(status);
    assertThat(samples.finding().seen())
        .startsWith("stopped or older than 2m on " + stopped + " of 20 nodes, as on n10, n11");
    assertThat(samples.finding().advice()).contains("node_exporter", "ballast.dev/no-load-data");
    assertThat(samples.stopped()).hasSize(stopped).contains("n10", "n11");
  }

  @Test
  void samples_aheadOfPrometheus_areBroken() {
    assertThat(samples(1, -300).finding().seen()).contains("ahead of Prometheus' clock, as of n10");
    assertThat(samples(1, -300).finding().status()).isEqualTo(Status.BROKEN);
  }

  private static Finding interval(int realSeconds, int configuredSeconds, int staleSeconds) {
    var times = IntStream.range(0, 10).mapToObj(i -> NOW + i * 1000L * realSeconds).toList();
    return Sampling.interval(
        times, Duration.ofSeconds(configuredSeconds), Duration.ofSeconds(staleSeconds));
  }

  @ParameterizedTest
  @CsvSource({
    "15, 15, 120, OK",
    "20, 15, 120, OK",
    "30, 15, 120, WARNING",
    "5, 15, 120, WARNING",
    "61, 15, 120, BROKEN",
  })
  void interval_realAndConfigured_areCompared(int real, int configured, int stale, Status status) {
    var finding = interval(real, configured, stale);
    assertThat(finding.status()).isEqualTo(status);
    assertThat(finding.seen()).contains("prometheus.scrapeInterval is " + configured + "s");
    if (status != Status.OK) {
      assertThat(finding.advice()).startsWith("set prometheus.scrapeInterval: ");
    }
  }

  @Test
  void interval_twoSamples_isSkipped() {
    assertThat(Sampling.interval(List.of(NOW, NOW + 1000), TWO_MINUTES, TWO_MINUTES).status())
        .isEqualTo(Status.SKIPPED);
  }

  @Test
  void nodeClocks_oneStandsStill_isNamed() {
    var finding = Sampling.nodeClocks(Map.of("a:9100", -3600.0, "b:9100", 0.2), TWO_MINUTES);
    assertThat(finding.status()).isEqualTo(Status.WARNING);
    assertThat(finding.seen()).isEqualTo("1 clock off, as of a:9100: 1h behind");
    assertThat(finding.advice()).contains("restart its node_exporter");
  }

  @Test
  void nodeClocks_right_areOk() {
    assertThat(Sampling.nodeClocks(Map.of("a:9100", 1.0), TWO_MINUTES).status())
        .isEqualTo(Status.OK);
    assertThat(Sampling.nodeClocks(Map.of(), TWO_MINUTES).status()).isEqualTo(Status.SKIPPED);
  }
}

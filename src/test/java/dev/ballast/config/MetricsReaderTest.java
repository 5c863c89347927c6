package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MetricsReaderTest {
  private static final String[] STOCK = {
    "cpu_usage_avg_5m",
    "cpu_usage_max_avg_1h",
    "cpu_usage_max_avg_1d",
    "mem_usage_avg_5m",
    "mem_usage_max_avg_1h",
    "mem_usage_max_avg_1d"
  };

  private static MetricCatalogue read(String text) {
    Checked<BallastConfiguration> read =
        ConfigurationReader.read(
            YamlSource.of(
                "c",
                "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n"
                    + text));
    assertThat(read.problems()).isEmpty();
    return read.value().orElseThrow().metrics();
  }

  @Test
  void read_absent_nodeExporter() {
    MetricCatalogue catalogue = read("");
    assertThat(catalogue.metrics().keySet()).containsExactly(STOCK);
    assertThat(catalogue.find("cpu_usage_avg_5m"))
        .contains(
            new MetricDefinition(
                "cpu_usage_avg_5m",
                new Query(
                    "clamp_min((1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))"
                        + " / on (instance) (max by (instance) (delta(node_time_seconds[5m]) / 300)"
                        + " or max by (instance) (node_memory_MemTotal_bytes > bool 0))"
                        + " unless on (instance) (time() - node_boot_time_seconds < 300)) > -0.05,"
                        + " 0)",
                    Optional.of("count(node_cpu_seconds_total{mode=\"idle\"})")),
                Unit.FRACTION,
                Resource.CPU,
                MetricKind.MEAN,
                Duration.ofMinutes(5),
                NodeMatch.INSTANCE));
    assertThat(catalogue.find("mem_usage_max_avg_1d"))
        .contains(
            new MetricDefinition(
                "mem_usage_max_avg_1d",
                new MaximumOf("mem_usage_avg_5m"),
                Unit.FRACTION,
                Resource.MEMORY,
                MetricKind.MAX,
                Duration.ofDays(1),
                NodeMatch.INSTANCE));
  }

  @Test
  void read_craneRules_seriesInPercent() {
    MetricCatalogue catalogue = read("metrics: {preset: crane-rules}");
    assertThat(catalogue.metrics().keySet()).containsExactly(STOCK);
    assertThat(catalogue.metrics().values())
        .allSatisfy(
            metric -> {
              assertThat(metric.source()).isEqualTo(new Query(metric.name(), Optional.empty()));
              assertThat(metric.unit()).isEqualTo(Unit.PERCENT);
            });
  }

  @Test
  void read_none_nothing() {
    assertThat(read("metrics: {preset: none}").metrics()).isEmpty();
  }

  @Test
  void sampleTimes_absent_followTheScrapeInterval() {
    assertThat(read("").sampleTimes())
        .isEqualTo(
            new SampleTimes(
                "max by (instance) (timestamp(node_memory_MemTotal_bytes)) or max by (instance)"
                    + " (max_over_time(timestamp(node_memory_MemTotal_bytes)[10m:30s]))",
                NodeMatch.INSTANCE,
                Duration.ofMinutes(10),
                Duration.ofMinutes(2),
                Optional.of(
                    "sum by (instance) (changes(node_cpu_seconds_total{cpu=~\"0|\"}[1m])"
                        + " and count_over_time(node_cpu_seconds_total{cpu=~\"0|\"}[1m]) > 3)"),
                Duration.ofSeconds(45)));
    SampleTimes slow = read("prometheus: {scrapeInterval: 4m}").sampleTimes();
    assertThat(slow.staleAfter()).isEqualTo(Duration.ofMinutes(12));
    assertThat(slow.lookback()).isEqualTo(Duration.ofMinutes(24));
    assertThat(slow.promql()).contains("[24m:30s]");
    assertThat(slow.moving().orElseThrow()).contains("[16m]");
    assertThat(slow.frozenAfter()).isEqualTo(Duration.ofMinutes(12));
  }

  @Test
  void sampleTimes_explicit_asWritten() {
    String text =
        "metrics: {sampleTimes: {promql: t, label: node, by: name, lookback: 1h, staleAfter: 5m}}";
    assertThat(read(text).sampleTimes())
        .isEqualTo(
            new SampleTimes(
                "t",
                new NodeMatch("node", NodeMatch.By.NAME),
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                Optional.empty(),
                Duration.ofSeconds(45)));
  }

  @Test
  void moving_absent_isThePresetsWhereItsSeriesAreRead() {
    assertThat(read("metrics: {preset: crane-rules}").sampleTimes().moving()).isPresent();
    assertThat(read("metrics: {sampleTimes: {staleAfter: 5m}}").sampleTimes().moving()).isPresent();
    assertThat(read("metrics: {preset: none}").sampleTimes().moving()).isEmpty();
    assertThat(read("metrics: {sampleTimes: {promql: other}}").sampleTimes().moving()).isEmpty();
  }

  @Test
  void moving_given_isAsWrittenOrOff() {
    SampleTimes own =
        read("metrics: {preset: none, sampleTimes: {promql: t, moving: m, frozenAfter: 2m}}")
            .sampleTimes();
    assertThat(own.moving()).contains("m");
    assertThat(own.frozenAfter()).isEqualTo(Duration.ofMinutes(2));
    assertThat(read("metrics: {sampleTimes: {moving: none}}").sampleTimes().moving()).isEmpty();
  }

  @Test
  void definitions_explicit_addedAsWritten() {
    MetricCatalogue catalogue =
        read(
            """
            metrics:
              definitions:
                - name: my.org/disk_p95
                  promql: disk
                  seriesCount: count(disk)
                  unit: percent
                  resource: none
                  kind: quantile
                  window: 10m
                  label: node
                  by: internalIP
            """);
    assertThat(catalogue.metrics()).hasSize(STOCK.length + 1);
    assertThat(catalogue.find("my.org/disk_p95"))
        .contains(
            new MetricDefinition(
                "my.org/disk_p95",
                new Query("disk", Optional.of("count(disk)")),
                Unit.PERCENT,
                Resource.NONE,
                MetricKind.QUANTILE,
                Duration.ofMinutes(10),
                new NodeMatch("node", NodeMatch.By.INTERNAL_IP)));
  }

  @Test
  void definitions_presetsName_replacesItAndItsMaximaFollow() {
    MetricCatalogue catalogue =
        read(
            """
            metrics:
              definitions:
                - {name: week, maximumOf: cpu_usage_avg_5m, window: 168h}
                - name: cpu_usage_avg_5m
                  promql: own
                  unit: percent
                  resource: cpu
                  window: 2m
                  label: node
            """);
    NodeMatch node = new NodeMatch("node", NodeMatch.By.ANY);
    assertThat(catalogue.find("cpu_usage_avg_5m").orElseThrow().source())
        .isEqualTo(new Query("own", Optional.empty()));
    assertThat(catalogue.find("week"))
        .contains(
            new MetricDefinition(
                "week",
                new MaximumOf("cpu_usage_avg_5m"),
                Unit.PERCENT,
                Resource.CPU,
                MetricKind.MAX,
                Duration.ofDays(7),
                node));
    assertThat(catalogue.find("cpu_usage_max_avg_1h").orElseThrow())
        .returns(Unit.PERCENT, MetricDefinition::unit)
        .returns(node, MetricDefinition::node);
  }
}

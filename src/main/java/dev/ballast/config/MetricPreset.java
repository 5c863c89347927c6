package dev.ballast.config;

import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.MetricDefinition.Source;
import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The metric catalogues that come with Ballast. All query series that node-exporter begins. */
enum MetricPreset {
  /** node-exporter's own series; Prometheus needs no recording rules. */
  NODE_EXPORTER,
  /** The series of the recording rules that crane installs, in percent. */
  CRANE_RULES,
  /** No metrics but those of the file. */
  NONE;

  /** The presets by the word that a file uses. */
  static final Map<String, MetricPreset> BY_WORD =
      Map.of("node-exporter", NODE_EXPORTER, "crane-rules", CRANE_RULES, "none", NONE);

  private static final Duration MEAN_WINDOW = Duration.ofMinutes(5);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration MIN_STALE_AFTER = Duration.ofMinutes(2);
  private static final Duration MIN_LOOKBACK = Duration.ofMinutes(10);
  private static final int MISSED_SCRAPES = 3;

  /*
   * Each query folds the series of one instance into one, as two jobs may scrape the same node, and
   * keeps no label but the instance.
   *
   * CPU: the mean over CPUs of the share of time that was not idle. rate() divides by the whole
   * window even where samples fill a part of it only, so a node that has just appeared would look
   * busy, and its maxima would keep that. The node's own clock over the same scrapes falls short by
   * the same factor and cancels it; an exporter without a clock counts as complete. Idle time before
   * a reboot is lost to the counter, so for one window after a boot there is no reading.
   * Clocks jitter, so an idle node may come out a hair below 0; more than that is no reading.
   *
   * Memory: available is what can be had without swapping; its mean is set against the total of now.
   */
  private static final Query CPU =
      new Query(
          "clamp_min((1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[5m]))"
              + " / on (instance) (max by (instance) (delta(node_time_seconds[5m]) / 300)"
              + " or max by (instance) (node_memory_MemTotal_bytes > bool 0))"
              + " unless on (instance) (time() - node_boot_time_seconds < 300)) > -0.05, 0)",
          Optional.of("count(node_cpu_seconds_total{mode=\"idle\"})"));
  private static final Query MEMORY =
      new Query(
          "1 - avg by (instance) (avg_over_time(node_memory_MemAvailable_bytes[5m]))"
              + " / avg by (instance) (node_memory_MemTotal_bytes)",
          Optional.empty());

  /** The preset's catalogue where nodes are scraped that often. */
  MetricCatalogue catalogue(Duration scrapeInterval) {
    return new MetricCatalogue(metrics(), sampleTimes(scrapeInterval));
  }

  Map<String, MetricDefinition> metrics() {
    return switch (this) {
      case NODE_EXPORTER -> {
        List<MetricDefinition> all =
            List.of(
                mean("cpu", CPU, Unit.FRACTION),
                maximum("cpu", HOUR, new MaximumOf("cpu_usage_avg_5m"), Unit.FRACTION),
                maximum("cpu", DAY, new MaximumOf("cpu_usage_avg_5m"), Unit.FRACTION),
                mean("mem", MEMORY, Unit.FRACTION),
                maximum("mem", HOUR, new MaximumOf("mem_usage_avg_5m"), Unit.FRACTION),
                maximum("mem", DAY, new MaximumOf("mem_usage_avg_5m"), Unit.FRACTION));
        yield byName(all);
      }
      case CRANE_RULES -> {
        List<MetricDefinition> all =
            List.of(
                mean("cpu", series("cpu_usage_avg_5m"), Unit.PERCENT),
                maximum("cpu", HOUR, series("cpu_usage_max_avg_1h"), Unit.PERCENT),
                maximum("cpu", DAY, series("cpu_usage_max_avg_1d"), Unit.PERCENT),
                mean("mem", series("mem_usage_avg_5m"), Unit.PERCENT),
                maximum("mem", HOUR, series("mem_usage_max_avg_1h"), Unit.PERCENT),
                maximum("mem", DAY, series("mem_usage_max_avg_1d"), Unit.PERCENT));
        yield byName(all);
      }
      case NONE -> Map.of();
    };
  }

  /** How long a node may be without samples: three scrapes, and not under two minutes. */
  static Duration staleAfter(Duration scrapeInterval) {
    return max(MIN_STALE_AFTER, scrapeInterval.multipliedBy(MISSED_SCRAPES));
  }

  /** How far back samples are looked for: far enough to see that they stopped. */
  static Duration lookback(Duration staleAfter) {
    return max(MIN_LOOKBACK, staleAfter.multipliedBy(2));
  }

  /**
   * The time of each instance's newest sample. After a failed scrape an instant selector finds
   * nothing at once (Prometheus marks the series stale), so what vanished is looked for in the
   * past.
   */
  static String newestSample(Duration lookback) {
    String time = "timestamp(node_memory_MemTotal_bytes)";
    return String.format(
        "max by (instance) (%s) or max by (instance) (max_over_time(%s[%s:30s]))",
        time, time, Durations.format(lookback));
  }

  /** How long counters may stand still: three scrapes. */
  static Duration frozenAfter(Duration scrapeInterval) {
    return scrapeInterval.multipliedBy(MISSED_SCRAPES);
  }

  /**
   * How often a counter of CPU time changed within the last four scrapes of each instance; 0 when
   * all modes stand still, so that their sum does. Only series with all four samples count: what
   * has just appeared or missed a scrape is not judged. A counter that starts again at 0 has
   * changed. One CPU is enough, as an exporter reads all of them at once, and on large nodes it
   * saves most of the series; counters that were summed up over CPUs before have no such label.
   */
  static String moving(Duration scrapeInterval) {
    String window = Durations.format(scrapeInterval.multipliedBy(MISSED_SCRAPES + 1));
    String counters = "node_cpu_seconds_total{cpu=~\"0|\"}[" + window + "]";
    return String.format(
        "sum by (instance) (changes(%s) and count_over_time(%s) > %d)",
        counters, counters, MISSED_SCRAPES);
  }

  /** The query for frozen exporters that comes with the preset; both read node-exporter's. */
  Optional<String> presetMoving(Duration scrapeInterval) {
    return this == NONE ? Optional.empty() : Optional.of(moving(scrapeInterval));
  }

  private SampleTimes sampleTimes(Duration scrapeInterval) {
    Duration staleAfter = staleAfter(scrapeInterval);
    Duration lookback = lookback(staleAfter);
    return new SampleTimes(
        newestSample(lookback),
        NodeMatch.INSTANCE,
        lookback,
        staleAfter,
        presetMoving(scrapeInterval),
        frozenAfter(scrapeInterval));
  }

  private static Query series(String name) {
    return new Query(name, Optional.empty());
  }

  private static MetricDefinition mean(String prefix, Source source, Unit unit) {
    return new MetricDefinition(
        prefix + "_usage_avg_5m",
        source,
        unit,
        resource(prefix),
        MetricKind.MEAN,
        MEAN_WINDOW,
        NodeMatch.INSTANCE);
  }

  private static MetricDefinition maximum(
      String prefix, Duration window, Source source, Unit unit) {
    return new MetricDefinition(
        prefix + "_usage_max_avg_" + (window.equals(DAY) ? "1d" : "1h"),
        source,
        unit,
        resource(prefix),
        MetricKind.MAX,
        window,
        NodeMatch.INSTANCE);
  }

  private static Resource resource(String prefix) {
    return prefix.equals("cpu") ? Resource.CPU : Resource.MEMORY;
  }

  private static Map<String, MetricDefinition> byName(List<MetricDefinition> all) {
    return all.stream()
        .collect(
            Collectors.toMap(
                MetricDefinition::name, d -> d, (first, second) -> second, LinkedHashMap::new));
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}

package dev.ballast.config;

import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.NodeMatch.By;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.MetricDefinition.Source;
import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads the section {@code metrics} of the configuration: a preset, and definitions that add to it
 * or replace its metrics by name.
 */
final class MetricsReader {
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** Instead of a query: none is asked. */
  private static final String OFF = "none";

  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Map<String, Unit> UNITS =
      Map.of("fraction", Unit.FRACTION, "percent", Unit.PERCENT);
  private static final Map<String, Resource> RESOURCES =
      Map.of("cpu", Resource.CPU, "memory", Resource.MEMORY, "none", Resource.NONE);
  private static final Map<String, MetricKind> KINDS =
      Map.of(
          "mean", MetricKind.MEAN,
          "max", MetricKind.MAX,
          "quantile", MetricKind.QUANTILE,
          "stdev", MetricKind.STDEV);
  private static final Map<String, By> BYS =
      Map.of("any", By.ANY, "internalIP", By.INTERNAL_IP, "name", By.NAME);

  private final Map<String, MetricDefinition> metrics;
  private final Map<String, YamlValue> places = new HashMap<>();
  private final Set<String> maxima = new HashSet<>();

  private MetricsReader(MetricPreset preset) {
    this.metrics = new LinkedHashMap<>(preset.metrics());
  }

  static MetricCatalogue read(Optional<YamlMap> section, Duration scrapeInterval) {
    return section
        .map(map -> read(map, scrapeInterval))
        .orElseGet(() -> MetricPreset.NODE_EXPORTER.catalogue(scrapeInterval));
  }

  private static MetricCatalogue read(YamlMap map, Duration scrapeInterval) {
    MetricPreset preset =
        map.get("preset", MetricPreset.NODE_EXPORTER, value -> value.choice(MetricPreset.BY_WORD));
    MetricsReader reader = new MetricsReader(preset);
    List<YamlValue> items = map.get("definitions").map(YamlValue::items).orElse(List.of());
    reader.readDefinitions(items);
    Optional<YamlMap> times = map.map("sampleTimes");
    if (preset == MetricPreset.NONE
        && !items.isEmpty()
        && times.flatMap(t -> t.get("promql")).isEmpty()) {
      map.errorAt(
          "preset",
          "preset none does not know when a node was last scraped: give metrics.sampleTimes.promql");
    }
    SampleTimes sampleTimes =
        times
            .map(t -> sampleTimes(t, preset, scrapeInterval))
            .orElse(preset.catalogue(scrapeInterval).sampleTimes());
    map.finish();
    return new MetricCatalogue(reader.metrics, sampleTimes);
  }

  private static SampleTimes sampleTimes(
      YamlMap map, MetricPreset preset, Duration scrapeInterval) {
    Duration staleAfter =
        map.duration("staleAfter", MetricPreset.staleAfter(scrapeInterval), SECOND);
    Duration lookback = map.duration("lookback", MetricPreset.lookback(staleAfter), SECOND);
    if (lookback.compareTo(staleAfter) < 0) {
      map.errorAt(
          "lookback",
          String.format(
              "lookback is %s, shorter than staleAfter, %s: a node would count as stopped before it"
                  + " is; give %s or more",
              Durations.format(lookback),
              Durations.format(staleAfter),
              Durations.format(staleAfter)));
    }
    SampleTimes times =
        new SampleTimes(
            map.text("promql", MetricPreset.newestSample(lookback)),
            nodeMatch(map, NodeMatch.INSTANCE),
            lookback,
            staleAfter,
            moving(map, preset, scrapeInterval),
            map.duration("frozenAfter", MetricPreset.frozenAfter(scrapeInterval), SECOND));
    map.finish();
    return times;
  }

  /**
   * With a query for the times of other series, the preset's query would look at the wrong ones.
   */
  private static Optional<String> moving(
      YamlMap map, MetricPreset preset, Duration scrapeInterval) {
    Optional<String> text = map.get("moving").flatMap(YamlValue::text);
    if (text.isPresent()) {
      return text.filter(t -> !t.equals(OFF));
    }
    return map.get("promql").isPresent() ? Optional.empty() : preset.presetMoving(scrapeInterval);
  }

  /** Queries first: a maximum takes what it does not say from the metric that it samples. */
  private void readDefinitions(List<YamlValue> items) {
    List<Draft> drafts = items.stream().flatMap(item -> draft(item).stream()).toList();
    for (Draft draft : drafts) {
      if (draft.map().get("maximumOf").isPresent()) {
        maxima.add(draft.name());
      } else {
        put(query(draft.map(), draft.name()));
      }
    }
    for (Draft draft : drafts) {
      draft.map().get("maximumOf").ifPresent(of -> put(maximum(draft.map(), draft.name(), of)));
      draft.map().finish();
    }
    metrics.replaceAll((name, metric) -> inherit(metric));
    metrics.values().forEach(this::checkMaximum);
  }

  /** An entry whose name is read; one that is named like an earlier one is reported. */
  private Optional<Draft> draft(YamlValue item) {
    Optional<YamlMap> map = item.map();
    Optional<YamlValue> at = map.flatMap(m -> m.require("name"));
    Optional<String> name = at.flatMap(MetricNames::read);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    if (at.isPresent() && name.isPresent()) {
      YamlValue first = places.putIfAbsent(name.get(), at.get());
      if (first != null) {
        at.get()
            .error(
                String.format(
                    "the metric %s is defined twice, first in line %d: keep one",
                    Quoted.text(name.get()), first.line()));
      }
    }
    return Optional.of(new Draft(name.orElse(""), map.get()));
  }

  private void put(Optional<MetricDefinition> definition) {
    definition.filter(d -> !d.name().isEmpty()).ifPresent(d -> metrics.put(d.name(), d));
  }

  private static Optional<MetricDefinition> query(YamlMap map, String name) {
    Optional<YamlValue> promql = map.get("promql");
    if (promql.isEmpty()) {
      map.self().error("promql is missing: add a query here, or maximumOf with another metric");
    }
    Optional<String> text = promql.flatMap(YamlValue::text);
    Optional<String> seriesCount = map.get("seriesCount").flatMap(YamlValue::text);
    Unit unit = map.get("unit", Unit.FRACTION, value -> value.choice(UNITS));
    Optional<Resource> resource = map.require("resource").flatMap(v -> v.choice(RESOURCES));
    MetricKind kind = map.get("kind", MetricKind.MEAN, value -> value.choice(KINDS));
    Optional<Duration> window = map.require("window").flatMap(value -> value.duration(SECOND));
    NodeMatch node = nodeMatch(map, NodeMatch.INSTANCE);
    if (text.isEmpty() || resource.isEmpty() || window.isEmpty()) {
      return Optional.empty();
    }
    Source source = new Query(text.get(), seriesCount);
    return Optional.of(
        new MetricDefinition(name, source, unit, resource.get(), kind, window.get(), node));
  }

  private Optional<MetricDefinition> maximum(YamlMap map, String name, YamlValue of) {
    map.refuse("promql", "and maximumOf exclude each other: keep one");
    for (String key : List.of("unit", "seriesCount", "label", "by")) {
      map.refuse(key, "is that of the metric named by maximumOf: remove it");
    }
    map.get("kind")
        .filter(kind -> kind.choice(KINDS).filter(k -> k != MetricKind.MAX).isPresent())
        .ifPresent(kind -> kind.error("a metric with maximumOf is of kind max: remove kind"));
    Optional<Duration> window = map.require("window").flatMap(value -> value.duration(SECOND));
    Optional<Resource> resource = map.get("resource").flatMap(v -> v.choice(RESOURCES));
    Optional<MetricDefinition> sampled = of.text().flatMap(text -> sampled(of, text));
    if (sampled.isEmpty() || window.isEmpty()) {
      return Optional.empty();
    }
    MetricDefinition base = sampled.get();
    if (window.get().compareTo(base.window()) < 0) {
      map.errorAt(
          "window",
          String.format(
              "window is shorter than that of %s, %s: give more",
              Quoted.text(base.name()), Durations.format(base.window())));
    }
    return Optional.of(
        new MetricDefinition(
            name,
            new MaximumOf(base.name()),
            base.unit(),
            resource.orElse(base.resource()),
            MetricKind.MAX,
            window.get(),
            base.node()));
  }

  private Optional<MetricDefinition> sampled(YamlValue of, String name) {
    Optional<MetricDefinition> base = Optional.ofNullable(metrics.get(name));
    if (maxima.contains(name) || base.filter(b -> b.source() instanceof MaximumOf).isPresent()) {
      of.error(
          String.format(
              "maximumOf names %s, which is a maximum itself: name a metric with a query",
              Quoted.text(name)));
      return Optional.empty();
    }
    if (base.isEmpty() && !places.containsKey(name)) {
      of.error(
          String.format(
              "maximumOf names %s, which is not in the catalogue: name another metric or define"
                  + " it%s",
              Quoted.text(name), Similar.question(name, metrics.keySet())));
    }
    return base;
  }

  /** A maximum with unit and node of the metric that it samples, which may have been replaced. */
  private MetricDefinition inherit(MetricDefinition metric) {
    if (!(metric.source() instanceof MaximumOf of)) {
      return metric;
    }
    MetricDefinition base = metrics.getOrDefault(of.metric(), metric);
    return new MetricDefinition(
        metric.name(),
        of,
        base.unit(),
        metric.resource(),
        metric.kind(),
        metric.window(),
        base.node());
  }

  private void checkMaximum(MetricDefinition metric) {
    if (metric.source() instanceof MaximumOf of
        && metrics.getOrDefault(of.metric(), metric).source() instanceof MaximumOf) {
      YamlValue at = places.getOrDefault(metric.name(), places.get(of.metric()));
      if (at != null) {
        at.error(
            String.format(
                "%s is the maximum of %s, which has no query of its own now: define both anew",
                Quoted.text(metric.name()), Quoted.text(of.metric())));
      }
    }
  }

  private static NodeMatch nodeMatch(YamlMap map, NodeMatch fallback) {
    String label =
        map.text(
            "label",
            fallback.label(),
            text ->
                LABEL.matcher(text).matches()
                    ? Optional.empty()
                    : Optional.of("is not a label of Prometheus: use letters, digits and '_'"));
    return new NodeMatch(label, map.get("by", fallback.by(), value -> value.choice(BYS)));
  }

  /**
   * An entry of the list.
   *
   * @param name the metric; empty when it has no valid name
   */
  private record Draft(String name, YamlMap map) {}
}

package dev.ballast.annotator;

import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.config.SampleTimes;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Nodes, a source of load and a clock that tests move by hand. */
final class World implements MetricSource, NodePatcher, Leadership {
  static final long START = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
  static final LoadAnnotations TEXTS = new LoadAnnotations(ZoneOffset.UTC);
  static final String TIMES = "times";
  static final String CPU = "cpu_usage_avg_5m";
  static final String MEM = "mem_usage_avg_5m";
  static final String CPU_MAX = "cpu_usage_max_avg_1h";

  /** A patch as it was sent. */
  record Sent(long millis, String node, Map<String, Optional<String>> annotations) {}

  long now = START;
  boolean leads = true;
  final Map<String, AnnotatedNode> nodes = new TreeMap<>();
  final List<Sent> sent = new ArrayList<>();
  final List<String> asked = new ArrayList<>();

  /** Values by query and label; a query that is not there fails. */
  final Map<String, Map<String, Double>> values = new HashMap<>();

  /** Failures by query. */
  final Map<String, SourceException> failures = new HashMap<>();

  /** What the history of a query says at a time; NaN leaves the sample out. */
  Function<Instant, Double> history = time -> Double.NaN;

  long maxRangeSteps = Long.MAX_VALUE;
  OptionalDouble count = OptionalDouble.empty();
  Outcome outcome = Outcome.WRITTEN;

  /** When set, patches complete only when the test completes them. */
  boolean slowPatches;

  final List<CompletableFuture<Patched>> open = new ArrayList<>();
  final Metrics metrics = new Metrics();

  /** The pods that wait for load, by UID. */
  final Map<String, Demand> waiting = new TreeMap<>();

  /** crane's hot values above 0 at a time, by node. */
  LongFunction<Optional<Map<String, Integer>>> hotValues = time -> Optional.empty();

  /** The nodes that are refused, by the least cores of a pod that is too much for them. */
  final Map<String, Double> refused = new TreeMap<>();

  static MetricDefinition query(String name) {
    return new MetricDefinition(
        name,
        new Query("q:" + name, Optional.empty()),
        Unit.FRACTION,
        Resource.CPU,
        MetricKind.MEAN,
        Duration.ofMinutes(5),
        NodeMatch.INSTANCE);
  }

  static MetricDefinition maximum(String name, String base, Duration window) {
    return new MetricDefinition(
        name,
        new MaximumOf(base),
        Unit.FRACTION,
        Resource.CPU,
        MetricKind.MAX,
        window,
        NodeMatch.INSTANCE);
  }

  static MetricCatalogue catalogue(MetricDefinition... definitions) {
    Map<String, MetricDefinition> byName = new LinkedHashMap<>();
    for (MetricDefinition definition : definitions) {
      byName.put(definition.name(), definition);
    }
    return new MetricCatalogue(
        byName,
        new SampleTimes(TIMES, NodeMatch.INSTANCE, Duration.ofHours(1), Duration.ofMinutes(2)));
  }

  static DynamicSchedulerPolicy policy(List<SyncPolicy> syncs, PredicatePolicy... predicates) {
    return DynamicSchedulerPolicy.of(
        Dialect.BALLAST,
        List.of("load-aware-scheduler"),
        syncs,
        List.of(predicates),
        List.of(),
        List.of());
  }

  static SyncPolicy minutes(String metric, int minutes) {
    return SyncPolicy.of(metric, Duration.ofMinutes(minutes));
  }

  /** Cpu every three minutes with limit 0.65. */
  static DynamicSchedulerPolicy cpuPolicy() {
    return policy(List.of(minutes(CPU, 3)), new PredicatePolicy(CPU, 0.65));
  }

  static AnnotatedNode node(String name, Map<String, String> annotations) {
    return new AnnotatedNode(name, List.of(), List.of(), annotations);
  }

  static String text(double value, long millis) {
    return TEXTS.format(value, Instant.ofEpochMilli(millis));
  }

  static String time(long millis) {
    return TEXTS.formatTime(Instant.ofEpochMilli(millis));
  }

  void addNodes(String... names) {
    for (String name : names) {
      nodes.put(name, node(name, Map.of()));
    }
  }

  /** Sets a node's value of a metric, sampled just now. */
  void measure(String metric, String node, double value) {
    values.computeIfAbsent("q:" + metric, q -> new TreeMap<>()).put(node, value);
    sample(node, now);
  }

  void sample(String node, long millis) {
    values.computeIfAbsent(TIMES, q -> new TreeMap<>()).put(node, millis / 1e3);
  }

  void fail(String query, Cause cause) {
    failures.put(query, new SourceException(cause, "query '" + query + "': " + cause));
  }

  Annotator annotator(DynamicSchedulerPolicy policy, MetricCatalogue catalogue, int writes) {
    return annotator(
        policy, catalogue, new AnnotatorSettings(0.01, writes, 5_000_000, ZoneOffset.UTC));
  }

  Annotator annotator(
      DynamicSchedulerPolicy policy, MetricCatalogue catalogue, AnnotatorSettings settings) {
    return new Annotator(
        policy,
        catalogue,
        this,
        this,
        this,
        () -> List.copyOf(nodes.values()),
        new PodSources(() -> waiting, this::accepting, time -> hotValues.apply(time)),
        metrics,
        () -> now,
        settings);
  }

  /** Runs the annotator until a time, as its thread would. */
  void runUntil(Annotator annotator, long millis) throws InterruptedException {
    while (now <= millis) {
      long next = annotator.runOnce(now);
      now = Math.max(next, now + 1);
    }
    now = millis;
  }

  private Set<String> accepting(Demand incoming, long nowMillis) {
    Set<String> names = new TreeSet<>(nodes.keySet());
    names.removeIf(n -> incoming.filterCpu() >= refused.getOrDefault(n, Double.POSITIVE_INFINITY));
    return names;
  }

  /** The wake-ups sent so far, as seconds since the start and node. */
  List<String> wakeUps() {
    return sent.stream()
        .filter(patch -> patch.annotations().containsKey(LoadAnnotations.ACCEPTING_SINCE))
        .map(patch -> (patch.millis() - START) / 1000 + " " + patch.node())
        .toList();
  }

  Optional<Measurement> reading(String node, String metric) {
    return Optional.ofNullable(annotations(node).get(metric)).flatMap(TEXTS::parse);
  }

  Map<String, String> annotations(String node) {
    AnnotatedNode known = nodes.get(node);
    return known == null ? Map.of() : known.annotations();
  }

  Set<String> writtenNodes() {
    Set<String> names = new TreeSet<>();
    sent.forEach(patch -> names.add(patch.node()));
    return names;
  }

  double lost(String metric, LossCause cause) {
    return metrics.readingsLost.labelValues(metric, cause.label()).get();
  }

  @Override
  public InstantAnswer query(String promql, String label) throws SourceException {
    asked.add(promql);
    SourceException failure = failures.get(promql);
    if (failure != null) {
      throw failure;
    }
    List<Sample> samples = new ArrayList<>();
    values.getOrDefault(promql, Map.of()).forEach((l, v) -> samples.add(new Sample(l, v)));
    return new InstantAnswer(
        samples.isEmpty() ? Instant.EPOCH : Instant.ofEpochMilli(now), samples, 0);
  }

  @Override
  public OptionalDouble queryNumber(String promql) throws SourceException {
    asked.add(promql);
    return count;
  }

  @Override
  public void queryRange(
      String promql, String label, Instant start, Instant end, Duration step, RangeSink sink)
      throws SourceException {
    long steps = Duration.between(start, end).dividedBy(step) + 1;
    asked.add("range:" + promql + ":" + steps);
    SourceException failure = failures.get("range:" + promql);
    if (failure != null) {
      throw failure;
    }
    if (steps > maxRangeSteps) {
      throw SourceException.ofStatus(422, "too many samples");
    }
    for (String node : nodes.keySet()) {
      for (Instant t = start; !t.isAfter(end); t = t.plus(step)) {
        double value = history.apply(t);
        if (!Double.isNaN(value)) {
          sink.accept(node, t.toEpochMilli(), value);
        }
      }
    }
  }

  @Override
  public CompletionStage<Patched> patch(String node, Map<String, Optional<String>> annotations) {
    sent.add(new Sent(now, node, annotations));
    if (outcome == Outcome.WRITTEN) {
      apply(node, annotations);
    }
    Patched patched = new Patched(outcome, 100, "because");
    if (!slowPatches) {
      return CompletableFuture.completedFuture(patched);
    }
    CompletableFuture<Patched> later = new CompletableFuture<>();
    open.add(later);
    return later;
  }

  private void apply(String node, Map<String, Optional<String>> annotations) {
    Map<String, String> merged = new HashMap<>(annotations(node));
    annotations.forEach(
        (key, text) -> {
          if (text.isPresent()) {
            merged.put(key, text.get());
          } else {
            merged.remove(key);
          }
        });
    nodes.put(node, node(node, merged));
  }

  @Override
  public boolean leads(long nowMillis) {
    return leads;
  }
}

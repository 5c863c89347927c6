package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.ballast.config.ConfigurationReader;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.MetricDefinition.Source;
import dev.ballast.config.MetricDefinition.Unit;
import dev.ballast.config.SampleTimes;
import dev.ballast.config.YamlSource;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.Resource;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.prometheus.PrometheusClient;
import dev.ballast.prometheus.PrometheusConfigs;
import dev.ballast.prometheus.RealPrometheus;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The annotator with a real Prometheus that scrapes 20 nodes; only the API server is replaced. */
final class AnnotatorIT {
  private static final int NODES = 20;
  private static final String CPU = "cpu_usage_avg_30s";
  private static final String MEM = "mem_usage_avg_30s";
  private static final String CPU_MAX = "cpu_usage_max_avg_1m";
  private static final String CPU_QUERY =
      "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[30s]))";
  private static final String MEM_QUERY =
      "100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)";

  /** Evaluations by query and time: the same one serves many nodes. */
  private static final Map<String, Map<String, Double>> EVALUATED = new HashMap<>();

  @TempDir private static Path folder;
  private static NodeExporters exporters;
  private static RealPrometheus prometheus;

  @BeforeAll
  static void start() throws Exception {
    exporters = new NodeExporters(NODES);
    prometheus = RealPrometheus.start(folder, exporters.configuration());
  }

  @AfterAll
  static void stop() {
    prometheus.close();
    exporters.close();
  }

  /** Nodes that take patches at once, as the API server and an informer would. */
  private static final class Cluster implements NodePatcher {
    private final Map<String, AnnotatedNode> nodes = new ConcurrentHashMap<>();

    Cluster() {
      for (int i = 0; i < NODES; i++) {
        put(i, Map.of());
      }
    }

    private void put(int node, Map<String, String> annotations) {
      String name = "node-" + node;
      nodes.put(
          name,
          new AnnotatedNode(
              name, List.of(NodeExporters.address(node)), List.of(name), annotations));
    }

    Map<String, String> annotations(int node) {
      AnnotatedNode known = nodes.get("node-" + node);
      return known == null ? Map.of() : known.annotations();
    }

    Optional<Measurement> reading(int node, String metric) {
      return Optional.ofNullable(annotations(node).get(metric)).flatMap(World.TEXTS::parse);
    }

    Collection<AnnotatedNode> all() {
      return List.copyOf(nodes.values());
    }

    @Override
    public CompletionStage<Patched> patch(String node, Map<String, Optional<String>> annotations) {
      int number = Integer.parseInt(node.substring("node-".length()));
      Map<String, String> merged = new HashMap<>(annotations(number));
      annotations.forEach(
          (key, text) -> text.ifPresentOrElse(t -> merged.put(key, t), () -> merged.remove(key)));
      put(number, merged);
      return CompletableFuture.completedFuture(new Patched(Outcome.WRITTEN, 1, ""));
    }
  }

  private static MetricDefinition metric(
      String name, Source source, Unit unit, MetricKind kind, int windowSeconds) {
    return new MetricDefinition(
        name,
        source,
        unit,
        Resource.CPU,
        kind,
        Duration.ofSeconds(windowSeconds),
        NodeMatch.INSTANCE);
  }

  private static MetricCatalogue catalogue() {
    Map<String, MetricDefinition> metrics = new LinkedHashMap<>();
    for (MetricDefinition metric :
        List.of(
            metric(
                CPU,
                new Query(CPU_QUERY, Optional.of("count(node_cpu_seconds_total{mode=\"idle\"})")),
                Unit.FRACTION,
                MetricKind.MEAN,
                30),
            metric(MEM, new Query(MEM_QUERY, Optional.empty()), Unit.PERCENT, MetricKind.MEAN, 30),
            metric(CPU_MAX, new MaximumOf(CPU), Unit.FRACTION, MetricKind.MAX, 60))) {
      metrics.put(metric.name(), metric);
    }
    return new MetricCatalogue(
        metrics,
        new SampleTimes(
            "max by (instance) (max_over_time(timestamp(node_memory_MemTotal_bytes)[60s:1s]))",
            NodeMatch.INSTANCE,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            preset().moving(),
            preset().frozenAfter()));
  }

  /** The preset's own query for frozen exporters, at a scrape a second. */
  private static SampleTimes preset() {
    return ConfigurationReader.read(
            YamlSource.of(
                "test",
                """
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: BallastConfiguration
                prometheus: {scrapeInterval: 1s}
                """))
        .value()
        .orElseThrow()
        .metrics()
        .sampleTimes();
  }

  private static DynamicSchedulerPolicy policy() {
    return World.policy(
        List.of(CPU, MEM, CPU_MAX).stream()
            .map(name -> new SyncPolicy(name, Duration.ofSeconds(3), Duration.ofSeconds(20)))
            .toList(),
        new PredicatePolicy(CPU, 0.65));
  }

  private static Annotator annotator(Cluster cluster, MetricSource client, Metrics metrics) {
    return new Annotator(
        policy(),
        catalogue(),
        client,
        cluster,
        now -> true,
        cluster::all,
        PodSources.NONE,
        metrics,
        System::currentTimeMillis,
        new AnnotatorSettings(0.01, 100, 5_000_000, ZoneOffset.UTC));
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (condition.call()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("after 60 s still not: " + what);
  }

  /** Hands queries on and notes when the source evaluated those for cpu. */
  private record Noting(MetricSource source, NavigableSet<Long> cpuMillis) implements MetricSource {
    @Override
    public InstantAnswer query(String promql, String label)
        throws SourceException, InterruptedException {
      InstantAnswer answer = source.query(promql, label);
      if (promql.equals(CPU_QUERY)) {
        cpuMillis.add(answer.evaluatedAt().toEpochMilli());
      }
      return answer;
    }

    @Override
    public OptionalDouble queryNumber(String promql) throws SourceException, InterruptedException {
      return source.queryNumber(promql);
    }

    @Override
    public void queryRange(
        String promql, String label, Instant start, Instant end, Duration step, RangeSink sink)
        throws SourceException, InterruptedException {
      source.queryRange(promql, label, start, end, step, sink);
    }
  }

  /** What Prometheus says of a time, asked without the client that is under test. */
  private static Map<String, Double> evaluate(String query, long epochMillis)
      throws IOException, InterruptedException {
    Map<String, Double> known = EVALUATED.get(query + "@" + epochMillis);
    if (known != null && known.size() == NODES) {
      return known;
    }
    String path =
        "/api/v1/query?time="
            + BigDecimal.valueOf(epochMillis, 3)
            + "&query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8);
    Map<String, Double> values = new HashMap<>();
    for (JsonNode series :
        new ObjectMapper().readTree(prometheus.get(path).body()).at("/data/result")) {
      values.put(
          series.at("/metric/instance").asText(),
          Double.parseDouble(series.at("/value/1").asText()));
    }
    EVALUATED.put(query + "@" + epochMillis, values);
    return values;
  }

  @Test
  void annotator_realPrometheus_writesWhatItSaysAndMarksNodesThatStop() throws Exception {
    Cluster cluster = new Cluster();
    Metrics metrics = new Metrics();
    NavigableSet<Long> sweeps = new ConcurrentSkipListSet<>();
    try (PrometheusClient client = new PrometheusClient(PrometheusConfigs.of(prometheus.url()));
        Annotator annotator = annotator(cluster, new Noting(client, sweeps), metrics)) {
      annotator.start();
      for (int i = 0; i < NODES; i++) {
        int node = i;
        await(
            "node " + node + " has all readings",
            () -> cluster.annotations(node).keySet().containsAll(List.of(CPU, MEM, CPU_MAX)));
      }
      await("the values are those of Prometheus", () -> agrees(cluster, sweeps));

      exporters.stopped.add(7);
      await("node 7 is stale", () -> cluster.annotations(7).containsKey(STALE_SINCE));
      long since =
          World.TEXTS
              .parseTime(cluster.annotations(7).getOrDefault(STALE_SINCE, ""))
              .orElseThrow()
              .toEpochMilli();
      for (String metric : List.of(CPU, MEM, CPU_MAX)) {
        assertThat(cluster.reading(7, metric).orElseThrow().epochMillis())
            .isLessThanOrEqualTo(since);
      }
      assertThat(System.currentTimeMillis() - since).isBetween(5_000L, 60_000L);
      assertThat(cluster.annotations(8)).doesNotContainKey(STALE_SINCE);
      assertThat(metrics.staleNodes.get()).isEqualTo(1);

      exporters.stopped.clear();
      await("node 7 is back", () -> !cluster.annotations(7).containsKey(STALE_SINCE));
      assertThat(cluster.reading(7, MEM).orElseThrow().epochMillis()).isGreaterThan(since);
      assertThat(metrics.sweeps.labelValues(CPU, "ok").get()).isPositive();
    }
  }

  @Test
  void annotator_exporterStandsStill_isMarkedAndComesBackWithTrueReadings() throws Exception {
    Cluster cluster = new Cluster();
    Metrics metrics = new Metrics();
    try (PrometheusClient client = new PrometheusClient(PrometheusConfigs.of(prometheus.url()));
        Annotator annotator = annotator(cluster, client, metrics)) {
      annotator.start();
      await("node 3 has a reading", () -> cluster.annotations(3).containsKey(CPU));
      await("node 4 has a reading", () -> cluster.annotations(4).containsKey(CPU));

      exporters.freeze(3);
      await("node 3 is frozen", () -> cluster.annotations(3).containsKey(FROZEN_SINCE));
      Map<String, String> before = cluster.annotations(3);
      long since =
          World.TEXTS.parseTime(before.getOrDefault(FROZEN_SINCE, "")).orElseThrow().toEpochMilli();
      await(
          "node 4 has a much newer reading",
          () -> cluster.reading(4, CPU).orElseThrow().epochMillis() > since + 12_000);
      assertThat(cluster.annotations(3)).isEqualTo(before).doesNotContainKey(STALE_SINCE);
      assertThat(cluster.annotations(4)).doesNotContainKey(FROZEN_SINCE);
      assertThat(metrics.frozenNodes.get()).isEqualTo(1);

      exporters.thaw(3);
      await("node 3 is back", () -> !cluster.annotations(3).containsKey(FROZEN_SINCE));
      Measurement back = cluster.reading(3, CPU).orElseThrow();
      assertThat(back.epochMillis()).isGreaterThan(since);
      assertThat(back.value()).isCloseTo(NodeExporters.cpu(3), within(0.05));
    } finally {
      exporters.thaw(3);
    }
  }

  /** Each value on a node is what Prometheus says of the time of the sweep that it came from. */
  private static boolean agrees(Cluster cluster, NavigableSet<Long> sweeps)
      throws IOException, InterruptedException {
    for (int i = 0; i < NODES; i++) {
      String instance = NodeExporters.address(i) + ":9100";
      Measurement cpu = cluster.reading(i, CPU).orElseThrow();
      Measurement memory = cluster.reading(i, MEM).orElseThrow();
      Measurement maximum = cluster.reading(i, CPU_MAX).orElseThrow();
      Long evaluated = sweeps.ceiling(cpu.epochMillis());
      if (evaluated == null) {
        return false;
      }
      double cpuThen = evaluate(CPU_QUERY, evaluated).getOrDefault(instance, Double.NaN);
      double memoryThen = evaluate(MEM_QUERY, evaluated).getOrDefault(instance, Double.NaN);
      double maximumThen =
          evaluate("max_over_time((" + CPU_QUERY + ")[1m:1s])", maximum.epochMillis())
              .getOrDefault(instance, Double.NaN);
      boolean same =
          Math.abs(cpu.value() - cpuThen) < 1e-4
              && Math.abs(cpu.value() - NodeExporters.cpu(i)) < 0.05
              && Math.abs(100 * memory.value() - memoryThen) < 0.002
              && Math.abs(maximum.value() - maximumThen) < 0.1;
      if (!same) {
        return false;
      }
    }
    return true;
  }

  @Test
  void annotator_loginPageInPlaceOfPrometheus_writesNothing() throws Exception {
    HttpServer page =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    page.createContext(
        "/",
        exchange -> {
          byte[] html = "<html>Sign in</html>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, html.length);
          exchange.getResponseBody().write(html);
          exchange.close();
        });
    page.start();
    Cluster cluster = new Cluster();
    Metrics metrics = new Metrics();
    String url = "http://127.0.0.1:" + page.getAddress().getPort();
    try (PrometheusClient client = new PrometheusClient(PrometheusConfigs.of(url));
        Annotator annotator = annotator(cluster, client, metrics)) {
      annotator.start();
      await(
          "two sweeps have failed",
          () -> metrics.sweeps.labelValues(CPU, LossCause.SAMPLE_TIMES_FAILED.label()).get() >= 2);
      for (int i = 0; i < NODES; i++) {
        assertThat(cluster.annotations(i)).isEmpty();
      }
    } finally {
      page.stop(0);
    }
  }
}

package dev.ballast.cli.doctor;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.NodeMatching;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.prometheus.PrometheusClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/** All that is asked of Prometheus, in the order in which one fault explains the next. */
final class SourceChecks {
  static final String OWNER = "Prometheus";
  private static final String SAMPLE_TIMES = "sampleTimes";

  /** The selector whose times the default query of sample times asks for. */
  private static final Pattern TIMED = Pattern.compile("timestamp\\(([a-zA-Z_:][a-zA-Z0-9_:]*)\\)");

  private static final String CLOCKS =
      "max by (instance) (node_time_seconds - timestamp(node_time_seconds))";

  private final BallastConfiguration configuration;
  private final DynamicSchedulerPolicy policy;
  private final Optional<Collection<AnnotatedNode>> nodes;
  private final Optional<Set<String>> expected;
  private final LongSupplier clockMillis;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> stopped = new HashSet<>();
  private Optional<ClockCheck.Clock> clock = Optional.empty();

  /**
   * Checks of the source.
   *
   * @param nodes the nodes, where they are known
   * @param expected names of those that should give load
   */
  SourceChecks(
      BallastConfiguration configuration,
      DynamicSchedulerPolicy policy,
      Optional<Collection<AnnotatedNode>> nodes,
      Optional<Set<String>> expected,
      LongSupplier clockMillis) {
    this.configuration = configuration;
    this.policy = policy;
    this.nodes = nodes;
    this.expected = expected;
    this.clockMillis = clockMillis;
  }

  /** The clock of Prometheus, after the checks have run. */
  Optional<ClockCheck.Clock> clock() {
    return clock;
  }

  /** Nodes whose samples have stopped, after the checks have run. */
  Set<String> stopped() {
    return Set.copyOf(stopped);
  }

  /** Runs the checks. */
  List<Finding> findings() throws InterruptedException {
    var url = configuration.prometheus().url();
    if (url.isEmpty()) {
      findings.add(
          Finding.skipped(
              PrometheusCheck.NAME,
              "prometheus.url is not configured",
              "give the annotator's configuration by --config"));
      return findings;
    }
    try (var client = new PrometheusClient(configuration.prometheus())) {
      if (reached(client, url.get().toString())) {
        Optional<InstantAnswer> times = sampleTimes(client);
        times.ifPresent(this::nodesOfSamples);
        if (times.isPresent()) {
          interval(client, times.get());
        }
        nodeClocks(client);
        queries(client, times.isPresent());
      }
    }
    return findings;
  }

  private boolean reached(PrometheusClient client, String url) throws InterruptedException {
    long before = clockMillis.getAsLong();
    try {
      var info = client.serverInfo();
      long after = clockMillis.getAsLong();
      findings.add(PrometheusCheck.reached(url, info, Duration.ofMillis(after - before)));
      clock = ClockCheck.Clock.of(OWNER, info.date(), before, after);
      return true;
    } catch (SourceException e) {
      findings.add(PrometheusCheck.unreached(e));
      findings.add(Finding.skipped(QueryCheck.QUERY, "Prometheus does not answer", ""));
      return false;
    }
  }

  private Optional<InstantAnswer> sampleTimes(PrometheusClient client) throws InterruptedException {
    var times = configuration.metrics().sampleTimes();
    return ask(client, SAMPLE_TIMES, times.promql(), times.node());
  }

  /** The answer, if it has series that have the label; what is wrong otherwise is told. */
  private Optional<InstantAnswer> ask(
      PrometheusClient client, String subject, String promql, NodeMatch by)
      throws InterruptedException {
    try {
      var answer = client.query(promql, by.label());
      findings.add(QueryCheck.answered(answer, promql, by.label()).of(subject));
      return Optional.of(answer).filter(a -> !a.samples().isEmpty());
    } catch (SourceException e) {
      findings.add(QueryCheck.failed(e).of(subject));
      return Optional.empty();
    }
  }

  private void nodesOfSamples(InstantAnswer answer) {
    if (nodes.isEmpty() || expected.isEmpty()) {
      return;
    }
    var times = configuration.metrics().sampleTimes();
    var match = NodeMatching.largest(answer, nodes.get(), times.node());
    if (match.values().isEmpty()) {
      findings.add(
          QueryCheck.matched(match, expected.get(), nodes.get(), times.node()).of(SAMPLE_TIMES));
      return;
    }
    var samples =
        Sampling.samples(match, expected.get(), answer.evaluatedAt().toEpochMilli(), times);
    findings.add(samples.finding());
    stopped.addAll(samples.stopped());
  }

  private void interval(PrometheusClient client, InstantAnswer answer) throws InterruptedException {
    var times = configuration.metrics().sampleTimes();
    var configured = configuration.prometheus().scrapeInterval();
    var timed = TIMED.matcher(times.promql());
    if (!timed.find()) {
      findings.add(
          Finding.skipped(Sampling.INTERVAL, "sampleTimes asks for no timestamp(METRIC)", ""));
      return;
    }
    String label = times.node().label();
    String newest = newest(answer).replace("\\", "\\\\").replace("\"", "\\\"");
    var lookback = Math.max(60, 10 * configured.toSeconds());
    String selector = "%s{%s=\"%s\"}[%ds]".formatted(timed.group(1), label, newest, lookback);
    var samples = new ArrayList<Long>();
    try {
      client.querySamples(selector, label, (found, millis, value) -> samples.add(millis));
      findings.add(Sampling.interval(samples, configured, times.staleAfter()));
    } catch (SourceException e) {
      findings.add(Finding.skipped(Sampling.INTERVAL, String.valueOf(e.getMessage()), ""));
    }
  }

  /** The label of the series with the newest sample: one that is scraped now. */
  private static String newest(InstantAnswer answer) {
    Sample newest = answer.samples().get(0);
    for (Sample sample : answer.samples()) {
      newest = sample.value() > newest.value() ? sample : newest;
    }
    return newest.label();
  }

  private void nodeClocks(PrometheusClient client) throws InterruptedException {
    var ahead = new HashMap<String, Double>();
    try {
      for (Sample sample : client.query(CLOCKS, NodeMatch.INSTANCE.label()).samples()) {
        ahead.put(sample.label(), sample.value());
      }
      findings.add(Sampling.nodeClocks(ahead, policy.data().clockTolerance()));
    } catch (SourceException e) {
      findings.add(Finding.skipped(Sampling.NODE_CLOCKS, String.valueOf(e.getMessage()), ""));
    }
  }

  private void queries(PrometheusClient client, boolean samples) throws InterruptedException {
    var missingRules = new ArrayList<String>();
    for (var metric : asked().entrySet()) {
      Query query = (Query) metric.getValue().source();
      if (QueryCheck.asksForRule(query.promql()) && samples && isEmpty(client, query.promql())) {
        missingRules.add(query.promql().strip());
        continue;
      }
      ask(client, metric.getKey(), query.promql(), metric.getValue().node())
          .ifPresent(answer -> nodesOf(metric.getValue(), answer));
    }
    if (!missingRules.isEmpty()) {
      findings.add(QueryCheck.rules(missingRules));
    }
  }

  /** The queries behind the policy's metrics; one may serve several. */
  private Map<String, MetricDefinition> asked() {
    var asked = new LinkedHashMap<String, MetricDefinition>();
    for (var sync : policy.syncPolicies()) {
      Optional<MetricDefinition> metric = configuration.metrics().find(sync.name());
      if (metric.isPresent() && metric.get().source() instanceof MetricDefinition.MaximumOf max) {
        metric = configuration.metrics().find(max.metric());
      }
      if (metric.filter(m -> m.source() instanceof Query).isEmpty()) {
        findings.add(
            Finding.broken(
                    QueryCheck.QUERY,
                    "is not in the metric catalogue",
                    "add it to metrics.definitions, or correct the policy")
                .of(sync.name()));
      } else {
        asked.put(metric.get().name(), metric.get());
      }
    }
    return asked;
  }

  private static boolean isEmpty(PrometheusClient client, String promql)
      throws InterruptedException {
    try {
      return client.queryNumber("count(" + promql + ")").orElse(0) == 0;
    } catch (SourceException e) {
      return false; // the query itself tells it
    }
  }

  private void nodesOf(MetricDefinition metric, InstantAnswer answer) {
    NodeMatch by = metric.node();
    if (nodes.isPresent() && expected.isPresent()) {
      var match = NodeMatching.single(answer, nodes.get(), by);
      var names = new HashSet<>(expected.get());
      names.removeAll(stopped);
      findings.add(QueryCheck.matched(match, names, nodes.get(), by).of(metric.name()));
      if (!match.values().isEmpty()) {
        findings.add(QueryCheck.values(match.values(), metric).of(metric.name()));
      }
    }
  }
}

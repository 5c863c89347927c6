package dev.ballast.annotator;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.Schedule.Job;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.NodeMatch.By;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.config.SampleTimes;
import dev.ballast.load.Measurement;
import dev.ballast.metrics.Metrics;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Reads the metrics that are due for all nodes: one query a metric, and one before them for the
 * times of the raw samples, and one that tells which exporters are frozen. For one thread.
 */
final class Sweeper {
  private static final String SAMPLE_TIMES = "sample_times";
  private static final String MOVING = "moving";

  private final MetricSource source;
  private final SampleTimes times;
  private final FrozenExporters frozen;
  private final Maxima maxima;
  private final Schedule schedule;
  private final Metrics metrics;
  private final FailureLog failures;
  private final LongSupplier clock;
  private final Map<String, Integer> seriesInAnswers = new HashMap<>();

  /**
   * What was read. A metric that failed has no readings.
   *
   * @param states the state of each node's samples; empty when it could not be asked for
   * @param readings readings to be written, by node and metric
   * @param failed names of metrics whose query failed
   * @param evaluatedMillis the source's clock
   */
  record Sweep(
      Map<String, SampleState> states,
      Map<String, Map<String, Measurement>> readings,
      Set<String> failed,
      long evaluatedMillis) {}

  Sweeper(
      MetricSource source,
      SampleTimes times,
      FrozenExporters frozen,
      Maxima maxima,
      Schedule schedule,
      Metrics metrics,
      FailureLog failures,
      LongSupplier clock) {
    this.source = source;
    this.times = times;
    this.frozen = frozen;
    this.maxima = maxima;
    this.schedule = schedule;
    this.metrics = metrics;
    this.failures = failures;
    this.clock = clock;
  }

  /** Series in the last answer for a metric; 0 when there was none. */
  int seriesInAnswer(String metric) {
    return seriesInAnswers.getOrDefault(metric, 0);
  }

  /**
   * Reads what is due.
   *
   * @param carriesLoad nodes that carry load annotations
   * @param leads asked before each query; what is not asked for counts as failed
   */
  Sweep sweep(
      List<Job> due,
      Collection<AnnotatedNode> nodes,
      Predicate<AnnotatedNode> carriesLoad,
      BooleanSupplier leads)
      throws InterruptedException {
    Map<By, NodeIndex> indexes = new EnumMap<>(By.class);
    Optional<InstantAnswer> answer =
        ask(SAMPLE_TIMES, times.promql(), times.node().label(), Optional.empty());
    if (answer.isEmpty()) {
      return withoutSampleTimes(due, nodes.size());
    }
    NodeIndex index = indexes.computeIfAbsent(times.node().by(), by -> NodeIndex.of(nodes, by));
    SeriesMatch match = SeriesMatch.largest(answer.get(), index);
    tellMatch(SAMPLE_TIMES, times.node().label(), match);
    if (match.matched() == 0) { // wrong labels, rather than no sample of any node
      return withoutSampleTimes(due, nodes.size());
    }
    long evaluated = answer.get().evaluatedAt().toEpochMilli();
    Map<String, SampleState> states = SampleState.of(match, evaluated, times, nodes, carriesLoad);
    if (times.moving().isPresent() && leads.getAsBoolean()) {
      frozen.mark(states, moved(times.moving().get(), index), nodes, evaluated);
    }
    metrics.staleNodes.set(count(states, SampleState.Stale.class));
    metrics.frozenNodes.set(count(states, SampleState.Frozen.class));
    Sweep sweep = new Sweep(states, new HashMap<>(), new HashSet<>(), evaluated);
    readQueries(sweep, due, nodes, indexes, leads);
    readMaxima(sweep, due);
    return sweep;
  }

  /** How much the counters of nodes moved; empty when that cannot be known. */
  private Map<String, Double> moved(String promql, NodeIndex index) throws InterruptedException {
    Optional<InstantAnswer> answer = ask(MOVING, promql, times.node().label(), Optional.empty());
    if (answer.isEmpty()) {
      return Map.of();
    }
    SeriesMatch match = SeriesMatch.largest(answer.get(), index);
    tellMatch(MOVING, times.node().label(), match);
    return match.values();
  }

  private static double count(Map<String, SampleState> states, Class<? extends SampleState> state) {
    return states.values().stream().filter(state::isInstance).count();
  }

  private Sweep withoutSampleTimes(List<Job> due, int nodes) {
    Set<String> failed = new HashSet<>();
    for (Job job : due) {
      String metric = job.metric().name();
      failed.add(metric);
      metrics.sweeps.labelValues(metric, LossCause.SAMPLE_TIMES_FAILED.label()).inc();
      lose(metric, LossCause.SAMPLE_TIMES_FAILED, nodes);
    }
    return new Sweep(Map.of(), Map.of(), failed, 0);
  }

  private void readQueries(
      Sweep sweep,
      List<Job> due,
      Collection<AnnotatedNode> nodes,
      Map<By, NodeIndex> indexes,
      BooleanSupplier leads)
      throws InterruptedException {
    Set<String> asked = new HashSet<>();
    for (Job job : due) {
      MetricDefinition metric = job.metric();
      if (!(metric.source() instanceof Query query) || !asked.add(metric.name())) {
        continue;
      }
      Optional<InstantAnswer> answer =
          leads.getAsBoolean()
              ? ask(
                  metric.name(), query.promql(), metric.node().label(), Optional.of(metric.name()))
              : Optional.empty();
      if (answer.isEmpty()) {
        sweep.failed().add(metric.name());
        continue;
      }
      NodeIndex index = indexes.computeIfAbsent(metric.node().by(), by -> NodeIndex.of(nodes, by));
      SeriesMatch match = SeriesMatch.single(answer.get(), index);
      tellMatch(metric.name(), metric.node().label(), match);
      boolean written = due.stream().anyMatch(j -> j.metric().equals(metric) && j.isWritten());
      take(sweep, metric, match, written);
    }
  }

  private void take(Sweep sweep, MetricDefinition metric, SeriesMatch match, boolean written) {
    Map<LossCause, Integer> lost = new EnumMap<>(LossCause.class);
    sweep
        .states()
        .forEach(
            (node, state) -> {
              Reading reading = reading(node, state, metric, match);
              if (reading instanceof Reading.Lost none) {
                lost.merge(none.cause(), 1, Integer::sum);
              } else if (reading instanceof Reading.Value value
                  && state instanceof SampleState.Fresh fresh) {
                maxima.feed(metric.name(), node, fresh.epochMillis(), value.fraction());
                if (written) {
                  put(sweep, node, metric.name(), value.fraction(), fresh);
                }
              }
            });
    lost.forEach((cause, count) -> lose(metric.name(), cause, count));
  }

  private static Reading reading(
      String node, SampleState state, MetricDefinition metric, SeriesMatch match) {
    Optional<LossCause> loss = state.loss();
    if (loss.isPresent()) {
      return new Reading.Lost(loss.get());
    }
    LossCause ambiguous = match.lost().get(node);
    if (ambiguous != null) {
      return new Reading.Lost(ambiguous);
    }
    Double value = match.values().get(node);
    return value == null ? new Reading.Lost(LossCause.NO_SERIES) : Reading.of(value, metric.unit());
  }

  private void readMaxima(Sweep sweep, List<Job> due) {
    for (Job job : due) {
      if (!(job.metric().source() instanceof MetricDefinition.MaximumOf maximum)) {
        continue;
      }
      String metric = job.metric().name();
      long feedMillis = schedule.feedPeriodMillis(maximum.metric());
      Map<LossCause, Integer> lost = new EnumMap<>(LossCause.class);
      sweep
          .states()
          .forEach(
              (node, state) -> {
                if (state instanceof SampleState.Fresh fresh) {
                  Reading reading =
                      maxima.read(
                          metric, node, fresh.epochMillis(), sweep.evaluatedMillis(), feedMillis);
                  if (reading instanceof Reading.Value value) {
                    put(sweep, node, metric, value.fraction(), fresh);
                  } else if (reading instanceof Reading.Lost none) {
                    lost.merge(none.cause(), 1, Integer::sum);
                  }
                } else {
                  state.loss().ifPresent(cause -> lost.merge(cause, 1, Integer::sum));
                }
              });
      lost.forEach((cause, count) -> lose(metric, cause, count));
      worked(metric);
    }
  }

  private void worked(String metric) {
    metrics.sweeps.labelValues(metric, "ok").inc();
    metrics.lastSweep.labelValues(metric).set(clock.getAsLong() / 1e3);
  }

  private static void put(
      Sweep sweep, String node, String metric, double fraction, SampleState.Fresh fresh) {
    sweep
        .readings()
        .computeIfAbsent(node, n -> new HashMap<>())
        .put(metric, new Measurement(fraction, fresh.epochMillis()));
  }

  /** Asks, measures, counts and logs; an answer without series is a failure. */
  private Optional<InstantAnswer> ask(
      String what, String promql, String label, Optional<String> countedAs)
      throws InterruptedException {
    long start = clock.getAsLong();
    try {
      InstantAnswer answer = source.query(promql, label);
      int series = answer.samples().size();
      if (series > 0) {
        seriesInAnswers.put(what, series);
        failures.worked("Reading " + what);
        countedAs.ifPresent(this::worked);
        return Optional.of(answer);
      }
      countedAs.ifPresent(metric -> metrics.sweeps.labelValues(metric, "empty").inc());
      failures.failed("Reading " + what, empty(promql, label, answer.unlabelled()));
    } catch (SourceException e) {
      String outcome = e.reason().name().toLowerCase(Locale.ROOT);
      countedAs.ifPresent(metric -> metrics.sweeps.labelValues(metric, outcome).inc());
      failures.failed("Reading " + what, String.valueOf(e.getMessage()));
    } finally {
      metrics.sourceSeconds.labelValues(what).observe((clock.getAsLong() - start) / 1e3);
    }
    return Optional.empty();
  }

  private static String empty(String promql, String label, int unlabelled) {
    return unlabelled == 0
        ? "query '" + promql + "' answers no series; check that the metrics it reads are scraped"
        : unlabelled
            + " series of query '"
            + promql
            + "' have no label '"
            + label
            + "'; keep it in the query's aggregation or set another label";
  }

  private void tellMatch(String what, String label, SeriesMatch match) {
    metrics.unmatchedSeries.labelValues(what).set(match.unmatched());
    metrics.ambiguousNodes.labelValues(what).set(match.lost().size());
    String matching = "Matching " + what + " with nodes";
    if (match.matched() == 0) {
      failures.failed(
          matching,
          "none of "
              + (match.unmatched() + match.lost().size())
              + " series names one node by label '"
              + label
              + "', for example "
              + match.unmatchedExamples()
              + "; check the metric's node match");
    } else if (!match.lost().isEmpty()) {
      failures.failed(
          matching,
          match.lost().size()
              + " nodes have several series or share one, for example "
              + match.lost().keySet().stream().sorted().limit(3).toList()
              + "; aggregate the query to one series a node");
    } else {
      failures.worked(matching);
    }
  }

  private void lose(String metric, LossCause cause, int count) {
    metrics.readingsLost.labelValues(metric, cause.label()).inc(count);
  }
}

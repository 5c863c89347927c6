package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.HOT_VALUE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;

import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.Schedule.Job;
import dev.ballast.annotator.Sweeper.Sweep;
import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.config.MetricDefinition.Query;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The annotator: while it leads, it reads the load of all nodes by the policy's periods, writes on
 * each node what is new, and wakes pods that were refused when a node accepts them again. One
 * thread does everything; {@link #start} and {@link #close} may be called from any and more than
 * once.
 */
public final class Annotator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Annotator.class);

  /** How often leadership is asked for when nothing else is to be done. */
  private static final long IDLE_MILLIS = 1000;

  private static final long AFTER_ERROR_MILLIS = 5000;
  private static final long JOIN_MILLIS = 5000;

  /** Part of the shortest period over which writes are spread. */
  private static final double SPREAD = 0.8;

  private final MetricSource source;
  private final Leadership leadership;
  private final Supplier<? extends Collection<AnnotatedNode>> nodes;
  private final Metrics metrics;
  private final LongSupplier clock;
  private final List<String> warnings;
  private final Schedule schedule;
  private final Maxima maxima;
  private final List<HistoryFill> fills;
  private final FailureLog failures = new FailureLog();
  private final FrozenExporters frozen;
  private final Sweeper sweeper;
  private final WriteDecision decision;
  private final WriteQueue queue = new WriteQueue();
  private final Writer writer;
  private final Optional<HotValueWrites> hotValues;
  private final WakeUps wakeUps;
  private final Semaphore signals = new Semaphore(0);
  private boolean leading;
  private @Nullable Thread thread;
  private volatile boolean closed;

  /**
   * An annotator that does nothing before {@link #start}.
   *
   * @param nodes the nodes as they are known now, called from the annotator's thread; all of them
   *     or none: what is kept of a node goes with it
   * @param clock milliseconds since the epoch
   */
  public Annotator(
      DynamicSchedulerPolicy policy,
      MetricCatalogue catalogue,
      MetricSource source,
      NodePatcher patcher,
      Leadership leadership,
      Supplier<? extends Collection<AnnotatedNode>> nodes,
      PodSources pods,
      Metrics metrics,
      LongSupplier clock,
      AnnotatorSettings settings) {
    this.source = source;
    this.leadership = leadership;
    this.nodes = nodes;
    this.metrics = metrics;
    this.clock = clock;
    this.warnings =
        policy.syncPolicies().stream()
            .flatMap(sync -> unreadable(sync.name(), catalogue).stream())
            .toList();
    List<SyncPolicy> readable =
        policy.syncPolicies().stream()
            .filter(sync -> unreadable(sync.name(), catalogue).isEmpty())
            .toList();
    this.schedule = new Schedule(readable, catalogue);
    this.maxima = new Maxima(readable, catalogue);
    this.fills =
        maxima.groups().stream().map(g -> new HistoryFill(g, settings.maxSeriesSteps())).toList();
    this.frozen =
        new FrozenExporters(
            catalogue.sampleTimes().frozenAfter(), longestMean(readable, catalogue));
    this.sweeper =
        new Sweeper(
            source, catalogue.sampleTimes(), frozen, maxima, schedule, metrics, failures, clock);
    LoadAnnotations texts = new LoadAnnotations(settings.zone());
    this.decision = new WriteDecision(policy, texts, settings.minChange());
    this.writer =
        new Writer(
            queue,
            patcher,
            leadership,
            metrics,
            clock,
            settings.maxWritesPerSecond(),
            signals::release);
    this.hotValues =
        policy.hotValues().isEmpty()
            ? Optional.empty()
            : Optional.of(new HotValueWrites(pods.hotValues(), queue, texts));
    this.wakeUps = new WakeUps(pods, writer, texts, metrics);
  }

  /** The longest window of a mean that is read, for a maximum or for itself. */
  private static Duration longestMean(List<SyncPolicy> readable, MetricCatalogue catalogue) {
    return readable.stream()
        .flatMap(sync -> catalogue.find(sync.name()).stream())
        .flatMap(
            metric ->
                metric.source() instanceof MaximumOf maximum
                    ? catalogue.find(maximum.metric()).stream()
                    : Stream.of(metric))
        .filter(metric -> metric.kind() == MetricKind.MEAN)
        .map(MetricDefinition::window)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static Optional<String> unreadable(String name, MetricCatalogue catalogue) {
    Optional<MetricDefinition> metric = catalogue.find(name);
    if (metric.isEmpty()) {
      return Optional.of(
          "the policy's metric '"
              + name
              + "' is not in the metric catalogue: it is not read; add it");
    }
    if (metric.get().source() instanceof MaximumOf maximum
        && !catalogue.find(maximum.metric()).map(m -> m.source() instanceof Query).orElse(false)) {
      return Optional.of(
          "metric '"
              + name
              + "' is the maximum of '"
              + maximum.metric()
              + "', which is no query of the metric catalogue: it is not read; add it");
    }
    return Optional.empty();
  }

  /** Starts the thread. */
  public synchronized void start() {
    if (thread != null || closed) {
      return;
    }
    warnings.forEach(LOG::warn);
    Thread started = new Thread(this::loop, "annotator");
    started.setDaemon(true);
    started.start();
    thread = started;
  }

  /**
   * Ends the thread and waits some seconds for it. Patches under way are not called back; a query
   * under way ends with its source.
   */
  @Override
  public synchronized void close() {
    closed = true;
    Thread started = thread;
    if (started == null) {
      return;
    }
    started.interrupt();
    try {
      started.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loop() {
    try {
      while (!closed) {
        long wakeAt;
        try {
          wakeAt = runOnce(clock.getAsLong());
        } catch (RuntimeException e) {
          LOG.error("The annotator goes on after an error of its own", e);
          wakeAt = clock.getAsLong() + AFTER_ERROR_MILLIS;
        }
        long pause = wakeAt - clock.getAsLong();
        if (signals.tryAcquire(Math.max(0, pause), TimeUnit.MILLISECONDS)) {
          signals.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("The annotator ends");
    }
  }

  /**
   * Does what is due: sweeps, writes, a step of history.
   *
   * @return when to call again, at the latest
   */
  long runOnce(long nowMillis) throws InterruptedException {
    if (!leadership.leads(nowMillis)) {
      resign();
      writer.run(nowMillis); // settles what is still under way
      return nowMillis + IDLE_MILLIS;
    }
    if (!leading) {
      leading = true;
      metrics.leader.set(1);
      schedule.begin(nowMillis);
    }
    List<Job> due = schedule.due(nowMillis);
    boolean noNodes = !due.isEmpty() && !sweep(due, nowMillis);
    write(clock.getAsLong());
    boolean more = fillHistory(clock.getAsLong());
    long now = clock.getAsLong();
    long next = Math.min(now + IDLE_MILLIS, wakeUps.nextMillis());
    if (!noNodes) {
      next = Math.min(next, schedule.nextMillis());
    }
    next = Math.min(next, writer.nextMillis(now).orElse(Long.MAX_VALUE));
    return more ? now : Math.max(now, next);
  }

  private void write(long nowMillis) {
    hotValues.ifPresent(each -> each.run(nodes.get(), nowMillis));
    writer.run(nowMillis);
    wakeUps.run(nowMillis);
  }

  /** A slow source must not hold up what waits; false when this process leads no more. */
  private boolean writeBetweenQueries() {
    long now = clock.getAsLong();
    boolean leads = leadership.leads(now);
    if (leads) {
      write(now);
    }
    return leads;
  }

  private void resign() {
    if (leading) {
      leading = false;
      metrics.leader.set(0);
      writer.drop();
      hotValues.ifPresent(HotValueWrites::reset);
      wakeUps.reset();
      maxima.clear();
      frozen.clear();
      fills.forEach(HistoryFill::reset);
    }
  }

  /** Reads what is due and queues what is worth a write; false when no node is known yet. */
  private boolean sweep(List<Job> due, long nowMillis) throws InterruptedException {
    Collection<AnnotatedNode> known = nodes.get();
    if (known.isEmpty()) {
      return false;
    }
    Set<String> names = new HashSet<>();
    known.forEach(node -> names.add(node.name()));
    maxima.retain(names);
    writer.retain(names);
    Sweep sweep = sweeper.sweep(due, known, decision::carriesLoad, this::writeBetweenQueries);
    long after = clock.getAsLong();
    metrics.sweepSeconds.observe((after - nowMillis) / 1e3);
    for (Job job : due) {
      schedule.done(job, sweep.failed().contains(job.metric().name()), nowMillis);
    }
    fills.forEach(HistoryFill::resume);
    if (leadership.leads(after)) { // else the next run resigns
      for (AnnotatedNode node : known) {
        decide(node, sweep, after);
      }
      queue.spread(after, (long) (SPREAD * schedule.shortestPeriodMillis()));
    }
    return true;
  }

  private void decide(AnnotatedNode node, Sweep sweep, long nowMillis) {
    SampleState state = sweep.states().get(node.name());
    if (state instanceof SampleState.Frozen frozenNow) {
      queue.outdate(node.name(), (key, text) -> !key.equals(HOT_VALUE));
      add(node, decision.whenFrozen(node, frozenNow), nowMillis);
    } else if (state instanceof SampleState.Stale stale) {
      queue.outdate(node.name(), (key, text) -> !key.equals(HOT_VALUE));
      long sent = writer.newestSentMillis(node.name());
      add(node, decision.whenStale(node, stale, sent, sweep.evaluatedMillis()), nowMillis);
    } else if (state instanceof SampleState.Fresh) {
      Map<String, Measurement> readings = sweep.readings().getOrDefault(node.name(), Map.of());
      queue.outdate(
          node.name(),
          (key, text) ->
              readings.containsKey(key)
                  || ((key.equals(STALE_SINCE) || key.equals(FROZEN_SINCE)) && text.isPresent()));
      add(node, decision.whenFresh(node, readings, nowMillis), nowMillis);
    }
  }

  private void add(AnnotatedNode node, Optional<Write> write, long nowMillis) {
    write.ifPresent(w -> queue.add(node.name(), w, nowMillis));
  }

  /** Takes one step of history; true when there is more to do at once. */
  private boolean fillHistory(long nowMillis) throws InterruptedException {
    for (HistoryFill fill : fills) {
      if (!fill.isReady() || !leadership.leads(nowMillis)) {
        continue;
      }
      boolean waited = !fill.isSettled();
      try {
        step(fill, nowMillis);
        failures.worked("Reading " + fill.name());
      } catch (SourceException e) {
        failures.failed(
            "Reading " + fill.name(), e.getMessage() + "; it is tried again with the next sweep");
      }
      long now = clock.getAsLong();
      metrics.sourceSeconds.labelValues(fill.name()).observe((now - nowMillis) / 1e3);
      if (fill.isComplete() || (waited && fill.isSettled())) {
        fill.maxima().forEach(maximum -> schedule.release(maximum, now));
      }
      return true;
    }
    return false;
  }

  private void step(HistoryFill fill, long nowMillis) throws SourceException, InterruptedException {
    NodeIndex index = NodeIndex.of(nodes.get(), fill.nodeMatch());
    fill.step(source, index, sweeper.seriesInAnswer(fill.base()), nowMillis);
  }
}

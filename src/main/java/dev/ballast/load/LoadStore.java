package dev.ballast.load;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The one writer of the {@link LoadSnapshot}: takes the annotations of nodes as they change and
 * publishes a new snapshot. Changes that arrive before the publishing runs are published together,
 * so a burst of events costs one snapshot, which is a copy of one array unless nodes came or went.
 * Safe for use by many threads; readers never wait.
 */
public final class LoadStore {
  /** Told of annotation text that is no reading. */
  public interface Listener {
    void unreadable(String node, String key, String text);
  }

  private static final int FIRST_CAPACITY = 64;

  private final MetricTable metrics;
  private final LoadAnnotations annotations;
  private final Executor publisher;
  private final Listener listener;
  private final ZoneHint zoneHint;

  // All guarded by this.
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private @Nullable NodeLoad[] loads = new NodeLoad[FIRST_CAPACITY];
  private int size;
  private boolean renamed;
  private boolean publishing;

  private volatile LoadSnapshot snapshot = LoadSnapshot.EMPTY;

  /**
   * A store without nodes.
   *
   * @param publisher runs the publishing; one that runs it at once makes every change visible when
   *     the call returns, one that delays it makes changes travel together. What it rejects is
   *     published at once
   */
  public LoadStore(
      MetricTable metrics, LoadAnnotations annotations, Executor publisher, Listener listener) {
    this.metrics = metrics;
    this.annotations = annotations;
    this.publisher = publisher;
    this.listener = listener;
    this.zoneHint = new ZoneHint();
  }

  /** The newest snapshot. */
  public LoadSnapshot snapshot() {
    return snapshot;
  }

  /** The metrics that snapshots hold. */
  public MetricTable metrics() {
    return metrics;
  }

  /** Takes a node's annotations, new or changed. */
  public void put(String node, Map<String, String> texts, long nowMillis) {
    put(node, NodeFacts.UNKNOWN, texts, nowMillis);
  }

  /** Takes a node's facts and annotations, new or changed. */
  public void put(String node, NodeFacts facts, Map<String, String> texts, long nowMillis) {
    var read = read(node, facts, texts);
    synchronized (this) {
      int number = numbers.computeIfAbsent(node, this::enter);
      @Nullable NodeLoad before = loads[number];
      var load = read.number(number).build(before, nowMillis);
      loads[number] = load;
      if (before != null) {
        observeZone(node, before, load, nowMillis);
      }
      changed();
    }
  }

  /** The number of a new node. */
  private int enter(String node) {
    renamed = true;
    if (!free.isEmpty()) {
      return free.pop();
    }
    if (size == loads.length) {
      loads = Arrays.copyOf(loads, 2 * size);
    }
    return size++;
  }

  /** Forgets a node. */
  public synchronized void remove(String node) {
    @Nullable Integer number = numbers.remove(node);
    if (number != null) {
      loads[number] = null;
      free.push(number);
      renamed = true;
    }
    zoneHint.forget(node);
    changed();
  }

  /**
   * Numbers the nodes in the order in which they are listed, and publishes that, unless lists
   * follow the numbers already.
   *
   * @return whether there was something to do
   */
  public synchronized boolean reorder() {
    var order = snapshot.names().order();
    if (renamed || order.isEmpty()) { // other names mean other numbers
      return false;
    }
    @Nullable NodeLoad[] before = loads;
    loads = new NodeLoad[Math.max(FIRST_CAPACITY, size)];
    int next = 0;
    for (int number : order.numbers(size)) {
      @Nullable NodeLoad load = before[number];
      if (load != null) {
        loads[next] = load.numbered(next);
        numbers.put(load.name(), next++);
      }
    }
    size = next;
    free.clear();
    renamed = true;
    publish();
    return true;
  }

  /** By how much most nodes' stamps are off, when that looks like a time zone. */
  public synchronized Optional<ZoneHint.Hint> zoneHint() {
    return zoneHint.shared();
  }

  private void changed() {
    if (!publishing) {
      publishing = true;
      try {
        publisher.execute(this::publish);
      } catch (RejectedExecutionException e) {
        publish();
      }
    }
  }

  private synchronized void publish() {
    publishing = false;
    var names = renamed ? names() : snapshot.names();
    renamed = false;
    snapshot = new LoadSnapshot(snapshot.version() + 1, names, Arrays.copyOf(loads, size));
  }

  private NodeNames names() {
    var names = new String[size];
    numbers.forEach((name, number) -> names[number] = name);
    return new NodeNames(names);
  }

  private NodeLoad.Builder read(String node, NodeFacts facts, Map<String, String> texts) {
    var builder = NodeLoad.builder(metrics).name(node).facts(facts);
    for (int i = 0; i < metrics.size(); i++) {
      int metric = i;
      measurement(node, metrics.name(i), texts).ifPresent(m -> builder.reading(metric, m));
    }
    measurement(node, LoadAnnotations.HOT_VALUE, texts).ifPresent(builder::hotValue);
    time(node, LoadAnnotations.STALE_SINCE, texts)
        .ifPresent(since -> builder.staleSince(since.toEpochMilli()));
    if (texts.containsKey(LoadAnnotations.FROZEN_SINCE)) { // counts even when it is unreadable
      builder.frozenSince(
          time(node, LoadAnnotations.FROZEN_SINCE, texts)
              .map(Instant::toEpochMilli)
              .orElse(Long.MIN_VALUE));
    }
    return builder;
  }

  private Optional<Instant> time(String node, String key, Map<String, String> texts) {
    @Nullable String text = texts.get(key);
    if (text == null) {
      return Optional.empty();
    }
    var time = annotations.parseTime(text);
    if (time.isEmpty()) {
      listener.unreadable(node, key, text);
    }
    return time;
  }

  private Optional<Measurement> measurement(String node, String key, Map<String, String> texts) {
    var text = texts.get(key);
    if (text == null) {
      return Optional.empty();
    }
    var measurement = annotations.parse(text);
    if (measurement.isEmpty()) {
      listener.unreadable(node, key, text);
    }
    return measurement;
  }

  /** Looks at the metric that is written most often: its stamps are young when they change. */
  private void observeZone(String node, NodeLoad before, NodeLoad after, long nowMillis) {
    int quickest = 0;
    for (int i = 1; i < metrics.size(); i++) {
      if (metrics.sync(i).period().compareTo(metrics.sync(quickest).period()) < 0) {
        quickest = i;
      }
    }
    boolean written =
        metrics.size() > 0
            && after.hasReading(quickest)
            && after.timeMillis(quickest) > before.timeMillis(quickest);
    if (written) {
      zoneHint.observe(node, after.timeMillis(quickest), nowMillis);
    }
  }
}

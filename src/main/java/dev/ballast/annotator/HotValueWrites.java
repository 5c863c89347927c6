package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.HOT_VALUE;

import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.NodeLoad;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Keeps crane's hot value on the nodes, {@code "3,2026-11-22T12:00:00Z"}: written when it changes,
 * by a binding or by a window that runs out, and again before crane would forget it. When it has
 * fallen to 0, that is written once. For one thread.
 *
 * <p>crane's annotator computes it only when a metric of the node is due (3 min at best), so it
 * misses bursts and punishes for load that is measured already.
 */
final class HotValueWrites {
  /** Age at which a value above 0 is written again: crane forgets it after 5 min. */
  static final long RENEW_MILLIS = NodeLoad.HOT_VALUE_LIFE_MILLIS - 60_000;

  /** For so long a write may be on its way; then what the node carries is believed. */
  static final long SETTLE_MILLIS = 60_000;

  private static final long LOOK_MILLIS = 1000;
  private static final Measurement NOTHING = new Measurement(0, Long.MIN_VALUE);

  private final LongFunction<Optional<Map<String, Integer>>> values;
  private final WriteQueue queue;
  private final LoadAnnotations texts;

  /** What was queued for a node, until the node must carry it. */
  private final Map<String, Measurement> queued = new HashMap<>();

  private long nextLookMillis = Long.MIN_VALUE;

  /**
   * Writes what {@code values} gives: the values above 0 at a time, by node; nothing while it gives
   * nothing.
   */
  HotValueWrites(
      LongFunction<Optional<Map<String, Integer>>> values,
      WriteQueue queue,
      LoadAnnotations texts) {
    this.values = values;
    this.queue = queue;
    this.texts = texts;
  }

  /** Forgets what was queued, as the queue is dropped. */
  void reset() {
    queued.clear();
  }

  /** Looks, if a second has passed, and queues what is new. */
  void run(Collection<AnnotatedNode> nodes, long nowMillis) {
    // The clock may be set back: a time far ahead of it says nothing.
    if (nowMillis < nextLookMillis && nextLookMillis - nowMillis <= LOOK_MILLIS) {
      return;
    }
    nextLookMillis = nowMillis + LOOK_MILLIS;
    Optional<Map<String, Integer>> known = values.apply(nowMillis);
    known.ifPresent(now -> write(nodes, now, nowMillis));
  }

  private void write(Collection<AnnotatedNode> nodes, Map<String, Integer> now, long nowMillis) {
    Set<String> names = new HashSet<>();
    for (AnnotatedNode node : nodes) {
      names.add(node.name());
      write(node, now.getOrDefault(node.name(), 0), nowMillis);
    }
    queued.keySet().retainAll(names);
  }

  private void write(AnnotatedNode node, int value, long nowMillis) {
    Measurement known = known(node, nowMillis);
    boolean renew = value > 0 && nowMillis - known.epochMillis() >= RENEW_MILLIS;
    if (value == known.value() && !renew) {
      return;
    }
    String text = value + "," + texts.formatTime(Instant.ofEpochMilli(nowMillis));
    queue.addDue(
        node.name(),
        new Write(Map.of(HOT_VALUE, Optional.of(text)), false, Long.MAX_VALUE),
        nowMillis);
    queued.put(node.name(), new Measurement(value, nowMillis));
  }

  /** What a reader takes the node's hot value for, now or when what is queued has been written. */
  private Measurement known(AnnotatedNode node, long nowMillis) {
    Measurement onItsWay = queued.get(node.name());
    if (onItsWay != null) {
      long age = nowMillis - onItsWay.epochMillis();
      if (age >= 0 && age < SETTLE_MILLIS) {
        return onItsWay;
      }
      queued.remove(node.name());
    }
    return Optional.ofNullable(node.annotations().get(HOT_VALUE))
        .flatMap(texts::parse)
        .filter(carried -> nowMillis - carried.epochMillis() < NodeLoad.HOT_VALUE_LIFE_MILLIS)
        .orElse(NOTHING);
  }
}

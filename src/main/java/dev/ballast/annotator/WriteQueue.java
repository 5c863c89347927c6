package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;

import dev.ballast.annotator.WriteDecision.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written on nodes, at most one write a node: newer readings replace older ones of
 * the same metric. Urgent writes go first and at once, the others when their slot has come. For one
 * thread.
 */
final class WriteQueue {
  /** Slots end that long before a reading on a node is no longer fresh. */
  private static final long MARGIN_MILLIS = 10_000;

  private static final long NO_SLOT = Long.MAX_VALUE;

  private static final Comparator<Pending> ORDER =
      Comparator.comparing((Pending p) -> !p.write().urgent())
          .thenComparingLong(Pending::slotMillis)
          .thenComparing(Pending::node);

  /** Before all urgent writes, and behind them but before all others. */
  private static final Pending FIRST_URGENT = before(true);

  private static final Pending FIRST_OTHER = before(false);

  private static Pending before(boolean urgent) {
    return new Pending("", new Write(Map.of(), urgent, NO_SLOT), Long.MIN_VALUE, 0);
  }

  private final Map<String, Pending> byNode = new HashMap<>();
  private final TreeSet<Pending> ordered = new TreeSet<>(ORDER);

  /**
   * A write that waits.
   *
   * @param slotMillis not before this time, unless it is urgent
   * @param conflicts how often somebody else wrote at the same moment
   */
  record Pending(String node, Write write, long slotMillis, int conflicts) {
    boolean isDue(long nowMillis) {
      return slotMillis <= nowMillis;
    }
  }

  int size() {
    return byNode.size();
  }

  void clear() {
    byNode.clear();
    ordered.clear();
  }

  /** Forgets what waits for other nodes. */
  void retain(Set<String> nodes) {
    for (String node : List.copyOf(byNode.keySet())) {
      if (!nodes.contains(node)) {
        remove(node);
      }
    }
  }

  /** Drops from what waits for a node the texts that a sweep outdates, by key and text. */
  void outdate(String node, BiPredicate<String, Optional<String>> outdated) {
    Pending waiting = byNode.get(node);
    if (waiting == null) {
      return;
    }
    Map<String, Optional<String>> rest = new LinkedHashMap<>(waiting.write().annotations());
    rest.entrySet().removeIf(e -> outdated.test(e.getKey(), e.getValue()));
    if (rest.size() == waiting.write().annotations().size()) {
      return;
    }
    remove(node);
    if (!rest.isEmpty()) {
      Write write = withTexts(waiting.write(), rest, false);
      insert(new Pending(node, write, waiting.slotMillis(), waiting.conflicts()));
    }
  }

  /** Adds a write; its keys win over those that wait for the same node. */
  void add(String node, Write write, long nowMillis) {
    insert(node, write, write.urgent() ? nowMillis : NO_SLOT);
  }

  /** Adds a write that is due now, behind urgent ones; otherwise as {@link #add}. */
  void addDue(String node, Write write, long nowMillis) {
    insert(node, write, nowMillis);
  }

  private void insert(String node, Write write, long slot) {
    Pending waiting = byNode.get(node);
    if (waiting == null) {
      insert(new Pending(node, write, slot, 0));
      return;
    }
    remove(node);
    insert(
        new Pending(node, merged(waiting.write(), write), Math.min(slot, waiting.slotMillis()), 0));
  }

  private static Write merged(Write older, Write newer) {
    Map<String, Optional<String>> annotations = new LinkedHashMap<>(older.annotations());
    annotations.putAll(newer.annotations());
    return new Write(
        annotations,
        older.urgent() || newer.urgent(),
        Math.min(older.deadlineMillis(), newer.deadlineMillis()),
        Math.max(older.newestMillis(), newer.newestMillis()));
  }

  private static Write withTexts(
      Write write, Map<String, Optional<String>> annotations, boolean urgent) {
    return new Write(annotations, urgent, write.deadlineMillis(), write.newestMillis());
  }

  /**
   * Puts back what could not be written, below what has come since.
   *
   * @param atOnce at the next batch, else with the next sweep
   */
  void putBack(Pending sent, boolean atOnce, long nowMillis) {
    Pending newer = byNode.get(sent.node());
    if (newer != null && (marks(sent.write()) || marks(newer.write()))) {
      return; // samples stopped or came back since
    }
    long slot = atOnce ? nowMillis : NO_SLOT;
    Write write = sent.write();
    if (!atOnce) {
      write = withTexts(write, write.annotations(), false);
    }
    if (newer != null) {
      remove(sent.node());
      write = merged(write, newer.write());
      slot = Math.min(slot, newer.slotMillis());
    }
    insert(new Pending(sent.node(), write, slot, atOnce ? sent.conflicts() + 1 : 0));
  }

  /** True for a write that says that a node's samples have stopped or stand still. */
  private static boolean marks(Write write) {
    return Stream.of(STALE_SINCE, FROZEN_SINCE)
        .anyMatch(key -> write.annotations().getOrDefault(key, Optional.empty()).isPresent());
  }

  /**
   * Gives each write without a slot one, evenly spread: all are done after the span, and each
   * before the readings it replaces are stale, as far as an even pace allows.
   */
  void spread(long nowMillis, long spanMillis) {
    List<Pending> unplanned = new ArrayList<>();
    for (Pending pending : byNode.values()) {
      if (pending.slotMillis() == NO_SLOT) {
        unplanned.add(pending);
      }
    }
    unplanned.sort(
        Comparator.comparingLong((Pending p) -> p.write().deadlineMillis())
            .thenComparing(Pending::node));
    double pace = (double) spanMillis / Math.max(1, unplanned.size());
    for (int i = 0; i < unplanned.size(); i++) {
      double left = (double) unplanned.get(i).write().deadlineMillis() - MARGIN_MILLIS - nowMillis;
      if (left > 0) { // else it is late already, and hurrying the others does not help it
        pace = Math.min(pace, left / (i + 1));
      }
    }
    for (int i = 0; i < unplanned.size(); i++) {
      Pending pending = unplanned.get(i);
      remove(pending.node());
      long slot = nowMillis + (long) (i * pace);
      insert(new Pending(pending.node(), pending.write(), slot, pending.conflicts()));
    }
  }

  /** Takes the first write that is due and whose node is not excepted. */
  Optional<Pending> poll(long nowMillis, Predicate<String> exceptNode) {
    for (Pending pending : ordered) {
      if (!pending.write().urgent() && !pending.isDue(nowMillis)) {
        return Optional.empty();
      }
      if (pending.isDue(nowMillis) && !exceptNode.test(pending.node())) {
        remove(pending.node());
        return Optional.of(pending);
      }
    }
    return Optional.empty();
  }

  /** When the next write is due; empty when nothing waits for a time. */
  OptionalLong nextSlot() {
    long next = Math.min(slot(ordered.ceiling(FIRST_URGENT)), slot(ordered.ceiling(FIRST_OTHER)));
    return next == NO_SLOT ? OptionalLong.empty() : OptionalLong.of(next);
  }

  private static long slot(@Nullable Pending pending) {
    return pending == null ? NO_SLOT : pending.slotMillis();
  }

  private void insert(Pending pending) {
    byNode.put(pending.node(), pending);
    ordered.add(pending);
  }

  private void remove(String node) {
    Pending pending = byNode.remove(node);
    if (pending != null) {
      ordered.remove(pending);
    }
  }
}

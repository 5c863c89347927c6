package dev.ballast.annotator;

import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.metrics.Metrics;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Wakes pods that were refused for load once a node accepts them, by a write of {@link
 * LoadAnnotations#ACCEPTING_SINCE}: kube-scheduler tries a pod that an extender refused again at
 * any event, and only then. The write of a lower load is such an event, but kube-scheduler may be
 * quicker than the extender, which then refuses once more; and a refusal can end without any write:
 * a reading expires, pods in flight fade, too much data is lost to judge.
 *
 * <p>Once a second it compares what the policy says of all nodes with what it said before. While
 * pods wait:
 *
 * <ul>
 *   <li>A node that turned from refused to accepted is written a second later, when all replicas
 *       know what it knows; of several, one each second.
 *   <li>When pods wait still, and a node accepts them still, it is written again after 2, 4, ... 64
 *       s. Then it rests until another node turns or another pod waits: what keeps those pods is
 *       not load.
 *   <li>A pod that begins to wait although a node accepts it is woken, too: its verdict is
 *       outdated, or was about other nodes.
 * </ul>
 *
 * <p>So at most one write a second is begun, and none while no pod waits. For one thread.
 */
final class WakeUps {
  /** Between two looks, and so between two writes. */
  static final long LOOK_MILLIS = 1000;

  /** From a node's turn to its write. */
  static final long DELAY_MILLIS = 1000;

  static final long SHORTEST_PAUSE_MILLIS = 2000;
  static final long LONGEST_PAUSE_MILLIS = 64_000;

  /** Pods differ in what they add to a node; the verdict is made for so many kinds of them. */
  static final int MAX_KINDS = 8;

  private static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<Demand> LEAST_FIRST =
      Comparator.comparingDouble(Demand::filterCpu)
          .thenComparingDouble(Demand::filterMemory)
          .thenComparingDouble(Demand::cpu)
          .thenComparingDouble(Demand::memory);

  private final PodSources pods;
  private final Writer writer;
  private final LoadAnnotations texts;
  private final Metrics metrics;

  private long nextLookMillis = Long.MIN_VALUE;
  private Map<Demand, Set<String>> accepting = Map.of();
  private Set<String> knownPods = Set.of();

  /** Nodes that turned and are not written yet, the oldest first. */
  private final Set<String> turned = new LinkedHashSet<>();

  private long dueMillis = NEVER;
  private long pauseMillis;
  private String last = "";

  WakeUps(PodSources pods, Writer writer, LoadAnnotations texts, Metrics metrics) {
    this.pods = pods;
    this.writer = writer;
    this.texts = texts;
    this.metrics = metrics;
  }

  /** Forgets what it has seen: whoever leads next begins anew. */
  void reset() {
    accepting = Map.of();
    knownPods = Set.of();
    turned.clear();
    dueMillis = NEVER;
    last = "";
  }

  /** When to call again. */
  long nextMillis() {
    return nextLookMillis;
  }

  /** Looks, if a second has passed, and sends a write if one is due. */
  void run(long nowMillis) {
    // The clock may be set back: a time far ahead of it says nothing.
    if (nowMillis < nextLookMillis && nextLookMillis - nowMillis <= LOOK_MILLIS) {
      return;
    }
    nextLookMillis = nowMillis + LOOK_MILLIS;
    Map<String, Demand> waiting = pods.waiting().get();
    if (waiting.isEmpty()) {
      reset();
      return;
    }
    Set<String> all = look(waiting, nowMillis);
    boolean due = nowMillis >= dueMillis || dueMillis - nowMillis > LONGEST_PAUSE_MILLIS;
    if (!all.isEmpty() && dueMillis != NEVER && due) {
      write(all, nowMillis);
    }
  }

  /** Notes what has changed; gives back the nodes that accept at least one of the pods. */
  private Set<String> look(Map<String, Demand> waiting, long nowMillis) {
    Map<Demand, Set<String>> before = accepting;
    accepting = new HashMap<>();
    Set<String> all = new TreeSet<>();
    boolean news = false;
    for (Demand kind : kinds(waiting)) {
      Set<String> nodes = pods.verdicts().accepting(kind, nowMillis);
      accepting.put(kind, nodes);
      all.addAll(nodes);
      Set<String> then = before.get(kind);
      if (then != null) {
        for (String node : nodes) {
          news |= !then.contains(node) && turned.add(node);
        }
      }
    }
    turned.retainAll(all);
    if (all.isEmpty()) {
      dueMillis = NEVER;
    } else if (news || !knownPods.containsAll(waiting.keySet())) {
      pauseMillis = SHORTEST_PAUSE_MILLIS;
      dueMillis = Math.min(dueMillis, nowMillis + DELAY_MILLIS);
    }
    knownPods = new HashSet<>(waiting.keySet());
    return all;
  }

  /** The kinds of pods that are looked at: of very many those that need least. */
  private static List<Demand> kinds(Map<String, Demand> waiting) {
    return waiting.values().stream().distinct().sorted(LEAST_FIRST).limit(MAX_KINDS).toList();
  }

  private void write(Set<String> accepting, long nowMillis) {
    String node = last;
    if (!turned.isEmpty()) {
      node = turned.iterator().next();
    } else if (!accepting.contains(last)) {
      node = accepting.iterator().next();
    }
    String time = texts.formatTime(Instant.ofEpochMilli(nowMillis));
    Write write =
        new Write(Map.of(LoadAnnotations.ACCEPTING_SINCE, Optional.of(time)), false, NEVER);
    if (!writer.sendOnce(node, write, nowMillis)) {
      return; // at the next look
    }
    metrics.wakeUps.inc();
    last = node;
    turned.remove(node);
    if (!turned.isEmpty()) {
      dueMillis = nowMillis + LOOK_MILLIS;
    } else if (pauseMillis <= LONGEST_PAUSE_MILLIS) {
      dueMillis = nowMillis + pauseMillis;
      pauseMillis *= 2;
    } else {
      dueMillis = NEVER;
    }
  }
}

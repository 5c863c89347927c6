package dev.ballast.explain;

import dev.ballast.scoring.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Why pods are where they are, for an hour from their binding, and why those that wait do so,
 * however soon the ring forgets. It follows the ring by {@link #drain}, off the request's thread.
 * Safe for use by many threads; none of them is a thread that answers kube-scheduler.
 */
public final class Explanations implements Bindings {
  /** How long the explanation of a binding is kept, and that of a pod that is not tried again. */
  public static final Duration LIFE = Duration.ofHours(1);

  /** Explanations of bindings that are kept at most in a heap of any size. */
  public static final int MAX_BOUND = 200_000;

  /** Waiting pods that are explained at most in a heap of any size. */
  public static final int MAX_WAITING = 50_000;

  /**
   * Bytes of heap that the explanation of a binding takes: 2,818 with 6 metrics and 7 or 8 rows
   * (20,000 of them, OpenJDK 17.0.15, Serial GC, 2026-11-22), so 540 MiB would hold all 200,000.
   */
  static final int BOUND_BYTES = 2_900;

  /** The same of a waiting pod: 1,549 with 6 metrics and 3 rows. */
  static final int WAITING_BYTES = 1_600;

  /** The parts of the heap that both kinds may fill. */
  private static final int BOUND_SHARE = 4;

  private static final int WAITING_SHARE = 32;

  /** How long the ring keeps what it has room for, and the candidates that it keeps longer. */
  private static final Duration RING_LIFE = Duration.ofMinutes(1);

  private static final long RING_OLD_ROWS = 20_000;

  /** Rows kept of a decision: enough to name the best, and what came closest. */
  private static final int ROWS = 3;

  /**
   * Why one pod is where it is.
   *
   * @param node the node that it is bound to; empty while it waits
   * @param atMillis when it was bound, or last tried
   */
  record Entry(
      String uid,
      String namespace,
      String name,
      String node,
      long atMillis,
      @Nullable KeptCall filter,
      @Nullable KeptCall prioritize) {
    Entry with(KeptCall kept) {
      boolean isFilter = kept.call().verb() == Decision.Verb.FILTER;
      return new Entry(
          uid,
          namespace,
          name,
          node,
          kept.call().atMillis(),
          isFilter ? kept : filter,
          isFilter ? null : kept); // a new round: what was ranked before is over
    }
  }

  private final DecisionRing ring;
  private final Supplier<PolicyFacts> policy;
  private final Runnable whenDroppedEarly;
  private final int maxBound;
  private final int maxWaiting;
  // Both by UID, oldest first. Guarded by this.
  private final Map<String, Entry> bound = new LinkedHashMap<>();
  private final Map<String, Entry> waiting = new LinkedHashMap<>();
  private long next; // guarded by this

  /**
   * Explanations of what a ring holds.
   *
   * @param policy what decisions are made by now
   * @param whenDroppedEarly told of each explanation that goes before its time
   */
  public Explanations(DecisionRing ring, Supplier<PolicyFacts> policy, Runnable whenDroppedEarly) {
    this(ring, policy, whenDroppedEarly, MAX_BOUND, MAX_WAITING);
  }

  /**
   * Explanations that take no more of a heap than they should: a fourth for bindings, an eighth of
   * that for waiting pods.
   *
   * @param heapBytes the largest size of the heap
   */
  public static Explanations within(
      long heapBytes, DecisionRing ring, Supplier<PolicyFacts> policy, Runnable whenDroppedEarly) {
    return new Explanations(
        ring,
        policy,
        whenDroppedEarly,
        (int) Math.min(MAX_BOUND, heapBytes / BOUND_SHARE / BOUND_BYTES),
        (int) Math.min(MAX_WAITING, heapBytes / WAITING_SHARE / WAITING_BYTES));
  }

  Explanations(
      DecisionRing ring,
      Supplier<PolicyFacts> policy,
      Runnable whenDroppedEarly,
      int maxBound,
      int maxWaiting) {
    this.ring = ring;
    this.policy = policy;
    this.whenDroppedEarly = whenDroppedEarly;
    this.maxBound = maxBound;
    this.maxWaiting = maxWaiting;
  }

  /** Takes what the ring has got since the last call, and forgets what is too old. */
  public synchronized void drain(long nowMillis) {
    follow();
    ring.trim(nowMillis - RING_LIFE.toMillis(), RING_OLD_ROWS);
    expire(bound, nowMillis);
    expire(waiting, nowMillis);
  }

  private void follow() {
    long end = ring.end();
    while (next < end) {
      @Nullable Decision decision = ring.find(next);
      if (decision != null) {
        take(next, decision);
      } else if (next >= ring.start()) {
        return; // its number is given, but it is not there yet
      } else {
        whenDroppedEarly.run();
      }
      next++;
    }
  }

  private void take(long number, Decision decision) {
    var call = decision.call();
    @Nullable Entry before = waiting.remove(call.uid()); // to the end of the order
    var entry =
        before == null
            ? new Entry(call.uid(), call.namespace(), call.name(), "", 0, null, null)
            : before;
    var kept = KeptCall.of(number, decision, policy.get(), ROWS);
    waiting.put(
        entry.uid(), entry.with(kept.sharing(entry.uid(), entry.namespace(), entry.name())));
    limit(waiting, maxWaiting);
  }

  @Override
  public synchronized void bound(
      String uid, String namespace, String name, String node, long atMillis) {
    follow();
    @Nullable Entry entry = waiting.remove(uid);
    if (entry == null) {
      return; // told before, or bound by others
    }
    bound.put(
        uid,
        new Entry(
            uid,
            namespace,
            name,
            node,
            atMillis,
            forBound(entry.filter(), uid, namespace, name, node),
            forBound(entry.prioritize(), uid, namespace, name, node)));
    limit(bound, maxBound);
  }

  /** With the row of its node, and with the texts that the pod's own facts hold. */
  private @Nullable KeptCall forBound(
      @Nullable KeptCall kept, String uid, String namespace, String name, String node) {
    return kept == null
        ? null
        : kept.with(ring.find(kept.number()), node).sharing(uid, namespace, name);
  }

  @Override
  public synchronized void removed(String uid) {
    follow();
    waiting.remove(uid);
  }

  private void limit(Map<String, Entry> entries, int max) {
    if (entries.size() > max) {
      var oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
      whenDroppedEarly.run();
    }
  }

  private static void expire(Map<String, Entry> entries, long nowMillis) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext() && nowMillis - oldest.next().atMillis() > LIFE.toMillis()) {
      oldest.remove();
    }
  }

  /**
   * The newest explanation of a pod.
   *
   * @param uid only of the pod with this UID; empty for any of that name
   */
  synchronized Optional<Entry> find(String namespace, String name, String uid) {
    follow();
    var found = new ArrayList<Entry>();
    for (var entries : List.of(bound, waiting)) {
      for (var entry : entries.values()) {
        if (entry.name().equals(name)
            && entry.namespace().equals(namespace)
            && (uid.isEmpty() || entry.uid().equals(uid))) {
          found.add(entry);
        }
      }
    }
    return found.stream().max(Comparator.comparingLong(Entry::atMillis));
  }

  /** Explanations of bindings that are kept at most. */
  int maxBound() {
    return maxBound;
  }

  /** Waiting pods that are explained at most. */
  int maxWaiting() {
    return maxWaiting;
  }

  /** Explanations of bindings that are kept. */
  public synchronized int boundCount() {
    return bound.size();
  }

  /** Waiting pods that are explained. */
  public synchronized int waitingCount() {
    return waiting.size();
  }
}

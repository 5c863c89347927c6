package dev.ballast.inflight;

import dev.ballast.load.NodeList;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Charges for pods that we have ranked and whose binding we have not seen: between the two the next
 * pod is ranked already, and would find the same node as empty. There is one a pod, on the node
 * that was ranked first; a repeat replaces it, and the pod's binding, wherever, its end or {@link
 * #LIFE_MILLIS} take it away. It counts in the score only, as kube-scheduler may have chosen
 * another node.
 *
 * <p>It is the one thing that replicas do not share and a restart loses. It remembers at most
 * {@link #MAX_PODS} pods, the newest, also after their charge has run out, to tell whether they
 * went where we ranked first. Safe for use by many threads; readers take no lock, and read one
 * field while nothing is charged.
 */
public final class Provisional implements PodListener {
  /** Life of a charge. */
  public static final long LIFE_MILLIS = 2_000;

  /** Pods remembered, a power of two. */
  static final int MAX_PODS = 8_192;

  /** Told where pods went that we had ranked nodes for. */
  @FunctionalInterface
  public interface Outcome {
    /**
     * Takes one binding.
     *
     * @param onFirstRanked whether the pod went to the node that was ranked first
     */
    void bound(boolean onFirstRanked);
  }

  /** A charge; two that look alike are two. */
  private static final class Entry {
    final String uid;
    final String node;
    final Demand demand;
    final long setMillis;
    final int slot;

    Entry(String uid, String node, Demand demand, long setMillis, int slot) {
      this.uid = uid;
      this.node = node;
      this.demand = demand;
      this.setMillis = setMillis;
      this.slot = slot;
    }

    boolean isCharged(long nowMillis) {
      return nowMillis >= setMillis && nowMillis - setMillis < LIFE_MILLIS;
    }
  }

  private static final Entry[] NO_ENTRIES = {};
  private static final Demand[] NOTHING = {};
  private static final int HINTS = 1 << 12;

  private final Outcome outcome;
  private final ConcurrentMap<String, Entry> byUid = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Entry[]> byNode = new ConcurrentHashMap<>();
  private final AtomicReferenceArray<@Nullable Entry> newest = new AtomicReferenceArray<>(MAX_PODS);
  private final AtomicInteger next = new AtomicInteger();

  /** Charges by a part of the hash of their node's name, its hint; guarded by itself. */
  private final int[] byHint = new int[HINTS];

  /**
   * A bit for each hint: where it is 0 there is no charge, and no map is asked. Written under the
   * lock of {@link #byHint}; what was written before {@link #chargedUntilMillis} is seen by who
   * reads that first. Plain, as an atomic array is a chain of calls for the first JIT compiler.
   */
  private final long[] hints = new long[HINTS / Long.SIZE];

  private volatile long chargedUntilMillis = Long.MIN_VALUE;

  public Provisional(Outcome outcome) {
    this.outcome = outcome;
  }

  /**
   * Charges a pod on the node that was ranked first for it.
   *
   * @param nowMillis wall clock; a charge is gone when it steps back
   */
  public void set(String uid, String node, Demand demand, long nowMillis) {
    int slot = next.getAndIncrement() & (MAX_PODS - 1);
    var entry = new Entry(uid, node, demand, nowMillis, slot);
    @Nullable Entry pushedOut = newest.getAndSet(slot, entry);
    if (pushedOut != null && byUid.remove(pushedOut.uid, pushedOut)) {
      detach(pushedOut);
    }
    @Nullable Entry before = byUid.put(uid, entry);
    if (before != null) {
      forget(before);
    }
    byNode.compute(node, (n, there) -> with(there == null ? NO_ENTRIES : there, entry, nowMillis));
    chargedUntilMillis = nowMillis + LIFE_MILLIS;
    if (byUid.get(uid) != entry) {
      detach(entry); // bound, pushed out or replaced while it was put there
    }
  }

  /**
   * What is charged on nodes at this moment, in the score. Who reads it before the pods' {@link
   * NodeCharges}, where these are told of each pod first, never finds a pod in neither.
   *
   * @param exceptUid a pod whose own charge does not count: the one that is placed now
   * @return by node, {@link Demand#NONE} where nothing is; empty when that is so for all
   */
  public Demand[] on(NodeList nodes, String exceptUid, long nowMillis) {
    Demand[] demands = NOTHING;
    if (nowMillis >= chargedUntilMillis) {
      return demands;
    }
    int[] hashes = nodes.hashes();
    for (int i = 0; i < hashes.length; i++) {
      int hint = hint(hashes[i]);
      if ((hints[hint / Long.SIZE] & 1L << hint) != 0) {
        var demand = on(nodes.name(i), exceptUid, nowMillis);
        if (!demand.isFreeInScore()) {
          if (demands.length == 0) {
            demands = new Demand[nodes.size()];
            Arrays.fill(demands, Demand.NONE);
          }
          demands[i] = demand;
        }
      }
    }
    VarHandle.acquireFence(); // a plain bit must not be read after what the caller reads next
    return demands;
  }

  private Demand on(String node, String exceptUid, long nowMillis) {
    double cpu = 0;
    double memory = 0;
    for (var entry : byNode.getOrDefault(node, NO_ENTRIES)) {
      if (entry.isCharged(nowMillis) && !entry.uid.equals(exceptUid)) {
        cpu += entry.demand.cpu();
        memory += entry.demand.memory();
      }
    }
    return cpu == 0 && memory == 0 ? Demand.NONE : new Demand(cpu, memory, 0, 0);
  }

  @Override
  public void put(PodFacts pod) {
    if (pod.isBound() || pod.ended()) {
      var entry = take(pod);
      if (entry != null && pod.isBound()) {
        outcome.bound(entry.node.equals(pod.node()));
      }
    }
  }

  @Override
  public void remove(PodFacts last) {
    take(last);
  }

  private @Nullable Entry take(PodFacts pod) {
    @Nullable Entry entry = byUid.remove(pod.uid());
    if (entry != null) {
      forget(entry);
    }
    return entry;
  }

  private void forget(Entry entry) {
    newest.compareAndSet(entry.slot, entry, null);
    detach(entry);
  }

  private void detach(Entry entry) {
    byNode.computeIfPresent(
        entry.node,
        (node, there) -> {
          var left = Arrays.stream(there).filter(e -> e != entry).toArray(Entry[]::new);
          count(node, left.length - there.length);
          return left.length == 0 ? null : left;
        });
  }

  /** The charges with one more, without those that have run out. */
  private Entry[] with(Entry[] there, Entry entry, long nowMillis) {
    var kept = new Entry[there.length + 1];
    int count = 0;
    for (var e : there) {
      if (e.isCharged(nowMillis)) {
        kept[count++] = e;
      }
    }
    kept[count++] = entry;
    count(entry.node, count - there.length);
    return Arrays.copyOf(kept, count);
  }

  private void count(String node, int more) {
    int hint = hint(node.hashCode());
    synchronized (byHint) {
      byHint[hint] += more;
      long bit = 1L << hint;
      int at = hint / Long.SIZE;
      hints[at] = byHint[hint] == 0 ? hints[at] & ~bit : hints[at] | bit;
    }
  }

  private static int hint(int hash) {
    int spread = hash * 0x9e3779b9; // Fibonacci hashing, as names differ little
    return spread >>> (Integer.SIZE - Integer.numberOfTrailingZeros(HINTS));
  }

  /** The number of pods remembered. */
  int pods() {
    return byUid.size();
  }

  /** The number of charges on nodes, in force or run out. */
  int charges() {
    return byNode.values().stream().mapToInt(entries -> entries.length).sum();
  }
}

package dev.ballast.annotator;

import dev.ballast.annotator.NodePatcher.Outcome;
import dev.ballast.annotator.NodePatcher.Patched;
import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.annotator.WriteQueue.Pending;
import dev.ballast.metrics.Metrics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits in the queue: at most so many patches begun within any second, at most 16 under
 * way, one a node at a time, and only while this process leads. For one thread; patches complete on
 * any.
 */
final class Writer {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
  private static final int MAX_IN_FLIGHT = 16;
  private static final long SECOND_MILLIS = 1000;

  /** Writes that are nearly due go together, so that the loop does not wake for each. */
  private static final long BATCH_MILLIS = 100;

  /** The term of writes that are not tried again. */
  private static final int NO_TERM = -1;

  private final WriteQueue queue;
  private final NodePatcher patcher;
  private final Leadership leadership;
  private final Metrics metrics;
  private final LongSupplier clock;
  private final Runnable wakeUp;

  /** When the last patches were begun, as a ring: the oldest is overwritten. */
  private final long[] begun;

  private int nextBegun;
  private final Set<String> inFlight = new HashSet<>();

  /** Times of the newest readings sent, by node: patches under way are not seen on nodes yet. */
  private final Map<String, Long> newestSent = new HashMap<>();

  private final Queue<Done> done = new ConcurrentLinkedQueue<>();
  private int term;
  private boolean failing;

  private record Done(Pending sent, int term, Patched patched) {}

  Writer(
      WriteQueue queue,
      NodePatcher patcher,
      Leadership leadership,
      Metrics metrics,
      LongSupplier clock,
      int maxWritesPerSecond,
      Runnable wakeUp) {
    this.queue = queue;
    this.patcher = patcher;
    this.leadership = leadership;
    this.metrics = metrics;
    this.clock = clock;
    this.wakeUp = wakeUp;
    this.begun = new long[maxWritesPerSecond];
    Arrays.fill(begun, Long.MIN_VALUE);
  }

  /** Settles what has completed and sends what is due. */
  void run(long nowMillis) {
    for (Done each = done.poll(); each != null; each = done.poll()) {
      settle(each, nowMillis);
    }
    if (queue.size() > 0 && !leads()) {
      drop();
    }
    while (inFlight.size() < MAX_IN_FLIGHT && mayBegin(nowMillis) && leads()) {
      Optional<Pending> next = queue.poll(nowMillis, inFlight::contains);
      if (next.isEmpty()) {
        break;
      }
      send(next.get(), term, nowMillis);
    }
    metrics.pendingPatches.set(queue.size() + inFlight.size());
  }

  /**
   * Sends a write at once and without the queue; it is not tried again when it fails.
   *
   * @return false when it was not sent, as the rate, a patch under way or the lease did not allow
   *     it
   */
  boolean sendOnce(String node, Write write, long nowMillis) {
    boolean may =
        inFlight.size() < MAX_IN_FLIGHT
            && !inFlight.contains(node)
            && mayBegin(nowMillis)
            && leads();
    if (may) {
      send(new Pending(node, write, nowMillis, 0), NO_TERM, nowMillis);
    }
    return may;
  }

  /** The time of the newest reading that was sent to a node; {@code Long.MIN_VALUE} without one. */
  long newestSentMillis(String node) {
    return newestSent.getOrDefault(node, Long.MIN_VALUE);
  }

  /** Forgets other nodes. */
  void retain(Set<String> nodes) {
    queue.retain(nodes);
    newestSent.keySet().retainAll(nodes);
  }

  /** Drops what waits, as this process leads no more; what is under way is not put back. */
  void drop() {
    term++;
    queue.clear();
    metrics.pendingPatches.set(inFlight.size());
  }

  /** When there is something to do again, if nothing more completes before. */
  OptionalLong nextMillis(long nowMillis) {
    if (!done.isEmpty()) {
      return OptionalLong.of(nowMillis);
    }
    OptionalLong slot = queue.nextSlot();
    if (slot.isEmpty() || inFlight.size() >= MAX_IN_FLIGHT) {
      return OptionalLong.empty();
    }
    long free = mayBegin(nowMillis) ? nowMillis : begun[nextBegun] + SECOND_MILLIS;
    return OptionalLong.of(Math.max(Math.max(slot.getAsLong(), free), nowMillis + BATCH_MILLIS));
  }

  /**
   * Asked before each patch, of the clock as it is then: a process that is stopped between two of
   * them may go on when its lease is long another's.
   */
  private boolean leads() {
    return leadership.leads(clock.getAsLong());
  }

  private boolean mayBegin(long nowMillis) {
    long oldest = begun[nextBegun];
    // The clock may be set back: times ahead of it say nothing.
    return oldest == Long.MIN_VALUE || nowMillis < oldest || nowMillis - oldest >= SECOND_MILLIS;
  }

  private void send(Pending pending, int sentIn, long nowMillis) {
    begun[nextBegun] = nowMillis;
    nextBegun = (nextBegun + 1) % begun.length;
    inFlight.add(pending.node());
    newestSent.merge(pending.node(), pending.write().newestMillis(), Math::max);
    try {
      patcher
          .patch(pending.node(), pending.write().annotations())
          .whenComplete(
              (patched, error) -> {
                done.add(new Done(pending, sentIn, error == null ? patched : failed(error)));
                wakeUp.run();
              });
    } catch (RuntimeException e) {
      done.add(new Done(pending, sentIn, failed(e)));
      wakeUp.run();
    }
  }

  private static Patched failed(Throwable error) {
    return new Patched(Outcome.FAILED, 0, error.toString());
  }

  private void settle(Done each, long nowMillis) {
    Pending sent = each.sent();
    Patched patched = each.patched();
    inFlight.remove(sent.node());
    metrics.patches.labelValues(patched.outcome().name().toLowerCase(Locale.ROOT)).inc();
    metrics.patchBytes.inc(patched.bytes());
    boolean ours = each.term() == term;
    switch (patched.outcome()) {
      case WRITTEN -> {
        if (failing) {
          LOG.info("Nodes can be patched again");
        }
        failing = false;
      }
      case GONE -> {}
      case CONFLICT -> {
        if (ours) {
          queue.putBack(sent, sent.conflicts() == 0, nowMillis);
        }
      }
      case FAILED -> {
        if (!failing) {
          LOG.warn(
              "Node {} cannot be patched: {}; it and others that fail are tried again with the"
                  + " next sweep. Check that the service account may patch nodes and that the API"
                  + " server answers",
              sent.node(),
              patched.detail());
        }
        failing = true;
        if (ours) {
          queue.putBack(sent, false, nowMillis);
        }
      }
    }
  }
}

package dev.ballast.explain;

import dev.ballast.scoring.Decision;
import dev.ballast.scoring.DecisionSink;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest decisions, each under a number that counts up from 0. Bounded twice: by decisions, and
 * by the candidates in them, as one decision over 5,000 nodes takes as much room as thousands over
 * a few. What does not fit goes, oldest first; the newest decision always stays.
 *
 * <p>Lock-free: {@link #accept} may be called by many threads and never waits for a reader.
 */
public final class DecisionRing implements DecisionSink {
  /** Decisions that are kept at most where nothing else is said. */
  public static final int DECISIONS = 4_096;

  /**
   * Candidates that are kept at most where nothing else is said. While calls come quickly they
   * share the load and the pods of their nodes; what they do not share is let go by {@link #trim}.
   */
  public static final long ROWS = 400_000;

  /**
   * A decision with its number.
   *
   * @param number counts up from 0 by the order of arrival
   */
  public record Numbered(long number, Decision decision) {}

  private final int capacity;
  private final long maxRows;
  private final AtomicReferenceArray<@Nullable Numbered> slots;
  private final AtomicLong end = new AtomicLong();
  private final AtomicLong start = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();

  /** A ring with the usual bounds. */
  public DecisionRing() {
    this(DECISIONS, ROWS);
  }

  /**
   * A ring.
   *
   * @param capacity most decisions, 1 or more
   * @param maxRows most candidates in all decisions together, 1 or more; a single decision may have
   *     more while it is the newest
   */
  public DecisionRing(int capacity, long maxRows) {
    if (capacity < 1 || maxRows < 1) {
      throw new IllegalArgumentException(
          "capacity %d, rows %d: both must be 1 or more".formatted(capacity, maxRows));
    }
    this.capacity = capacity;
    this.maxRows = maxRows;
    slots = new AtomicReferenceArray<>(capacity);
  }

  @Override
  public void accept(Decision decision) {
    var entry = new Numbered(end.getAndIncrement(), decision);
    rows.addAndGet(rows(entry));
    evict(entry.number() + 1 - capacity);
    store(entry);
    while (rows.get() > maxRows && start.get() < end.get() - 1) {
      evict(start.get() + 1);
    }
    if (entry.number() < start.get()) { // others were so much quicker that it is old already
      remove(entry.number());
    }
  }

  /** Puts an entry into its slot, unless a newer one is there already. */
  private void store(Numbered entry) {
    int slot = slot(entry.number());
    Numbered old = slots.get(slot);
    while (old == null || old.number() < entry.number()) {
      if (slots.compareAndSet(slot, old, entry)) {
        drop(old);
        return;
      }
      old = slots.get(slot);
    }
    drop(entry);
  }

  /** Makes {@code from} the oldest number that may be there. */
  private void evict(long from) {
    long oldest = start.get();
    while (oldest < from) {
      if (start.compareAndSet(oldest, oldest + 1)) {
        remove(oldest);
      }
      oldest = start.get();
    }
  }

  /**
   * Lets decisions go that were made before a time, oldest first, until no more candidates are kept
   * than given. Old decisions are dear: each holds on to readings and pods of its nodes that nobody
   * else knows any more.
   */
  public void trim(long beforeMillis, long keptRows) {
    while (rows.get() > keptRows) {
      long oldest = start.get();
      var decision = find(oldest);
      if (decision == null
          || decision.call().atMillis() >= beforeMillis
          || oldest == end.get() - 1) {
        return; // not there yet, young, or the newest, which stays
      }
      evict(oldest + 1);
    }
  }

  private void remove(long number) {
    int slot = slot(number);
    Numbered entry = slots.get(slot);
    if (entry != null && entry.number() == number && slots.compareAndSet(slot, entry, null)) {
      drop(entry);
    }
  }

  private void drop(@Nullable Numbered entry) {
    if (entry != null) {
      rows.addAndGet(-rows(entry));
    }
  }

  private static long rows(Numbered entry) {
    return entry.decision().isJudged() ? entry.decision().candidates() : 0;
  }

  private int slot(long number) {
    return (int) (number % capacity);
  }

  /** The smallest number that may still be there. */
  public long start() {
    return start.get();
  }

  /** The number that the next decision gets. */
  public long end() {
    return end.get();
  }

  /** The decision with a number, or null when it is gone, or not there yet. */
  public @Nullable Decision find(long number) {
    if (number < 0) {
      return null;
    }
    var entry = slots.get(slot(number));
    return entry != null && entry.number() == number ? entry.decision() : null;
  }

  /** The number of decisions that are kept. */
  public int size() {
    int size = 0;
    for (int i = 0; i < capacity; i++) {
      if (slots.get(i) != null) {
        size++;
      }
    }
    return size;
  }

  /** The number of candidates in all decisions that are kept. */
  public long rows() {
    return rows.get();
  }
}

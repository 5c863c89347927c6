package dev.ballast.annotator;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The largest reading of each node over a window: a ring of bucket maxima a node. For one thread.
 *
 * <p>A bucket is 5 minutes for windows of an hour and more, else a twelfth of the window. A maximum
 * leaves with its bucket, so it is kept for the window and up to one bucket more. A node takes 4
 * bytes a bucket and some 100 bytes: 1.3 kB for a day, 6 MB for 5,000 nodes.
 */
final class MaxWindow {
  private static final Duration LONG_WINDOW = Duration.ofHours(1);
  private static final Duration LONG_BUCKET = Duration.ofMinutes(5);

  /** Share of the window that must be known before its maximum is. */
  private static final double MIN_COVERED = 0.1;

  private final long windowMillis;
  private final long bucketMillis;
  private final int buckets;
  private final Map<String, Ring> rings = new HashMap<>();

  /** Bucket maxima of a node; NaN where there is none. */
  private static final class Ring {
    private final float[] maxima;
    private long newestBucket = Long.MIN_VALUE;
    private long newestMillis = Long.MIN_VALUE;

    Ring(int buckets) {
      maxima = new float[buckets];
      Arrays.fill(maxima, Float.NaN);
    }
  }

  MaxWindow(Duration window) {
    windowMillis = window.toMillis();
    bucketMillis = bucket(window).toMillis();
    // One more than the window has: the oldest and the newest are there in part.
    buckets = Math.toIntExact((windowMillis + bucketMillis - 1) / bucketMillis) + 1;
  }

  /** Length of a bucket. */
  static Duration bucket(Duration window) {
    return window.compareTo(LONG_WINDOW) >= 0
        ? LONG_BUCKET
        : Duration.ofMillis(Math.max(1, window.toMillis() / 12));
  }

  /** Takes a reading; what is no plausible fraction has been left out before. */
  void feed(String node, long epochMillis, double fraction) {
    Ring ring = rings.computeIfAbsent(node, n -> new Ring(buckets));
    long bucket = Math.floorDiv(epochMillis, bucketMillis);
    if (ring.newestBucket != Long.MIN_VALUE && bucket <= ring.newestBucket - buckets) {
      return; // older than the ring
    }
    if (bucket > ring.newestBucket) {
      long firstNew = Math.max(ring.newestBucket + 1, bucket - buckets + 1);
      for (long b = firstNew; b <= bucket; b++) {
        ring.maxima[slot(b)] = Float.NaN;
      }
      ring.newestBucket = bucket;
    }
    ring.newestMillis = Math.max(ring.newestMillis, epochMillis);
    float known = ring.maxima[slot(bucket)];
    ring.maxima[slot(bucket)] = known >= (float) fraction ? known : (float) fraction;
  }

  /** The maximum; empty until a tenth of the window before {@code nowMillis} is covered. */
  OptionalDouble maximum(String node, long nowMillis) {
    Ring ring = rings.get(node);
    if (ring == null) {
      return OptionalDouble.empty();
    }
    long oldest = Math.floorDiv(nowMillis - windowMillis, bucketMillis);
    long covered = 0;
    float max = Float.NaN;
    long first = Math.max(oldest, ring.newestBucket - buckets + 1);
    int slot = slot(first);
    for (long b = first; b <= ring.newestBucket; b++) {
      float known = ring.maxima[slot];
      slot = slot + 1 == buckets ? 0 : slot + 1;
      if (!Float.isNaN(known)) {
        covered++;
        max = max >= known ? max : known;
      }
    }
    boolean enough = covered > 0 && covered * bucketMillis >= MIN_COVERED * windowMillis;
    return enough ? OptionalDouble.of(max) : OptionalDouble.empty();
  }

  /** Time of a node's newest reading; the smallest long when there is none. */
  long newestMillis(String node) {
    Ring ring = rings.get(node);
    return ring == null ? Long.MIN_VALUE : ring.newestMillis;
  }

  /** Forgets all other nodes. */
  void retain(Set<String> nodes) {
    rings.keySet().retainAll(nodes);
  }

  /** Forgets everything. */
  void clear() {
    rings.clear();
  }

  private int slot(long bucket) {
    return (int) Math.floorMod(bucket, (long) buckets);
  }
}

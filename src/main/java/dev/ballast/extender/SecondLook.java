package dev.ballast.extender;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When a filter call that would refuse every candidate is judged again a moment later. The write
 * that lowers a load wakes the pods that wait, and kube-scheduler, which has it as soon as Ballast,
 * mostly asks before Ballast has taken it in; a pod that is refused then sleeps for a whole {@code
 * podMaxBackoffSeconds}. Only the first call after such a write can come too early, so one each two
 * seconds is held. Safe for use by many threads.
 */
final class SecondLook {
  /** How long a call is held. */
  static final long AFTER_MILLIS = 40;

  /** At most one call in this time, as its scheduler does nothing else meanwhile. */
  static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long NEVER = Long.MIN_VALUE;

  private final boolean fits;
  private final AtomicLong lastNanos = new AtomicLong(NEVER);

  /**
   * Second looks, or none where a call cannot wait so long.
   *
   * @param deadline time after which a call is answered as if Ballast were not there
   */
  SecondLook(Duration deadline) {
    fits = deadline.toMillis() >= 2 * AFTER_MILLIS;
  }

  /**
   * Whether a call is to be held; counts as held then.
   *
   * @param nowNanos monotonic clock
   */
  boolean isDue(long nowNanos) {
    long last = lastNanos.get();
    return fits
        && (last == NEVER || nowNanos - last >= PAUSE_NANOS)
        && lastNanos.compareAndSet(last, nowNanos);
  }
}

package dev.ballast.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Holds back what would be logged too often. Safe for use by many threads. */
final class OnceAMinute {
  private static final long NEVER = Long.MIN_VALUE;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong lastNanos = new AtomicLong(NEVER);

  /** Whether it is to be logged now; counts as logged then. */
  boolean isDue(long nowNanos) {
    long last = lastNanos.get();
    return (last == NEVER || nowNanos - last > MINUTE_NANOS)
        && lastNanos.compareAndSet(last, nowNanos);
  }
}

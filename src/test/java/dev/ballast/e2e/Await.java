package dev.ballast.e2e;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what happens in other processes. */
public final class Await {
  private Await() {}

  /** Polls until a condition holds; fails when it does not within the time. */
  public static Duration until(String what, Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      pause(Duration.ofMillis(100));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  public static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}

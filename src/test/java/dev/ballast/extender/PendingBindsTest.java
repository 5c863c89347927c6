package dev.ballast.extender;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * By a clock that stands still, nobody is ever waited for too long: who returns had a reason to.
 */
final class PendingBindsTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
  private final AtomicInteger looks = new AtomicInteger();
  private final PendingBinds pending = new PendingBinds(this::now, Duration.ofMillis(100));
  private volatile long stepMillis;

  private long now() {
    looks.incrementAndGet();
    return nanos.getAndAdd(TimeUnit.MILLISECONDS.toNanos(stepMillis));
  }

  private Thread awaiting(String uid) {
    var thread = new Thread(() -> pending.await(uid));
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void untilItWaits(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).as("waits").isTrue();
      Thread.onSpinWait();
    }
  }

  @Test
  void await_nobodyIsPending_goesOnAtOnce() {
    pending.await("next");
    assertThat(looks).hasValue(1);
  }

  @Test
  void await_shortDeadline_waitsForHalfOfItAtMost() {
    var hurried = new PendingBinds(this::now, Duration.ofMillis(5));
    hurried.add("last");
    stepMillis = 2; // a look; with 40 ms it would be some more
    hurried.await("next");
    assertThat(looks).hasValue(2);
  }

  @Test
  void await_onlyItselfIsPending_goesOnAtOnce() {
    pending.add("again");
    pending.await("again");
    assertThat(looks).hasValue(1);
  }

  @Test
  void await_anotherIsPending_goesOnWhenItsBindCallComes() throws InterruptedException {
    pending.add("last");
    var next = awaiting("next");
    untilItWaits(next);
    pending.remove("somebody");
    assertThat(next.isAlive()).isTrue();

    pending.remove("last");

    next.join();
    assertThat(next.isAlive()).isFalse();
  }

  @Test
  void await_severalArePending_waitsForAll() throws InterruptedException {
    pending.add("a");
    pending.add("b");
    var next = awaiting("next");
    untilItWaits(next);
    pending.remove("a");
    assertThat(next.isAlive()).isTrue();
    pending.remove("b");
    next.join();
  }

  @Test
  void await_noBindCallComes_goesOnAfterAWhileAndWaitsForItOnce() {
    pending.add("not-bound");
    stepMillis = PendingBinds.MOST_MILLIS / 2;
    pending.await("next");
    assertThat(looks.get()).as("looks at the clock until the time is over").isGreaterThan(1);

    looks.set(0);
    stepMillis = 0;
    pending.await("one-more");
    assertThat(looks).hasValue(1);
  }

  @Test
  void await_interrupted_goesOnAndTellsOthers() throws InterruptedException {
    pending.add("last");
    var interrupted = new AtomicInteger();
    var next =
        new Thread(
            () -> {
              pending.await("next");
              interrupted.set(Thread.currentThread().isInterrupted() ? 1 : -1);
            });
    next.start();
    untilItWaits(next);
    next.interrupt();
    next.join();
    assertThat(interrupted).hasValue(1);
  }
}

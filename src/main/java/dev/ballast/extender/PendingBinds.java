package dev.ballast.extender;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Pods that were told which nodes' zones fit and whose bind call has not come yet. kube-scheduler
 * asks about the next pod at the moment in which it has a thread bind the last one, so an answer
 * that waits for that call knows where the pod has gone, and needs not keep it room on all of its
 * nodes. Safe for use by many threads.
 */
public final class PendingBinds {
  /** Most bind calls come within two; what is longer belongs to a pod that is not bound now. */
  static final long MOST_MILLIS = 40;

  private final LongSupplier nanoClock;
  private final long mostMillis;
  private final Set<String> uids = new HashSet<>(); // guarded by this

  /**
   * None are pending yet.
   *
   * @param nanoClock monotonic, in nanoseconds
   * @param deadline time for an answer: at most half of it is waited
   */
  public PendingBinds(LongSupplier nanoClock, Duration deadline) {
    this.nanoClock = nanoClock;
    mostMillis = Math.min(MOST_MILLIS, deadline.toMillis() / 2);
  }

  /** Notes that a pod may be bound next. */
  synchronized void add(String uid) {
    uids.add(uid);
  }

  /** Notes that a pod is being bound, or will not be. */
  synchronized void remove(String uid) {
    uids.remove(uid);
    notifyAll();
  }

  /** Waits a moment until no other pod is pending. Each is waited for once. */
  synchronized void await(String uid) {
    uids.remove(uid);
    long start = nanoClock.getAsLong();
    long left = mostMillis;
    while (!uids.isEmpty() && left > 0) {
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = mostMillis - TimeUnit.NANOSECONDS.toMillis(nanoClock.getAsLong() - start);
    }
    uids.clear(); // who has not come by now is not waited for again
  }
}

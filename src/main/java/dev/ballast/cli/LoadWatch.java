package dev.ballast.cli;

import dev.ballast.http.OperationsEndpoints.Check;
import dev.ballast.kube.KubeEvents;
import dev.ballast.load.Breaker;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.metrics.Metrics;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the load data of all nodes: tells when the first snapshot holds every node that was
 * listed, and lets the breaker look, at first before anything is judged. What the breaker does is
 * logged, counted and written as an Event. {@link #look} is for one thread; the rest is for any.
 */
final class LoadWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);

  /** Takes an Event; must not block. */
  interface Events {
    void write(KubeEvents.Type type, String action, String reason, String note, long nowMillis);
  }

  /**
   * The nodes as the informer knows them.
   *
   * @param listed whether all have been listed once
   * @param names their names
   */
  record Listing(BooleanSupplier listed, Supplier<? extends Collection<String>> names) {}

  private final Listing listing;
  private final Supplier<LoadSnapshot> snapshot;
  private final Breaker breaker;
  private final LongSupplier clockMillis;
  private final Metrics metrics;
  private final Events events;
  private volatile boolean complete;

  LoadWatch(
      Listing listing,
      Supplier<LoadSnapshot> snapshot,
      Breaker breaker,
      LongSupplier clockMillis,
      Metrics metrics,
      Events events) {
    this.listing = listing;
    this.snapshot = snapshot;
    this.breaker = breaker;
    this.clockMillis = clockMillis;
    this.metrics = metrics;
    this.events = events;
    metrics.breakerOpen.set(0);
  }

  /** True from the first snapshot on that holds all listed nodes, once the breaker has seen it. */
  boolean isComplete() {
    return complete;
  }

  /** Whether nothing is to be judged. */
  boolean isNeutral() {
    return breaker.isOpen();
  }

  /** The breaker's line of the verbose readiness list; it never blocks. */
  Check check() {
    return new Check(
        "breaker",
        () -> !breaker.isOpen(),
        false,
        () -> (breaker.isOpen() ? "open: " : "closed: ") + breaker.state().reason());
  }

  /** Looks at the newest snapshot. To be called after each publishing and once a second. */
  void look() {
    var newest = snapshot.get();
    if (!complete && !holdsAll(newest)) {
      return;
    }
    boolean wasOpen = breaker.isOpen();
    long now = clockMillis.getAsLong();
    var state = breaker.observe(newest, now);
    if (state.open() != wasOpen) {
      tell(state, now);
    }
    complete = true;
  }

  private boolean holdsAll(LoadSnapshot newest) {
    return listing.listed().getAsBoolean()
        && listing.names().get().stream().allMatch(name -> newest.find(name) != null);
  }

  private void tell(Breaker.State state, long nowMillis) {
    metrics.breakerOpen.set(state.open() ? 1 : 0);
    metrics.breakerTransitions.labelValues(state.open() ? "open" : "closed").inc();
    if (state.open()) {
      String text =
          "The load breaker opened: "
              + state.reason()
              + ". All nodes pass and none is preferred until load data is back. Run 'ballast doctor',"
              + " and see the log of the annotator that leads";
      LOG.warn(text);
      events.write(KubeEvents.Type.WARNING, "OpenBreaker", "LoadBreakerOpened", text, nowMillis);
    } else {
      String text =
          "The load breaker closed: " + state.reason() + ". Nodes are judged by their load again";
      LOG.info(text);
      events.write(KubeEvents.Type.NORMAL, "CloseBreaker", "LoadBreakerClosed", text, nowMillis);
    }
  }
}

package dev.ballast.annotator;

import dev.ballast.metrics.Metrics;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZoneLedger.Assumption;
import dev.ballast.topology.ZoneLedger.Unplaced;
import dev.ballast.topology.ZoneShare;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives topology results to pods that were bound without one: by the scheduler itself while Ballast
 * was away, or because nothing of Ballast binds. Until a pod has its result it counts in each zone
 * of its node, so what is chosen here is free whatever an extender has handed out meanwhile: once
 * the extender knows the pod and this process what was handed out before, for which a pod waits
 * {@link #SETTLING_MILLIS}. A result of which nobody knows whether it was written is written again,
 * the same one, until that is known; its CPUs are the pod's all the while. A pod for which no zone
 * has room is reported once, and looked at again from time to time. Those that were bound first are
 * the first to get something. Confined to one thread.
 */
public final class LateResults {
  private static final Logger LOG = LoggerFactory.getLogger(LateResults.class);

  /** What came of a write. */
  public sealed interface Written {
    /** Why it is not known to be done; empty when it was. */
    String why();

    /** It was done. */
    record Done() implements Written {
      @Override
      public String why() {
        return "";
      }
    }

    /** It was not done, and will not be. */
    record Refused(String why) implements Written {}

    /** Nobody knows whether it was done. */
    record Unknown(String why) implements Written {}
  }

  /** Writes of results. */
  @FunctionalInterface
  public interface Writer {
    /** Writes a result and waits for the answer. */
    Written write(ZoneLedger.Pod pod, List<ZoneShare> result);
  }

  /** Told of pods that have no room. */
  @FunctionalInterface
  public interface Report {
    /** Takes a pod, once. */
    void noRoom(ZoneLedger.Pod pod, String node, String why);
  }

  /** More than a bind call takes at most, and its news after it. */
  static final long SETTLING_MILLIS = 5_000;

  static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(30);

  private final ZoneLedger ledger;
  private final Predicate<String> ours;
  private final Leadership leadership;
  private final Writer writer;
  private final Report report;
  private final Metrics metrics;
  private final LongSupplier clockMillis;
  private final Map<String, Long> pauses = new HashMap<>(); // by UID, until when
  private final HashSet<String> reported = new HashSet<>();
  private final Map<String, Unplaced> unanswered = new HashMap<>(); // by UID

  /**
   * Nothing is written yet.
   *
   * @param ours whether the pod with a UID is one that Ballast places
   */
  public LateResults(
      ZoneLedger ledger,
      Predicate<String> ours,
      Leadership leadership,
      Writer writer,
      Report report,
      Metrics metrics,
      LongSupplier clockMillis) {
    this.ledger = ledger;
    this.ours = ours;
    this.leadership = leadership;
    this.writer = writer;
    this.report = report;
    this.metrics = metrics;
    this.clockMillis = clockMillis;
  }

  /** Writes what can be written now; to be called about once a second. */
  public void run() {
    var unplaced = new ArrayList<>(ledger.unplaced());
    unplaced.forEach(pod -> unanswered.remove(pod.pod().uid())); // it counts as any other again
    unplaced.addAll(unanswered.values());
    unplaced.sort(
        Comparator.comparingLong(Unplaced::boundMillis).thenComparing(p -> p.pod().uid()));
    var uids = new HashSet<String>();
    unplaced.forEach(pod -> uids.add(pod.pod().uid()));
    pauses.keySet().retainAll(uids);
    reported.retainAll(uids);
    for (var pod : unplaced) {
      long now = clockMillis.getAsLong();
      if (!leadership.leads(now)) {
        return;
      }
      boolean due =
          now - pod.boundMillis() >= SETTLING_MILLIS
              && pauses.getOrDefault(pod.pod().uid(), 0L) <= now;
      if (due && ours.test(pod.pod().uid())) {
        place(pod, now);
      }
    }
  }

  private void place(Unplaced pod, long nowMillis) {
    String uid = pod.pod().uid();
    boolean asked = unanswered.remove(uid) != null;
    var assumption = ledger.place(pod, nowMillis);
    if (assumption instanceof Assumption.Chosen chosen) {
      var written = write(pod.pod(), chosen.shares());
      if (written instanceof Written.Done) {
        count("written");
        return;
      }
      LOG.warn("{} gets no topology result yet: {}", name(pod), written.why());
      if (written instanceof Written.Refused && !asked) {
        ledger.unplace(pod, nowMillis);
      } else { // this write or the one before it may have been done
        unanswered.put(uid, pod);
      }
      count("failed");
    } else if (assumption instanceof Assumption.Refused refused && reported.add(pod.pod().uid())) {
      LOG.warn("{} has no topology result and gets none: {}", name(pod), refused.reason());
      report.noRoom(pod.pod(), pod.node(), refused.reason());
      count("no_room");
    }
    pauses.put(pod.pod().uid(), nowMillis + PAUSE_MILLIS);
  }

  private Written write(ZoneLedger.Pod pod, List<ZoneShare> result) {
    try {
      return writer.write(pod, result);
    } catch (RuntimeException e) { // a defect of ours, before or after it was sent
      return new Written.Unknown(e.toString());
    }
  }

  private static String name(Unplaced pod) {
    return "Pod " + pod.pod().namespace() + "/" + pod.pod().name() + " on node " + pod.node();
  }

  private void count(String outcome) {
    metrics.lateResults.labelValues(outcome).inc();
  }
}

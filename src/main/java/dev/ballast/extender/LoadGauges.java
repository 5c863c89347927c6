package dev.ballast.extender;

import dev.ballast.inflight.InFlight;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.MetricTable;
import dev.ballast.load.ReadingState;
import dev.ballast.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;

/**
 * Publishes how many nodes are known, how many readings of each metric are in which state, and what
 * they do not show yet.
 */
public final class LoadGauges {
  private LoadGauges() {}

  /** Sets the gauges to what a snapshot holds at a time. */
  public static void publish(
      LoadSnapshot snapshot, MetricTable table, long nowMillis, Metrics metrics) {
    var loads = snapshot.nodes();
    metrics.nodes.set(loads.size());
    for (int i = 0; i < table.size(); i++) {
      var counts = new EnumMap<ReadingState, Integer>(ReadingState.class);
      for (var load : loads) {
        counts.merge(load.state(i, nowMillis), 1, Integer::sum);
      }
      for (var state : ReadingState.values()) {
        metrics
            .readings
            .labelValues(table.name(i), state.name().toLowerCase(Locale.ROOT))
            .set(counts.getOrDefault(state, 0));
      }
    }
  }

  /** Sets the gauges of what is in flight. */
  public static void publish(InFlight.Totals totals, Metrics metrics) {
    metrics.podsInFlight.set(totals.pods());
    metrics.inFlight.labelValues("cpu").set(totals.cpu());
    metrics.inFlight.labelValues("memory").set(totals.memory());
  }
}

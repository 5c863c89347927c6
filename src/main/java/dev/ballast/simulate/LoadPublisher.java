package dev.ballast.simulate;

import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The part of the annotator in a simulation: writes each metric onto the nodes at the period of the
 * policy, as annotation text, with the time of the newest sample. Confined to one thread.
 */
final class LoadPublisher {
  private final List<SimulatedMetric> shapes;
  private final LoadStore store;
  private final LoadAnnotations annotations;
  private final List<SimulatedNode> nodes;
  private final List<Map<String, String>> texts;
  private final long[] dueMillis;
  private final int[] metrics;

  /**
   * A publisher that has not written anything.
   *
   * @param shapes what is measured; metrics of the store that are not among them stay missing
   */
  LoadPublisher(
      List<SimulatedMetric> shapes,
      LoadStore store,
      LoadAnnotations annotations,
      List<SimulatedNode> nodes) {
    this.store = store;
    this.annotations = annotations;
    this.nodes = nodes;
    this.shapes = shapes;
    metrics = shapes.stream().mapToInt(s -> store.metrics().indexOf(s.name())).toArray();
    dueMillis = new long[metrics.length]; // long past: all are due at first
    texts =
        IntStream.range(0, nodes.size())
            .<Map<String, String>>mapToObj(i -> new HashMap<>())
            .toList();
  }

  /** Writes the metrics whose period is over. */
  void publishDue(Measurements measurements, long nowMillis) {
    boolean written = false;
    for (int i = 0; i < metrics.length; i++) {
      if (nowMillis >= dueMillis[i]) {
        write(i, measurements);
        dueMillis[i] = nowMillis + store.metrics().sync(metrics[i]).period().toMillis();
        written = true;
      }
    }
    if (written) {
      for (int node = 0; node < nodes.size(); node++) {
        var to = nodes.get(node);
        store.put(to.name(), to.facts(), texts.get(node), nowMillis);
      }
    }
  }

  private void write(int shape, Measurements measurements) {
    var time = Instant.ofEpochMilli(measurements.sampledMillis());
    for (int node = 0; node < nodes.size(); node++) {
      texts
          .get(node)
          .put(shapes.get(shape).name(), annotations.format(measurements.value(node, shape), time));
    }
  }
}

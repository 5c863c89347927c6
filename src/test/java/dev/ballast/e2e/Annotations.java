package dev.ballast.e2e;

import static java.util.stream.Collectors.toMap;

import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.DoublePredicate;

/** What the nodes of a cluster carry. */
final class Annotations {
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);

  private final LocalCluster cluster;

  Annotations(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** All annotations by node. */
  Map<String, Map<String, String>> all() {
    return cluster.admin().nodes().list().getItems().stream()
        .collect(toMap(node -> node.getMetadata().getName(), Annotations::of));
  }

  private static Map<String, String> of(Node node) {
    var annotations = node.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }

  /** The annotations of one node. */
  Map<String, String> of(String node) {
    return of(cluster.admin().nodes().withName(node).require());
  }

  /** The readings of a metric, by node; nodes without one are left out. */
  Map<String, Measurement> readings(String metric) {
    return all().entrySet().stream()
        .filter(node -> node.getValue().containsKey(metric))
        .collect(
            toMap(
                Map.Entry::getKey, node -> TEXT.parse(node.getValue().get(metric)).orElseThrow()));
  }

  /** Waits until so many of the nodes whose name starts so carry a reading like this. */
  Duration await(String metric, String nodePrefix, int nodes, DoublePredicate wanted) {
    return Await.until(
        metric + " of " + nodes + " nodes " + nodePrefix,
        Duration.ofMinutes(2),
        () ->
            readings(metric).entrySet().stream()
                    .filter(reading -> reading.getKey().startsWith(nodePrefix))
                    .filter(reading -> wanted.test(reading.getValue().value()))
                    .count()
                >= nodes);
  }
}

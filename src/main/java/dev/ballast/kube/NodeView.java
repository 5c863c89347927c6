package dev.ballast.kube;

import dev.ballast.inflight.BadText;
import dev.ballast.load.NodeFacts;
import dev.ballast.topology.PodTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The part of a Node that Ballast decodes; everything else of the object, images and managed fields
 * above all, is passed over. Confined to one thread.
 */
final class NodeView {
  private static final String ZONE = "topology.kubernetes.io/zone";
  private static final Set<String> LABELS =
      Set.of(ZONE, NodeFacts.NO_LOAD_DATA, PodTopology.AWARENESS);

  Meta metadata = new Meta();
  final List<String> internalIps = new ArrayList<>(1);
  final List<String> hostnames = new ArrayList<>(1);
  final Amount capacity = new Amount();
  final Amount allocatable = new Amount();

  /**
   * Reads a Node.
   *
   * @param annotations which of its annotations are kept
   */
  static NodeView read(ProtoReader in, Predicate<String> annotations) {
    var node = new NodeView();
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> node.metadata = Meta.read(in.message(), LABELS::contains, annotations);
        case 3 -> node.readStatus(in.message());
        default -> {}
      }
    }
    return node;
  }

  private void readStatus(ProtoReader in) {
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> capacity.add(in.message());
        case 2 -> allocatable.add(in.message());
        case 5 -> readAddress(in.message());
        default -> {}
      }
    }
  }

  private void readAddress(ProtoReader in) {
    String type = "";
    String address = "";
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> type = in.text();
        case 2 -> address = in.text();
        default -> {}
      }
    }
    if (!address.isEmpty()) {
      switch (type) {
        case "InternalIP" -> internalIps.add(address);
        case "Hostname" -> hostnames.add(address);
        default -> {}
      }
    }
  }

  /** What is known of it besides its load; a quantity that cannot be read is not known. */
  NodeFacts facts() {
    var whole = capacity.parse("capacity", BadText.IGNORED);
    var usable = allocatable.parse("allocatable", BadText.IGNORED);
    return new NodeFacts(
        whole.cpu(),
        whole.memory(),
        usable.cpu(),
        usable.memory(),
        metadata.labels.getOrDefault(ZONE, ""),
        NodeFacts.noLoadData(metadata.labels));
  }

  /** What its label says of pods that do not say whether all comes from one zone. */
  Optional<Boolean> zoneAware() {
    return Optional.ofNullable(metadata.labels.get(PodTopology.AWARENESS))
        .flatMap(PodTopology::bool);
  }
}

package dev.ballast.cli.doctor;

import dev.ballast.kube.ClusterProbe.SeenNode;
import dev.ballast.load.NodeFacts;
import java.util.List;

/** Which nodes there are, and which of them give no load on purpose. */
final class NodeCheck {
  static final String NAME = "nodes";

  private NodeCheck() {}

  static Finding of(List<SeenNode> nodes) {
    if (nodes.isEmpty()) {
      return Finding.broken(NAME, "the cluster has none", "is this the right kubeconfig?");
    }
    var quiet = nodes.stream().filter(SeenNode::noLoadData).map(n -> n.node().name()).toList();
    String seen = Words.count(nodes.size(), "node");
    return Finding.ok(
        NAME,
        quiet.isEmpty()
            ? seen
            : "%s; labelled %s, so no load is expected: %d (%s)"
                .formatted(seen, NodeFacts.NO_LOAD_DATA, quiet.size(), Words.some(quiet)));
  }
}

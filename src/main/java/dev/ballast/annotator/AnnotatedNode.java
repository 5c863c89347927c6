package dev.ballast.annotator;

import dev.ballast.load.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as Ballast needs it. Immutable.
 *
 * @param name the node's name
 * @param internalIps its InternalIP addresses
 * @param hostnames its Hostname addresses
 * @param facts its capacity, zone and whether load is expected of it
 * @param annotations all its annotations that Ballast reads or writes
 * @param zoneAware what its label says of pods that do not say whether all they get comes from one
 *     zone of it; empty without one that can be read
 */
public record AnnotatedNode(
    String name,
    List<String> internalIps,
    List<String> hostnames,
    NodeFacts facts,
    Map<String, String> annotations,
    Optional<Boolean> zoneAware) {
  public AnnotatedNode {
    internalIps = List.copyOf(internalIps);
    hostnames = List.copyOf(hostnames);
    annotations = Map.copyOf(annotations);
  }

  /** A node of which nothing else is known. */
  public AnnotatedNode(
      String name,
      List<String> internalIps,
      List<String> hostnames,
      Map<String, String> annotations) {
    this(name, internalIps, hostnames, NodeFacts.UNKNOWN, annotations, Optional.empty());
  }
}

package dev.ballast.annotator;

import java.util.List;
import java.util.Map;

/**
 * A node as the annotator needs it. Immutable.
 *
 * @param name the node's name
 * @param internalIps its InternalIP addresses
 * @param hostnames its Hostname addresses
 * @param annotations all its annotations that Ballast reads or writes
 */
public record AnnotatedNode(
    String name,
    List<String> internalIps,
    List<String> hostnames,
    Map<String, String> annotations) {
  public AnnotatedNode {
    internalIps = List.copyOf(internalIps);
    hostnames = List.copyOf(hostnames);
    annotations = Map.copyOf(annotations);
  }
}

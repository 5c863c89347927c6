package dev.ballast.kube;

import dev.ballast.annotator.AnnotatedNode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The nodes as a listener of a feed knows them, by name. */
public final class KnownNodes implements NodeFeed.Listener {
  private final Map<String, AnnotatedNode> nodes = new ConcurrentHashMap<>();

  /** The nodes, as they are whenever this is looked at. */
  public Map<String, AnnotatedNode> nodes() {
    return nodes;
  }

  @Override
  public void put(AnnotatedNode node) {
    nodes.put(node.name(), node);
  }

  @Override
  public void remove(String name) {
    nodes.remove(name);
  }
}

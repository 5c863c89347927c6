package dev.ballast.load;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The load of all nodes at one moment. Immutable: a request reads it once and works on nothing
 * else.
 *
 * @param version counts up with every change
 * @param nodes the load of each node by name
 */
public record LoadSnapshot(long version, Map<String, NodeLoad> nodes) {
  /** The snapshot before anything is known. */
  public static final LoadSnapshot EMPTY = new LoadSnapshot(0, Map.of());

  public LoadSnapshot {
    nodes = Map.copyOf(nodes);
  }

  /** The load of a node, or null when the node is not known. */
  public @Nullable NodeLoad find(String node) {
    return nodes.get(node);
  }
}

package dev.ballast.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The load of all nodes at one moment. Immutable: a request reads it once and works on nothing
 * else.
 */
public final class LoadSnapshot {
  /** The snapshot before anything is known. */
  public static final LoadSnapshot EMPTY = new LoadSnapshot(0, NodeNames.EMPTY, new NodeLoad[0]);

  private final long version;
  private final NodeNames names;
  private final @Nullable NodeLoad[] loads;

  /**
   * A snapshot.
   *
   * @param loads by number; not to be changed any more
   */
  LoadSnapshot(long version, NodeNames names, @Nullable NodeLoad[] loads) {
    this.version = version;
    this.names = names;
    this.loads = loads;
  }

  /** A snapshot of nodes that have different names. */
  public static LoadSnapshot of(long version, Collection<NodeLoad> nodes) {
    var loads = nodes.toArray(NodeLoad[]::new);
    String[] names = Stream.of(loads).map(NodeLoad::name).toArray(String[]::new);
    return new LoadSnapshot(version, new NodeNames(names), loads);
  }

  /** Counts up with every change. */
  public long version() {
    return version;
  }

  /** The names of the nodes. */
  public NodeNames names() {
    return names;
  }

  /** The load of the node with a number of {@link #names}. */
  public @Nullable NodeLoad at(int number) {
    return loads[number];
  }

  /** The loads of nodes with numbers of {@link #names}, in their order; null where one has none. */
  public @Nullable NodeLoad[] at(NodeList nodes) {
    @Nullable NodeLoad[] some = new NodeLoad[nodes.size()];
    nodes.gather(loads, some);
    return some;
  }

  /** The load of a node, or null when the node is not known. */
  public @Nullable NodeLoad find(String node) {
    int number = names.find(node);
    return number == NodeNames.NONE ? null : loads[number];
  }

  /** The loads of all nodes, in no order. */
  public List<NodeLoad> nodes() {
    var known = new ArrayList<NodeLoad>(loads.length);
    Arrays.stream(loads).filter(Objects::nonNull).forEach(known::add);
    return known;
  }
}

package dev.ballast.kube;

import dev.ballast.annotator.AnnotatedNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All nodes of the cluster, with the annotations that Ballast knows. Safe for use by many threads.
 */
public final class NodeFeed implements AutoCloseable {
  /** Told of changes, one at a time; must not block. */
  public interface Listener {
    void put(AnnotatedNode node);

    void remove(String name);
  }

  private final Feed<ProtoReader, AnnotatedNode> feed;

  /**
   * A feed that is not started yet.
   *
   * @param keys the annotations that are kept
   */
  public NodeFeed(KubeConnection connection, Predicate<String> keys, Listener listener) {
    feed =
        new Feed<>(
            ResourceStream.core(connection, "nodes"),
            new RecordStore<>(
                new NodeKind(keys),
                new Feed.Listener<>() {
                  @Override
                  public void put(AnnotatedNode node) {
                    listener.put(node);
                  }

                  @Override
                  public void remove(AnnotatedNode last) {
                    listener.remove(last.name());
                  }
                }));
  }

  /** Starts to list and watch; returns at once. */
  public void start() {
    feed.start();
  }

  /** True when all nodes have been listed once. */
  public boolean hasSynced() {
    return feed.hasSynced();
  }

  /** True while changes arrive. */
  public boolean isWatching() {
    return feed.isWatching();
  }

  /** The nodes, as they are now. */
  public Collection<AnnotatedNode> nodes() {
    return List.copyOf(feed.records());
  }

  @Override
  public void close() {
    feed.close();
  }

  /** Nodes are told apart by their names: a node made anew is the same to who knows its load. */
  private record NodeKind(Predicate<String> keys)
      implements RecordStore.Kind<ProtoReader, NodeView, AnnotatedNode> {
    @Override
    public NodeView decode(ProtoReader object) {
      return NodeView.read(object, keys);
    }

    @Override
    public Meta metadata(NodeView node) {
      return node.metadata;
    }

    @Override
    public String key(Meta metadata) {
      return metadata.name;
    }

    @Override
    public AnnotatedNode read(NodeView node, @Nullable AnnotatedNode before) {
      var kept = new HashMap<String, String>();
      node.metadata.annotations.forEach((key, text) -> kept.put(key.intern(), text));
      return new AnnotatedNode(
          before == null ? node.metadata.name : before.name(), // one text a node
          node.internalIps,
          node.hostnames,
          node.facts(),
          kept,
          node.zoneAware());
    }
  }
}

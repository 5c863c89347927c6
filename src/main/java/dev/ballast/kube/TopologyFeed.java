package dev.ballast.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All NodeResourceTopology objects of the cluster, of both kinds. A kind that the API server does
 * not serve has none, until it does. Safe for use by many threads.
 */
public final class TopologyFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyFeed.class);
  private static final String PLURAL = "noderesourcetopologies";

  /** Told of changes, those of one kind one at a time; must not block. */
  public interface Listener {
    /** Takes a topology that is new or changed. */
    void put(NodeTopology topology);

    /** Takes note that the topology of a node cannot be read. */
    void unreadable(Kind kind, String node);

    /** Takes back the topology of a node. */
    void remove(Kind kind, String node);
  }

  /** What there is of a node: empty when it cannot be read. */
  private record Published(String node, String error, Optional<NodeTopology> topology) {}

  private final List<Feed<JsonNode, Published>> feeds = new ArrayList<>();

  /** A feed that is not started yet. */
  public TopologyFeed(KubeConnection connection, Listener listener) {
    for (var kind : Kind.values()) {
      feeds.add(
          Feed.ofOptional(
              ResourceStream.custom(connection, kind.group(), kind.version(), PLURAL),
              new RecordStore<>(new TopologyKind(kind), teller(kind, listener))));
    }
  }

  private static Feed.Listener<Published> teller(Kind kind, Listener listener) {
    return new Feed.Listener<>() {
      @Override
      public void put(Published published) {
        if (published.topology().isPresent()) {
          listener.put(published.topology().get());
        } else {
          LOG.warn(
              "NodeResourceTopology {} of {} cannot be read: {}. Its node counts as one without a"
                  + " topology.",
              published.node(),
              kind.group(),
              published.error());
          listener.unreadable(kind, published.node());
        }
      }

      @Override
      public void remove(Published last) {
        listener.remove(kind, last.node());
      }
    };
  }

  /** Starts to list and watch; returns at once. */
  public void start() {
    feeds.forEach(Feed::start);
  }

  /** True when all objects have been listed once, of each kind that is served. */
  public boolean hasSynced() {
    return feeds.stream().allMatch(Feed::hasSynced);
  }

  @Override
  public void close() {
    feeds.forEach(Feed::close);
  }

  /** They are named like their nodes. */
  private record TopologyKind(Kind kind)
      implements RecordStore.Kind<JsonNode, JsonNode, Published> {
    @Override
    public JsonNode decode(JsonNode object) {
      return object;
    }

    @Override
    public Meta metadata(JsonNode object) {
      return JsonEncoding.JSON.metadata(object);
    }

    @Override
    public String key(Meta metadata) {
      return metadata.name;
    }

    @Override
    public Published read(JsonNode object, @Nullable Published before) {
      String node = metadata(object).name;
      try {
        return new Published(node, "", Optional.of(TopologyReader.read(kind, object)));
      } catch (TopologyReader.UnreadableException e) {
        return new Published(node, String.valueOf(e.getMessage()), Optional.empty());
      }
    }
  }
}

package dev.ballast.kube;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** All pods of the cluster, each as its node and state. Safe for use by many threads. */
public final class PodFeed implements AutoCloseable {
  /** The state of a pod, as scheduling sees it. */
  public enum State {
    /** Not bound to a node. */
    WAITING,
    /** Bound and not ended. */
    BOUND,
    /** Succeeded or failed: it uses nothing any more. */
    ENDED
  }

  /** A pod; the node's name is empty when it is not bound. */
  record PodRecord(String node, State state) {}

  private final ConcurrentMap<String, String> nodeNames = new ConcurrentHashMap<>();
  private final Feed<PodView, PodRecord> feed;

  /** A feed that is not started yet. */
  public PodFeed(KubeConnection connection) {
    feed =
        new Feed<>(
            "pods",
            connection.client().resources(PodView.class).inAnyNamespace().withLimit(Feed.PAGE),
            new RecordStore<>(PodView::new, this::pod),
            new Feed.Listener<>() {
              @Override
              public void put(String key, PodRecord pod) {}

              @Override
              public void remove(String key) {}
            });
  }

  /** Starts to list and watch; returns at once. */
  public void start() {
    feed.start();
  }

  /** True when all pods have been listed once. */
  public boolean hasSynced() {
    return feed.hasSynced();
  }

  /** True while changes arrive. */
  public boolean isWatching() {
    return feed.isWatching();
  }

  /** The number of pods in each state, as it is now. */
  public Map<State, Long> counts() {
    var counts = new EnumMap<State, Long>(State.class);
    for (var state : State.values()) {
      counts.put(state, 0L);
    }
    feed.records().forEach(pod -> counts.merge(pod.state(), 1L, Long::sum));
    return counts;
  }

  @Override
  public void close() {
    feed.close();
  }

  private PodRecord pod(PodView view) {
    @Nullable String node = view.getSpec().nodeName;
    @Nullable String phase = view.getStatus().phase;
    boolean bound = node != null && !node.isEmpty();
    boolean ended = "Succeeded".equals(phase) || "Failed".equals(phase);
    return new PodRecord(
        bound ? nodeNames.computeIfAbsent(node, n -> n) : "", // one String a node, not a pod
        ended ? State.ENDED : bound ? State.BOUND : State.WAITING);
  }
}

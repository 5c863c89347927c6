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

  /** Told of pods that got a node or are gone, one at a time; must not block. */
  public interface Listener {
    void bound(String uid, String namespace, String name, String node);

    void removed(String uid);
  }

  /** A pod; the node's name is empty when it is not bound. */
  record PodRecord(String uid, String node, State state) {}

  private final ConcurrentMap<String, String> nodeNames = new ConcurrentHashMap<>();
  private final Feed<PodView, PodRecord> feed;

  /** A feed that is not started yet. */
  public PodFeed(KubeConnection connection, Listener listener) {
    var waiting = new ConcurrentHashMap<String, String>();
    feed =
        new Feed<>(
            "pods",
            connection.client().resources(PodView.class).inAnyNamespace().withLimit(Feed.PAGE),
            new RecordStore<>(PodView::new, this::pod),
            new Feed.Listener<>() {
              @Override
              public void put(String key, PodRecord pod) {
                int slash = key.indexOf('/');
                if (pod.state() == State.WAITING) {
                  waiting.put(key, pod.uid());
                } else if (waiting.remove(key) != null && pod.state() == State.BOUND) {
                  listener.bound(
                      pod.uid(), key.substring(0, slash), key.substring(slash + 1), pod.node());
                }
              }

              @Override
              public void remove(String key) {
                @Nullable String uid = waiting.remove(key);
                if (uid != null) {
                  listener.removed(uid);
                }
              }
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
        view.getMetadata().getUid(),
        bound ? nodeNames.computeIfAbsent(node, n -> n) : "", // one String a node, not a pod
        ended ? State.ENDED : bound ? State.BOUND : State.WAITING);
  }
}

package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All pods of the cluster, as scheduling sees them. Safe for use by many threads. */
public final class PodFeed implements AutoCloseable {
  /** The state of a pod. */
  public enum State {
    /** Not bound to a node. */
    WAITING,
    /** Bound and not ended. */
    BOUND,
    /** Succeeded or failed: it uses nothing any more. */
    ENDED
  }

  /** Told of texts of pods that cannot be read, once a pod; must not block. */
  @FunctionalInterface
  public interface Unreadable {
    /** Tells nobody. */
    Unreadable IGNORED = (pod, what, text, why) -> {};

    /**
     * Takes one finding.
     *
     * @param pod namespace and name
     * @param what the annotation or resource, one of a few constant texts
     * @param text what is written there
     * @param why what is wrong with it and what to write
     */
    void found(String pod, String what, String text, String why);
  }

  private final Feed<ProtoReader, PodFacts> feed;

  /** A feed that is not started yet and tells nobody. */
  public PodFeed(KubeConnection connection) {
    this(connection, List.of(), Unreadable.IGNORED);
  }

  /**
   * A feed that is not started yet.
   *
   * @param listeners told of each change, one after the other
   */
  public PodFeed(KubeConnection connection, List<PodListener> listeners, Unreadable unreadable) {
    var told = new ToldOnce(unreadable);
    var all = Stream.concat(listeners.stream(), Stream.<PodListener>of(told)).toList();
    feed =
        new Feed<>(
            ResourceStream.core(connection, "pods"),
            new RecordStore<>(new PodKind(new PodReader(), told), tellAll(all)));
  }

  private static Feed.Listener<PodFacts> tellAll(List<PodListener> listeners) {
    return new Feed.Listener<>() {
      @Override
      public void put(PodFacts pod) {
        listeners.forEach(listener -> listener.put(pod));
      }

      @Override
      public void remove(PodFacts last) {
        listeners.forEach(listener -> listener.remove(last));
      }
    };
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

  /** A pod by its UID, if it is known. */
  public Optional<PodFacts> find(String uid) {
    return feed.find(uid);
  }

  /** The number of pods in each state, as it is now. */
  public Map<State, Long> counts() {
    var counts = new EnumMap<State, Long>(State.class);
    for (var state : State.values()) {
      counts.put(state, 0L);
    }
    feed.records().forEach(pod -> counts.merge(state(pod), 1L, Long::sum));
    return counts;
  }

  private static State state(PodFacts pod) {
    return pod.ended() ? State.ENDED : pod.isBound() ? State.BOUND : State.WAITING;
  }

  @Override
  public void close() {
    feed.close();
  }

  /** Pods are told apart by their UIDs: one made anew under the name of another is another. */
  private record PodKind(PodReader reader, ToldOnce told)
      implements RecordStore.Kind<ProtoReader, PodView, PodFacts> {
    @Override
    public PodView decode(ProtoReader object) {
      return PodView.read(object);
    }

    @Override
    public Meta metadata(PodView pod) {
      return pod.metadata;
    }

    @Override
    public String key(Meta metadata) {
      return metadata.uid;
    }

    @Override
    public PodFacts read(PodView pod, @Nullable PodFacts before) {
      return reader.read(pod, before, told.of(pod));
    }
  }
}

package dev.ballast.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An informer's store that keeps a small record of each object instead of the object, and tells its
 * listener of each record that is new, different or gone. The objects themselves are garbage as
 * soon as they have been read: none waits for a listener in a queue.
 *
 * <p>What it gives back to the informer are stubs that hold a key, which is all that an informer
 * without handlers and without full state looks at. Safe for use by many threads; the informer
 * writes one object at a time.
 *
 * @param <V> the decoded object
 * @param <R> the record
 */
final class RecordStore<V extends HasMetadata, R> implements ItemStore<V> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);

  /** How objects of a kind are told apart and read. */
  interface Kind<V, R> {
    /** What tells an object apart from all others that a listener knows. */
    String key(V object);

    /** An object that has this key and nothing else. */
    V stub(String key);

    /**
     * The record of an object.
     *
     * @param before the record so far, whose texts it may share; null without one
     */
    R read(V object, @Nullable R before);
  }

  private final Kind<V, R> kind;
  private final Feed.Listener<R> listener;
  private final ConcurrentMap<String, R> records = new ConcurrentHashMap<>();

  RecordStore(Kind<V, R> kind, Feed.Listener<R> listener) {
    this.kind = kind;
    this.listener = listener;
  }

  /** The records, as they are whenever this is looked at. */
  Collection<R> records() {
    return Collections.unmodifiableCollection(records.values());
  }

  @Override
  public String getKey(V object) {
    return kind.key(object);
  }

  @Override
  public @Nullable V put(String key, V object) {
    @Nullable R before = records.get(key);
    R now = kind.read(object, before);
    if (!now.equals(before)) { // else the record that the listener may have kept stays
      records.put(key, now);
      tell(() -> listener.put(now));
    }
    return stub(key, before);
  }

  @Override
  public @Nullable V remove(String key) {
    @Nullable R last = records.remove(key);
    if (last != null) {
      tell(() -> listener.remove(last));
    }
    return stub(key, last);
  }

  /** A listener that fails must not end the list or the watch. */
  private static void tell(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException e) {
      LOG.error("A change could not be taken in", e);
    }
  }

  @Override
  public @Nullable V get(String key) {
    return stub(key, records.get(key));
  }

  @Override
  public Stream<String> keySet() {
    return records.keySet().stream();
  }

  @Override
  public Stream<V> values() {
    return records.keySet().stream().map(kind::stub);
  }

  @Override
  public int size() {
    return records.size();
  }

  @Override
  public boolean isFullState() {
    return false;
  }

  private @Nullable V stub(String key, @Nullable R there) {
    return there == null ? null : kind.stub(key);
  }
}

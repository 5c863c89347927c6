package dev.ballast.kube;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a small record of each object of a kind and tells its listener of each record that is new,
 * different or gone. The objects themselves are garbage as soon as they have been read. The records
 * may be looked at by many threads; one thread at a time writes.
 *
 * @param <O> the encoded object
 * @param <V> the decoded object
 * @param <R> the record
 */
final class RecordStore<O, V, R> {
  private static final Logger LOG = LoggerFactory.getLogger(RecordStore.class);

  /** How objects of a kind are decoded, told apart and read. */
  interface Kind<O, V, R> {
    /** Decodes an object. */
    V decode(O object);

    /** Its metadata. */
    Meta metadata(V object);

    /** What tells an object apart from all others that a listener knows. */
    String key(Meta metadata);

    /**
     * The record of an object.
     *
     * @param before the record so far, whose texts it may share; null without one
     */
    R read(V object, @Nullable R before);
  }

  private final Kind<O, V, R> kind;
  private final Feed.Listener<R> listener;
  private final ConcurrentMap<String, R> records = new ConcurrentHashMap<>();

  RecordStore(Kind<O, V, R> kind, Feed.Listener<R> listener) {
    this.kind = kind;
    this.listener = listener;
  }

  /** The records, as they are whenever this is looked at. */
  Collection<R> records() {
    return Collections.unmodifiableCollection(records.values());
  }

  /** The record of a key, as it is now. */
  Optional<R> find(String key) {
    return Optional.ofNullable(records.get(key));
  }

  /** Takes in an object that is there; its metadata. */
  Meta put(O encoded) {
    V object = kind.decode(encoded);
    Meta metadata = kind.metadata(object);
    String key = kind.key(metadata);
    @Nullable R before = records.get(key);
    R now = kind.read(object, before);
    if (!now.equals(before)) { // else the record that the listener may have kept stays
      records.put(key, now);
      tell(() -> listener.put(now));
    }
    return metadata;
  }

  /** Takes back the object with this metadata. */
  void remove(Meta metadata) {
    remove(kind.key(metadata));
  }

  /** Takes back all objects but those with these keys. */
  void retain(Set<String> keys) {
    records.keySet().stream().filter(key -> !keys.contains(key)).toList().forEach(this::remove);
  }

  /** What tells apart an object with this metadata. */
  String key(Meta metadata) {
    return kind.key(metadata);
  }

  private void remove(String key) {
    @Nullable R last = records.remove(key);
    if (last != null) {
      tell(() -> listener.remove(last));
    }
  }

  /** A listener that fails must not end the list or the watch. */
  private static void tell(Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException e) {
      LOG.error("A change could not be taken in", e);
    }
  }
}

package dev.ballast.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list and watch of one kind of object, kept as records. It lists in pages, lives on when the
 * first list fails, a watch drops, a resource version is too old or the API server restarts, and
 * says so in the log. Safe for use by many threads; {@link #close} is idempotent.
 *
 * @param <V> the decoded object
 * @param <R> the record
 */
final class Feed<V extends HasMetadata, R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** Objects a page: small enough for the request timeout of a busy API server. */
  static final long PAGE = 500;

  /** Told of changes, one at a time, on the informer's thread; must not block. */
  interface Listener<R> {
    void put(String key, R value);

    void remove(String key);
  }

  private final String kind;
  private final RecordStore<V, R> store;
  private final SharedIndexInformer<V> informer;

  Feed(String kind, Informable<V> resources, RecordStore<V, R> store, Listener<R> listener) {
    this.kind = kind;
    this.store = store;
    this.informer = resources.runnableInformer(0);
    informer.removeNamespaceIndex();
    informer.itemStore(store);
    informer.exceptionHandler(
        (started, failure) -> {
          LOG.warn("Listing or watching {} failed, trying again: {}", kind, failure.toString());
          return true;
        });
    informer.addEventHandler(new Events(listener));
  }

  /** Starts to list and watch; returns at once. */
  void start() {
    informer
        .start()
        .whenComplete(
            (done, failure) -> {
              if (failure == null) {
                LOG.info("Listed {} {}", store.size(), kind);
              } else {
                LOG.error("Listing {} ended", kind, failure);
              }
            });
  }

  /** True when the first list has arrived. */
  boolean hasSynced() {
    return informer.hasSynced();
  }

  /** True while a watch is open: what is kept is then up to date. */
  boolean isWatching() {
    return informer.isWatching();
  }

  /** The records, as they are now. */
  Collection<R> records() {
    return store.records();
  }

  @Override
  public void close() {
    informer.stop();
  }

  /**
   * Hands on what the store holds when an event is delivered, which is never older than the event.
   */
  private final class Events implements ResourceEventHandler<V> {
    private final Listener<R> listener;

    Events(Listener<R> listener) {
      this.listener = listener;
    }

    @Override
    public void onAdd(V object) {
      changed(object);
    }

    @Override
    public void onUpdate(V before, V object) {
      changed(object);
    }

    @Override
    public void onDelete(V object, boolean finalStateUnknown) {
      changed(object);
    }

    private void changed(V object) {
      String key = RecordStore.key(object);
      @Nullable R value = store.find(key);
      if (value == null) {
        listener.remove(key);
      } else {
        listener.put(key, value);
      }
    }
  }
}

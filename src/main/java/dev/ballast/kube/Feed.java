package dev.ballast.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
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

  /** Told of changes of records, one at a time, before the next object is read; must not block. */
  interface Listener<R> {
    /** Takes a record that is new, or other than the one before it. */
    void put(R record);

    /** Takes back a record, as it was last. */
    void remove(R last);
  }

  private final String kind;
  private final RecordStore<V, R> store;
  private final SharedIndexInformer<V> informer;

  Feed(String kind, Informable<V> resources, RecordStore<V, R> store) {
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

  /** The records, as they are whenever this is looked at. */
  Collection<R> records() {
    return store.records();
  }

  @Override
  public void close() {
    informer.stop();
  }
}

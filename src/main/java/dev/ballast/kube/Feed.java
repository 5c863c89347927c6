package dev.ballast.kube;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A list and watch of one kind of object, kept as records. It lists in pages, lives on when the
 * first list fails, a watch drops, a resource version is too old or the API server restarts, and
 * says so in the log. Safe for use by many threads; {@link #close} is idempotent.
 *
 * <p>Source: the reflector of client-go. We differ in the encoding, of which only what is needed is
 * looked at, and in that a watch that is silent for longer than bookmarks are apart is given up.
 *
 * @param <O> an encoded object
 * @param <R> the record
 */
final class Feed<O, R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final Duration NOT_SERVED = Duration.ofSeconds(10);

  /** Told of changes of records, one at a time, before the next object is read; must not block. */
  interface Listener<R> {
    /** Takes a record that is new, or other than the one before it. */
    void put(R record);

    /** Takes back a record, as it was last. */
    void remove(R last);
  }

  private final ResourceStream<O> resource;
  private final RecordStore<O, ?, R> store;
  private final boolean optional;
  private final Thread thread;
  private volatile boolean synced;
  private volatile boolean watching;
  private volatile boolean closed;

  // Confined to the thread.
  private String version = ""; // of what is known; empty: it must be listed
  private boolean listed; // since the last event, so what is gone now may be gone again at once
  private Duration pause = FIRST_PAUSE;
  private boolean toldOfForbidden;

  /** A feed of a resource that every API server has. */
  Feed(ResourceStream<O> resource, RecordStore<O, ?, R> store) {
    this(resource, store, false);
  }

  /**
   * A feed of a resource that may come later, or never, or that we may not see: without it there
   * are no objects, and while we may not see it those that were there before.
   */
  static <O, R> Feed<O, R> ofOptional(ResourceStream<O> resource, RecordStore<O, ?, R> store) {
    return new Feed<>(resource, store, true);
  }

  private Feed(ResourceStream<O> resource, RecordStore<O, ?, R> store, boolean optional) {
    this.resource = resource;
    this.store = store;
    this.optional = optional;
    this.thread = new Thread(this::run, "feed of " + resource.name());
    thread.setDaemon(true);
  }

  /** Starts to list and watch; returns at once. */
  void start() {
    thread.start();
  }

  /** True when the first list has arrived. */
  boolean hasSynced() {
    return synced;
  }

  /** True while what is kept is up to date, or about to be: a watch is open. */
  boolean isWatching() {
    return watching;
  }

  /** The records, as they are whenever this is looked at. */
  Collection<R> records() {
    return store.records();
  }

  /** The record of a key, as it is now. */
  Optional<R> find(String key) {
    return store.find(key);
  }

  private void run() {
    while (!closed) {
      try {
        if (version.isEmpty()) {
          listed = true;
          list();
        }
        watch();
      } catch (ResourceStream.GoneException e) {
        LOG.info("Listing {} again: {}", resource.name(), e.getMessage());
        version = "";
        if (listed) { // else an outage may just be over, which has lasted long enough
          pause();
        }
      } catch (IOException | RuntimeException e) {
        watching = false;
        if (optional && e instanceof ResourceStream.NotServedException notServed) {
          notServed(notServed);
        } else if (!closed) {
          LOG.warn("{}, trying again: {}", doing(), ProbeException.rootMessage(e));
          pause();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return; // closed
      }
    }
  }

  /** The resource is not there, or no more; looks again after a while. */
  private void notServed(ResourceStream.NotServedException why) {
    version = "";
    if (!why.forbidden) { // else they may be there: an API server that starts knows no rights yet
      store.retain(Set.of());
    }
    if (why.forbidden && !toldOfForbidden) {
      toldOfForbidden = true;
      LOG.warn(
          "There are no {} to be seen: {}. Give this account the verbs list and watch; looking every"
              + " {} s",
          resource.path(),
          why.getMessage(),
          NOT_SERVED.toSeconds());
    } else if (!synced) {
      LOG.info("There are no {} here; looking every {} s", resource.path(), NOT_SERVED.toSeconds());
    }
    synced = true;
    sleep(NOT_SERVED.toMillis());
  }

  private String doing() {
    return (version.isEmpty() ? "Listing " : "Watching ") + resource.name() + " failed";
  }

  /** Waits longer each time until an event comes, and not as long as others do. */
  private void pause() {
    long millis = closed ? 0 : pause.toMillis();
    sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  private void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
    }
  }

  private void list() throws IOException, InterruptedException {
    Set<String> there = new HashSet<>();
    String next = "";
    do {
      var page = new Page<>(store, there);
      resource.encoding().page(resource.page(next), page);
      next = page.next;
      version = next.isEmpty() ? page.version() : "";
    } while (!next.isEmpty());
    store.retain(there);
    if (!synced) {
      LOG.info("Listed {} {}", there.size(), resource.name());
    }
    synced = true;
  }

  /** One page of a list, taken into the store as it is read. */
  private static final class Page<O> implements Encoding.Page<O> {
    private final RecordStore<O, ?, ?> store;
    private final Set<String> there;
    private String version = "";
    String next = "";

    Page(RecordStore<O, ?, ?> store, Set<String> there) {
      this.store = store;
      this.there = there;
    }

    @Override
    public void version(String version) {
      this.version = version;
    }

    @Override
    public void next(String next) {
      this.next = next;
    }

    @Override
    public void item(O object) {
      there.add(store.key(store.put(object)));
    }

    String version() throws IOException {
      if (version.isEmpty()) {
        throw new IOException("a list without a resource version");
      }
      return version;
    }
  }

  /** Returns when the server ends the watch, as it does from time to time. */
  private void watch() throws IOException, InterruptedException {
    var stream = resource.watch(version);
    try {
      watching = true;
      boolean any = false;
      Encoding.@Nullable Frame event = stream.next(KubeConnection.SILENCE);
      while (event != null) {
        resource.encoding().event(event, this::take);
        listed = false;
        pause = FIRST_PAUSE;
        any = true;
        event = stream.next(KubeConnection.SILENCE);
      }
      if (!any) { // a good one brings bookmarks at least
        throw new IOException("the watch ended without an event");
      }
    } finally {
      stream.cancel();
    }
  }

  private void take(String type, O object) throws IOException {
    version =
        switch (type) {
          case "ADDED", "MODIFIED" -> store.put(object).resourceVersion;
          case "DELETED" -> {
            Meta metadata = resource.encoding().metadata(object);
            store.remove(metadata);
            yield metadata.resourceVersion;
          }
          case "BOOKMARK" -> resource.encoding().metadata(object).resourceVersion;
          case "ERROR" -> throw resource.failure(object);
          default -> throw new IOException("a watch event of the unknown type \"" + type + '"');
        };
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}

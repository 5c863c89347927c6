package dev.ballast.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sees pods of the namespace {@code default} become bound. The API server sends one event a pod,
 * with metadata only, when the pod begins to have a node.
 */
final class BindingWatch implements AutoCloseable {
  private static final String BOUND = "&fieldSelector=spec.nodeName%21%3D";
  private static final String ADDED = "{\"type\":\"ADDED\"";

  private final InputStream events;
  private final CountDownLatch missing;
  private final AtomicLong firstNanos = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong();

  private BindingWatch(InputStream events, int pods) {
    this.events = events;
    missing = new CountDownLatch(pods);
    var reader = new Thread(this::read, "bindings");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts to watch; none of the pods may be bound yet. */
  static BindingWatch open(ApiClient api, int pods) {
    String list = api.list(BenchPods.PATH + "?limit=1");
    String key = "\"resourceVersion\":\"";
    int from = list.indexOf(key) + key.length();
    String version = list.substring(from, list.indexOf('"', from));
    try {
      return new BindingWatch(
          api.watch(BenchPods.PATH + "?watch=1&resourceVersion=" + version + BOUND), pods);
    } catch (IOException e) {
      throw new IllegalStateException("bindings cannot be watched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void read() {
    try (var lines = new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(ADDED)) {
          long now = System.nanoTime();
          firstNanos.compareAndSet(0, now);
          lastNanos.set(now);
          missing.countDown();
        }
      }
    } catch (IOException e) {
      // closed; whoever waits notices that pods are missing
    }
  }

  /**
   * Waits until all pods are bound.
   *
   * @return from the first to the last binding
   * @throws IllegalStateException when pods are left
   */
  Duration await(Duration limit) {
    try {
      if (!missing.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            missing.getCount() + " pods are not bound after " + limit.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return Duration.ofNanos(lastNanos.get() - firstNanos.get());
  }

  @Override
  public void close() throws IOException {
    events.close();
  }
}

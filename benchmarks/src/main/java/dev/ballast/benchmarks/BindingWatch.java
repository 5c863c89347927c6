package dev.ballast.benchmarks;

import dev.ballast.e2e.ApiClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sees pods of the namespace {@code default} become bound. The API server sends one event a pod,
 * with metadata only, when the pod begins to have a node. Goes on where it was when the API server
 * ends the watch, which it does to clients that read too slowly.
 */
final class BindingWatch implements AutoCloseable {
  private static final String BOUND = "&fieldSelector=spec.nodeName%21%3D";
  private static final String ADDED = "{\"type\":\"ADDED\"";
  private static final String VERSION = "\"resourceVersion\":\"";

  private final ApiClient api;
  private final CountDownLatch missing;
  private final AtomicLong firstNanos = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong();
  private final Thread reader;
  private String version;
  private volatile Socket socket;
  private volatile boolean closed;
  private volatile String trouble = "";

  private BindingWatch(ApiClient api, int pods) throws IOException {
    this.api = api;
    missing = new CountDownLatch(pods);
    version = version(api.list(BenchPods.PATH + "?limit=1"));
    socket = connect();
    reader = new Thread(this::read, "bindings");
    reader.setDaemon(true);
  }

  /** Starts to watch; none of the pods may be bound yet. */
  static BindingWatch open(ApiClient api, int pods) {
    try {
      var watch = new BindingWatch(api, pods);
      watch.reader.start();
      return watch;
    } catch (IOException e) {
      throw new IllegalStateException("bindings cannot be watched", e);
    }
  }

  private static String version(String json) {
    int from = json.indexOf(VERSION) + VERSION.length();
    return json.substring(from, json.indexOf('"', from));
  }

  private Socket connect() throws IOException {
    return api.watch(BenchPods.PATH + "?watch=1&resourceVersion=" + version + BOUND);
  }

  private void read() {
    while (!closed) {
      try (var lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(line);
        }
        if (!closed && trouble.isEmpty()) {
          socket = connect();
        }
      } catch (IOException e) {
        trouble = e.toString();
      }
      if (!trouble.isEmpty()) {
        return;
      }
    }
  }

  private void take(String line) {
    if (line.startsWith(ADDED)) {
      long now = System.nanoTime();
      firstNanos.compareAndSet(0, now);
      lastNanos.set(now);
      missing.countDown();
      version = version(line);
    } else if (line.startsWith("{\"type\":\"ERROR\"")) {
      trouble = line;
    } else if (line.startsWith("HTTP/") && !line.contains(" 200 ")) {
      trouble = line;
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
            "%d pods are not seen bound after %d s %s"
                .formatted(missing.getCount(), limit.toSeconds(), trouble));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return Duration.ofNanos(lastNanos.get() - firstNanos.get());
  }

  @Override
  public void close() throws IOException {
    closed = true;
    socket.close();
  }
}

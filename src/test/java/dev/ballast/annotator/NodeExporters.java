package dev.ballast.annotator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Exporters of some nodes with a steady load each, on one loopback port, a path a node. */
final class NodeExporters implements AutoCloseable {
  private static final double CPUS = 2;
  private static final double MEMORY_BYTES = 8e9;

  /** Numbers of nodes whose exporter answers with an error. */
  final Set<Integer> stopped = ConcurrentHashMap.newKeySet();

  /** When nodes' counters stopped, in seconds since the start. */
  private final Map<Integer, Double> frozen = new ConcurrentHashMap<>();

  private final int nodes;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final long startNanos = System.nanoTime();

  NodeExporters(int nodes) throws IOException {
    this.nodes = nodes;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  static double cpu(int node) {
    return (node + 1) / 25.0;
  }

  static double memory(int node) {
    return 0.9 - node / 40.0;
  }

  static String address(int node) {
    return "10.0.0." + (node + 1);
  }

  /** A configuration that scrapes each node every second. */
  String configuration() {
    StringBuilder yaml =
        new StringBuilder(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
            - job_name: node
              static_configs:
            """);
    for (int node = 0; node < nodes; node++) {
      yaml.append(
          String.format(
              Locale.ROOT,
              "  - {targets: ['127.0.0.1:%d'],"
                  + " labels: {__metrics_path__: /%d, instance: '%s:9100'}}%n",
              server.getAddress().getPort(),
              node,
              address(node)));
    }
    return yaml.toString();
  }

  private void answer(HttpExchange exchange) throws IOException {
    int node = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
    if (stopped.contains(node)) {
      exchange.sendResponseHeaders(503, -1);
    } else {
      byte[] body = text(node).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  /** Lets a node answer while its counters stand still. */
  void freeze(int node) {
    frozen.put(node, seconds());
  }

  /** Lets a node's counters jump to where they would be. */
  void thaw(int node) {
    frozen.remove(node);
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  private String text(int node) {
    double seconds = frozen.getOrDefault(node, seconds());
    StringBuilder text = new StringBuilder("# TYPE node_cpu_seconds_total counter\n");
    for (int cpu = 0; cpu < CPUS; cpu++) {
      sample(
          text,
          "node_cpu_seconds_total{mode=\"idle\",cpu=\"" + cpu + "\"}",
          seconds * (1 - cpu(node)));
      sample(
          text, "node_cpu_seconds_total{mode=\"user\",cpu=\"" + cpu + "\"}", seconds * cpu(node));
    }
    sample(text, "node_memory_MemTotal_bytes", MEMORY_BYTES);
    sample(text, "node_memory_MemAvailable_bytes", MEMORY_BYTES * (1 - memory(node)));
    return text.toString();
  }

  private static void sample(StringBuilder text, String series, double value) {
    text.append(series).append(' ').append(value).append('\n');
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

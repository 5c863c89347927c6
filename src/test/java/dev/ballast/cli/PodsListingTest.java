package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ballast.config.ConfigLoader;
import dev.ballast.kube.ProtoJson;
import dev.ballast.kube.ProtoWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The extender beside an API server that takes its time over the list of pods. */
final class PodsListingTest {
  private static final String NODE = "ip-10-0-0-4.eu-central-1.compute.internal";
  private static final byte[] NODES =
      list(ProtoJson.node("{'metadata': {'name': '%s'}}".formatted(NODE)));
  private static final byte[] PODS =
      list(
          ProtoJson.pod(
              """
              {'metadata': {'name': 'p', 'namespace': 'shop', 'uid': 'u'},
               'spec': {'nodeName': '%s'}, 'status': {'phase': 'Running'}}"""
                  .formatted(NODE)));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch podsAsked = new CountDownLatch(1);
  private final CountDownLatch podsListed = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpClient http = HttpClient.newHttpClient();
  private HttpServer api;

  @BeforeEach
  void start() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(threads);
    api.createContext("/api/v1/nodes", exchange -> answer(exchange, NODES));
    api.createContext(
        "/api/v1/pods",
        exchange -> {
          if (!isWatch(exchange)) {
            podsAsked.countDown();
            await(podsListed);
          }
          answer(exchange, PODS);
        });
    api.start();
  }

  @AfterEach
  void stop() {
    podsListed.countDown();
    over.countDown();
    api.stop(0);
    threads.shutdownNow();
  }

  private static byte[] list(ProtoWriter object) {
    return new ProtoWriter()
        .message(1, new ProtoWriter().text(2, "7"))
        .message(2, object)
        .toObject();
  }

  private static boolean isWatch(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=1");
  }

  private void answer(HttpExchange exchange, byte[] list) throws IOException {
    try (exchange) {
      if (isWatch(exchange)) {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        await(over);
      } else {
        exchange.sendResponseHeaders(200, list.length);
        exchange.getResponseBody().write(list);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void filter_podsAreStillListed_answersAndReadinessSaysSo(@TempDir Path folder) throws Exception {
    int extender = freePort();
    int operations = freePort();
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
            users: [{name: u, user: {}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """
                .formatted(api.getAddress().getPort()));
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            apiVersion: scheduling.ballast.dev/v1alpha1
            kind: BallastConfiguration
            extender: {port: %d}
            operations: {address: 127.0.0.1, port: %d}
            """
                .formatted(extender, operations));
    var loaded =
        ConfigLoader.load(Optional.of(config), Path.of("policy/default.yaml"))
            .value()
            .orElseThrow();
    String ready = "http://127.0.0.1:" + operations + "/readyz?verbose";
    String metrics = "http://127.0.0.1:" + operations + "/metrics";

    try (var server = new Server(ServeCommand.Role.EXTENDER, loaded, Optional.of(kubeconfig))) {
      server.start();
      podsAsked.await();
      awaitBody(ready, "\nok\n");

      assertThat(get(ready))
          .contains("[+]nodes 1 listed")
          .contains("[ ]pods")
          .contains("not all are listed: the others do not count in flight");
      assertThat(get(metrics)).containsPattern("ballast_synced\\{[^}]*pods[^}]*} 0");
      assertThat(filter(extender)).contains("NodeNames", "ip-10-0-0-4");

      podsListed.countDown();
      awaitBody(ready, "[+]pods");
      assertThat(get(ready)).contains("BOUND=1").doesNotContain("not all are listed");
      assertThat(get(metrics)).containsPattern("ballast_synced\\{[^}]*pods[^}]*} 1");
    }
  }

  private String filter(int port) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/filter"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofFile(
                    Path.of("src/test/resources/payloads/filter-names.json")))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private String get(String url) throws IOException, InterruptedException {
    return http.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void awaitBody(String url, String part) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    String body = get(url);
    while (!body.contains(part)) {
      assertThat(System.nanoTime()).as("waiting for %s in %s", part, body).isLessThan(end);
      Thread.sleep(20);
      body = get(url);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}

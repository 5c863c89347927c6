package dev.ballast.benchmarks;

import dev.ballast.e2e.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * etcd and kube-apiserver of {@code deploy/local/cluster}. The objects are put into etcd as JSON,
 * which kube-apiserver reads as well as its own format: through its API a pod costs two writes, one
 * for its status.
 */
final class MemoryBenchControlPlane implements MemoryBenchServer {
  private static final int BATCH = 100; // etcd allows 128 operations a transaction

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private double seconds;

  private MemoryBenchControlPlane(Path folder) {
    this.folder = folder;
  }

  /** Starts a control plane that knows the cluster's objects. */
  static MemoryBenchControlPlane up(MemoryBenchCluster cluster)
      throws IOException, InterruptedException {
    var plane = new MemoryBenchControlPlane(Files.createTempDirectory("ballast-memory-"));
    try {
      plane.cluster("up", "--nodes", "0", "--no-scheduler", "--no-prometheus");
      for (String line : Files.readAllLines(plane.folder.resolve("cluster.env"))) {
        int equals = line.indexOf('=');
        plane.environment.put(line.substring(0, equals), line.substring(equals + 1));
      }
      long start = System.nanoTime();
      plane.put("minions/", "Node", cluster.nodes(), cluster::node, MemoryBenchCluster::nodeName);
      plane.put("pods/", "Pod", cluster.pods(), cluster::pod, cluster::podKey);
      plane.seconds = (System.nanoTime() - start) / 1e9;
      return plane;
    } catch (IOException | InterruptedException | RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void put(
      String prefix, String kind, int count, IntFunction<byte[]> object, IntFunction<String> name)
      throws IOException, InterruptedException {
    byte[] head =
        "{\"kind\":\"%s\",\"apiVersion\":\"v1\",".formatted(kind).getBytes(StandardCharsets.UTF_8);
    var operations = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      byte[] json = object.apply(i);
      byte[] whole = new byte[head.length + json.length - 1];
      System.arraycopy(head, 0, whole, 0, head.length);
      System.arraycopy(json, 1, whole, head.length, json.length - 1);
      byte[] key = ("/registry/" + prefix + name.apply(i)).getBytes(StandardCharsets.UTF_8);
      operations.add(
          "{\"requestPut\":{\"key\":\"%s\",\"value\":\"%s\"}}"
              .formatted(
                  Base64.getEncoder().encodeToString(key),
                  Base64.getEncoder().encodeToString(whole)));
      if (operations.size() == BATCH || i == count - 1) {
        commit(operations);
        operations.clear();
      }
    }
  }

  private void commit(List<String> operations) throws IOException, InterruptedException {
    String body = "{\"success\":[" + String.join(",", operations) + "]}";
    var request =
        HttpRequest.newBuilder(URI.create(environment.get("ETCD_URL") + "/v3/kv/txn"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("etcd answered " + response.statusCode() + ": " + response.body());
    }
  }

  @Override
  public String kubeconfig() throws IOException {
    return Files.readString(Path.of(String.valueOf(environment.get("KUBECONFIG"))));
  }

  /** How long it took to put the objects there. */
  @Override
  public String toString() {
    return "objects put into etcd in %.0f s".formatted(seconds);
  }

  private void cluster(String verb, String... options) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Shell.ROOT.resolve("deploy/local/cluster").toString());
    command.addAll(List.of(verb, "--dir", folder.toString()));
    command.addAll(List.of(options));
    int exit =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("cluster.log").toFile())
            .start()
            .waitFor();
    if (exit != 0) {
      throw new IOException(command + ": " + Files.readString(folder.resolve("cluster.log")));
    }
  }

  @Override
  public void close() throws IOException {
    try {
      cluster("down");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

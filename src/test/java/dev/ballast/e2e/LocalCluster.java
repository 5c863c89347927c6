package dev.ballast.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A control plane of {@code deploy/local/cluster}, with Prometheus and a fleet of made-up nodes.
 */
public final class LocalCluster implements AutoCloseable {
  private static final String SCRIPT = Shell.ROOT.resolve("deploy/local/cluster").toString();
  private static final Duration START =
      Duration.ofMinutes(20); // builds the control plane if need be

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final KubernetesClient admin;

  private LocalCluster(Path folder) throws IOException {
    this.folder = folder;
    for (String line : Files.readAllLines(folder.resolve("cluster.env"))) {
      int equals = line.indexOf('=');
      environment.put(line.substring(0, equals), line.substring(equals + 1));
    }
    Config config = Config.fromKubeconfig(kubeconfig().toFile());
    admin =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(config).withHttp2Disable(true).build())
            .build();
  }

  /** Starts a cluster; options are those of {@code cluster up}. */
  public static LocalCluster up(String... options) {
    try {
      Path folder = Files.createTempDirectory("ballast-cluster-");
      var command = new ArrayList<>(List.of(SCRIPT, "up", "--dir", folder.toString()));
      command.addAll(Arrays.asList(options));
      Shell.run(Shell.ROOT, Map.of(), START, command).orFail(command);
      return new LocalCluster(folder);
    } catch (IOException e) {
      throw new AssertionError("cluster up", e);
    }
  }

  /** A value of the cluster's environment file. */
  public String get(String key) {
    var value = environment.get(key);
    if (value == null) {
      throw new AssertionError("no " + key + " in " + environment);
    }
    return value;
  }

  public Path folder() {
    return folder;
  }

  public Path kubeconfig() {
    return Path.of(get("KUBECONFIG"));
  }

  public int extenderPort() {
    return Integer.parseInt(get("EXTENDER_PORT"));
  }

  /** A client with all rights. */
  public KubernetesClient admin() {
    return admin;
  }

  public void start(String component, String... options) {
    component("start", component, options);
  }

  public void stop(String component, String... options) {
    component("stop", component, options);
  }

  private void component(String verb, String component, String... options) {
    var command = new ArrayList<>(List.of(SCRIPT, verb, component, "--dir", folder.toString()));
    command.addAll(Arrays.asList(options));
    Shell.run(Shell.ROOT, Map.of(), Duration.ofMinutes(2), command).orFail(command);
  }

  /** Adds a kind of object, and waits until it is served. */
  void define(String file, String name) {
    kubectl("apply", "-f", file).orFail("apply");
    kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd/" + name).orFail("wait");
  }

  /** Runs kubectl with all rights. */
  Shell.Result kubectl(String... arguments) {
    var command =
        new ArrayList<>(List.of(get("BIN") + "/kubectl", "--kubeconfig", kubeconfig().toString()));
    command.addAll(Arrays.asList(arguments));
    return Shell.run(Shell.ROOT, Map.of(), Duration.ofMinutes(1), command);
  }

  /**
   * A kubeconfig of a ServiceAccount in ballast-system, with a token that the API server issued.
   */
  public Path kubeconfigOf(String serviceAccount) {
    String token =
        kubectl("-n", "ballast-system", "create", "token", serviceAccount, "--duration=2h")
            .orFail("create token")
            .out()
            .strip();
    try {
      String mine = Files.readString(kubeconfig());
      Path file = folder.resolve(serviceAccount + ".kubeconfig");
      Files.writeString(file, mine.replaceAll("token: \"[^\"]*\"", "token: \"" + token + "\""));
      return file;
    } catch (IOException e) {
      throw new AssertionError("kubeconfig of " + serviceAccount, e);
    }
  }

  /** Sets the load of nodes by name or pattern, each a fraction. */
  void load(String nodes, double cpu, double memory) {
    post("/load", "{\"" + nodes + "\":{\"cpu\":" + cpu + ",\"mem\":" + memory + "}}");
  }

  /** Calls the control interface of the exporter of the fleet. */
  public void post(String path, String body) {
    postTo(get("EXPORTER_URL") + path, body);
  }

  /** Posts a text and gives back the answer. */
  String postTo(String url, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /** Reads a URL that answers with 200. */
  String read(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).build());
  }

  private String send(HttpRequest request) {
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new AssertionError(
            request.uri() + " answered " + response.statusCode() + ": " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new AssertionError(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    admin.close();
    Shell.run(
            Shell.ROOT,
            Map.of(),
            Duration.ofMinutes(2),
            List.of(SCRIPT, "down", "--dir", folder.toString()))
        .orFail("cluster down");
  }

  /** Waits until Prometheus gives a mean of 30 s like this for so many nodes. */
  void awaitMeasured(int nodes, String comparison) {
    String query =
        "count(1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[30s])) "
            + comparison
            + ")";
    String url =
        get("PROMETHEUS_URL")
            + "/api/v1/query?query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8);
    Await.until(
        query + " is " + nodes,
        Duration.ofMinutes(2),
        () -> read(url).contains(",\"" + nodes + "\"]"));
  }
}

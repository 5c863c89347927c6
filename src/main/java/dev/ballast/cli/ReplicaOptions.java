package dev.ballast.cli;

import dev.ballast.kube.ClusterReader;
import dev.ballast.kube.KubeConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that ask running replicas, and what they mean. */
final class ReplicaOptions {
  static final String DEFAULT_SERVER = "http://127.0.0.1:9444";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "a replica's operations port, such as http://127.0.0.1:9444; may be given several times")
  private List<String> servers = new ArrayList<>();

  @Option(
      names = "--service",
      paramLabel = "HOST:PORT",
      description = "a headless Service of the replicas: every address of its name is asked")
  private @Nullable String service;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "how to reach the API server (default: $KUBECONFIG, ~/.kube/config, or the pod's account)")
  private @Nullable Path kubeconfig;

  /** The connection to the API server, when there is something to connect by. */
  Optional<KubeConnection> cluster() {
    boolean configured =
        kubeconfig != null
            || isSet(System.getenv("KUBECONFIG"))
            || isSet(System.getenv("KUBERNETES_SERVICE_HOST"))
            || Files.exists(Path.of(System.getProperty("user.home"), ".kube", "config"));
    return configured
        ? Optional.of(KubeConnection.forCommand(Optional.ofNullable(kubeconfig), TIMEOUT))
        : Optional.empty();
  }

  private static boolean isSet(@Nullable String value) {
    return value != null && !value.isEmpty();
  }

  /**
   * The replicas to ask: those given, else those that the API server knows, else this machine's.
   *
   * @throws IllegalArgumentException when an option cannot be used
   */
  Replicas replicas(Optional<ClusterReader> cluster) {
    var sources = new ArrayList<Replicas.Source>();
    for (String server : servers) {
      sources.add(Replicas.url(url(server)));
    }
    if (service != null) {
      addresses(service).forEach(url -> sources.add(Replicas.url(url)));
    }
    if (sources.isEmpty() && cluster.isPresent()) {
      try {
        cluster.get().replicas().forEach(pod -> sources.add(Replicas.pod(cluster.get(), pod)));
      } catch (IOException e) {
        sources.add(Replicas.unreachable("API server", String.valueOf(e.getMessage())));
      }
    }
    if (sources.stream().noneMatch(Replicas.Source::mayAnswer)) {
      sources.add(Replicas.url(DEFAULT_SERVER));
    }
    return new Replicas(sources);
  }

  private static String url(String server) {
    try {
      var uri = URI.create(server);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getQuery() == null) {
        return server.replaceAll("/+$", "");
      }
    } catch (IllegalArgumentException e) {
      // as any other text that is no URL
    }
    throw new IllegalArgumentException(
        "--server is \"" + server + "\": give a URL such as " + DEFAULT_SERVER);
  }

  private static List<String> addresses(String service) {
    int colon = service.lastIndexOf(':');
    try {
      int port = Integer.parseInt(service.substring(colon + 1));
      if (colon > 0 && port >= 1 && port <= 65_535) {
        var urls = new ArrayList<String>();
        for (var address : InetAddress.getAllByName(service.substring(0, colon))) {
          String host = address.getHostAddress();
          urls.add("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        }
        return urls;
      }
    } catch (NumberFormatException e) {
      // as a port out of range
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--service is \""
              + service
              + "\": its host has no address: give the name of a headless Service, as this machine"
              + " can resolve it",
          e);
    }
    throw new IllegalArgumentException(
        "--service is \""
            + service
            + "\": give HOST:PORT, such as ballast-extender.ballast-system:9444");
  }
}

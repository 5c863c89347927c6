package dev.ballast.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A set of pods with one name prefix, in the namespace {@code default}. */
final class Pods {
  static final String OURS = "load-aware-scheduler";
  static final String DEFAULT = "default-scheduler";
  private static final String NAMESPACE = "default";
  private static final int THREADS = 8;

  private final KubernetesClient client;
  private final String prefix;
  private final int count;

  private Pods(KubernetesClient client, String prefix, int count) {
    this.client = client;
    this.prefix = prefix;
    this.count = count;
  }

  /** Creates pods that request this much. */
  static Pods create(
      KubernetesClient client,
      String prefix,
      int count,
      String scheduler,
      String cpu,
      String memory) {
    return create(client, prefix, count, scheduler, cpu, memory, UnaryOperator.identity());
  }

  /** Creates pods, each changed by a function. */
  static Pods create(
      KubernetesClient client,
      String prefix,
      int count,
      String scheduler,
      String cpu,
      String memory,
      UnaryOperator<Pod> change) {
    var threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> created =
          IntStream.range(0, count)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              client
                                  .resource(
                                      change.apply(
                                          pod(prefix + "-" + i, prefix, scheduler, cpu, memory)))
                                  .create()))
              .toList();
      for (var future : created) {
        future.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("pods cannot be created", e);
    } finally {
      threads.shutdownNow();
    }
    return new Pods(client, prefix, count);
  }

  private static Pod pod(String name, String set, String scheduler, String cpu, String memory) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .addToLabels("set", set)
        .endMetadata()
        .withNewSpec()
        .withSchedulerName(scheduler)
        .addNewContainer()
        .withName("main")
        .withImage("none")
        .withNewResources()
        .addToRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  /** The pod with a limit of CPU on its container. */
  static Pod withCpuLimit(Pod pod, String cpu) {
    pod.getSpec().getContainers().get(0).getResources().setLimits(Map.of("cpu", new Quantity(cpu)));
    return pod;
  }

  /** Those of them that are bound, as node names by pod name. */
  Map<String, String> bound() {
    var bound = new TreeMap<String, String>();
    for (var pod : list()) {
      if (pod.getSpec().getNodeName() != null) {
        bound.put(pod.getMetadata().getName(), pod.getSpec().getNodeName());
      }
    }
    return bound;
  }

  List<Pod> list() {
    return client.pods().inNamespace(NAMESPACE).withLabel("set", prefix).list().getItems();
  }

  /** Waits until all are bound, and says how long that took. */
  Duration awaitBound(Duration limit) {
    return Await.until(count + " pods " + prefix + " bound", limit, () -> bound().size() == count);
  }

  /** The share of the bound ones whose node's name starts with one of these. */
  double shareOn(String... nodePrefixes) {
    var bound = bound();
    return bound.values().stream().filter(node -> startsWithAny(node, nodePrefixes)).count()
        / (double) bound.size();
  }

  private static boolean startsWithAny(String node, String... prefixes) {
    for (String prefix : prefixes) {
      if (node.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Deletes them at once and waits until they are gone; a call may take too long for a client. */
  void delete() {
    Await.until(
        "pods " + prefix + " gone",
        Duration.ofMinutes(2),
        () -> {
          try {
            client
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("set", prefix)
                .withGracePeriod(0)
                .delete();
            return list().isEmpty();
          } catch (KubernetesClientException e) {
            return false;
          }
        });
  }
}

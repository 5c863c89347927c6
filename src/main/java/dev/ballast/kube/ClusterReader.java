package dev.ballast.kube;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to the API server, for commands that somebody waits for. Each throws IOException
 * with a message for people when there is no answer.
 */
public final class ClusterReader {
  private static final String NAME_LABEL = "app.kubernetes.io/name";
  private static final String[] NAMES = {"ballast-scheduler", "ballast-extender"};
  private static final String[] NAMESPACES = {"ballast-system", "kube-system"};
  private static final String PORT_NAME = "operations";
  private static final int PORT = 9444;
  private static final int FORBIDDEN = 403;

  /**
   * A pod of Ballast.
   *
   * @param ip its address; empty without one
   * @param port of its operations
   */
  public record Replica(String namespace, String name, String ip, int port) {}

  /**
   * A pod's place. Texts are empty where there is nothing.
   *
   * @param reason of the condition PodScheduled while it is False
   * @param message of the same
   * @param scheduledAt lastTransitionTime of the same condition
   */
  public record Placed(
      String uid,
      String schedulerName,
      String node,
      String phase,
      String reason,
      String message,
      String scheduledAt,
      List<Requests> containers) {}

  /**
   * What is requested, or offered.
   *
   * @param cpu cores; 0 without
   * @param memory bytes; 0 without
   */
  public record Requests(double cpu, double memory) {}

  private final KubernetesClient client;

  public ClusterReader(KubeConnection connection) {
    client = connection.client();
  }

  private interface Call<T> {
    T get();
  }

  private static <T> T asked(String what, Call<T> call) throws IOException {
    try {
      return call.get();
    } catch (KubernetesClientException e) {
      throw new IOException(what + ": " + reason(e), e);
    }
  }

  private static String reason(KubernetesClientException e) {
    if (e.getStatus() != null && e.getStatus().getMessage() != null) {
      return e.getStatus().getMessage();
    }
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  /** The running pods that answer kube-scheduler, by the labels of the manifests. */
  public List<Replica> replicas() throws IOException {
    var found = new ArrayList<Replica>();
    for (String name : NAMES) {
      for (Pod pod : asked("listing the pods of Ballast", () -> pods(name))) {
        found.add(replica(pod));
      }
    }
    return found;
  }

  private List<Pod> pods(String name) {
    try {
      return running(client.pods().inAnyNamespace().withLabel(NAME_LABEL, name).list().getItems());
    } catch (KubernetesClientException e) {
      if (e.getCode() != FORBIDDEN) {
        throw e;
      }
    }
    var found = new ArrayList<Pod>();
    for (String namespace : NAMESPACES) { // an account may see these and not the whole cluster
      found.addAll(
          running(
              client.pods().inNamespace(namespace).withLabel(NAME_LABEL, name).list().getItems()));
    }
    return found;
  }

  private static List<Pod> running(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase()))
        .toList();
  }

  private static Replica replica(Pod pod) {
    var containers = new ArrayList<Container>(pod.getSpec().getContainers());
    containers.addAll(pod.getSpec().getInitContainers());
    int port =
        containers.stream()
            .flatMap(container -> container.getPorts().stream())
            .filter(declared -> PORT_NAME.equals(declared.getName()))
            .map(declared -> declared.getContainerPort())
            .findFirst()
            .orElse(PORT);
    return new Replica(
        pod.getMetadata().getNamespace(),
        pod.getMetadata().getName(),
        text(pod.getStatus().getPodIP()),
        port);
  }

  /** The body of a GET that the API server passes on to a pod. */
  public String proxied(Replica pod, String path) throws IOException {
    String uri =
        "/api/v1/namespaces/%s/pods/%s:%d/proxy%s"
            .formatted(pod.namespace(), pod.name(), pod.port(), path);
    @Nullable String body = asked("the API server's proxy", () -> client.raw(uri));
    if (body == null) {
      throw new IOException("the API server's proxy: not found");
    }
    return body;
  }

  /** A pod, or empty when there is none of that name. */
  public Optional<Placed> pod(String namespace, String name) throws IOException {
    return Optional.ofNullable(
            asked(
                "reading the pod", () -> client.pods().inNamespace(namespace).withName(name).get()))
        .map(ClusterReader::placed);
  }

  /** The pods that a node has to hold, as they are now. */
  public List<Placed> podsOn(String node) throws IOException {
    return asked(
            "listing the pods of node " + node,
            () ->
                client
                    .pods()
                    .inAnyNamespace()
                    .withField("spec.nodeName", node)
                    .withField("status.phase!", "Succeeded")
                    .list()
                    .getItems())
        .stream()
        .filter(pod -> !"Failed".equals(pod.getStatus().getPhase()))
        .map(ClusterReader::placed)
        .toList();
  }

  /** What a node offers to pods, or empty when there is none of that name. */
  public Optional<Requests> allocatable(String name) throws IOException {
    return Optional.ofNullable(
            asked("reading node " + name, () -> client.nodes().withName(name).get()))
        .map(Node::getStatus)
        .map(status -> requests(status.getAllocatable()));
  }

  private static Placed placed(Pod pod) {
    var status = pod.getStatus();
    var scheduled =
        status.getConditions().stream()
            .filter(condition -> "PodScheduled".equals(condition.getType()))
            .findFirst();
    var refused = scheduled.filter(condition -> "False".equals(condition.getStatus()));
    return new Placed(
        text(pod.getMetadata().getUid()),
        text(pod.getSpec().getSchedulerName()),
        text(pod.getSpec().getNodeName()),
        text(status.getPhase()),
        refused.map(PodCondition::getReason).orElse(""),
        refused.map(PodCondition::getMessage).orElse(""),
        scheduled.map(PodCondition::getLastTransitionTime).orElse(""),
        containers(pod));
  }

  /**
   * What each container requests, as the scheduler sums it; init containers that end count where
   * one of them needs more than all that run.
   */
  private static List<Requests> containers(Pod pod) {
    var all = new ArrayList<Requests>();
    for (var container : pod.getSpec().getContainers()) {
      all.add(requests(container));
    }
    double initCpu = 0;
    double initMemory = 0;
    for (var container : pod.getSpec().getInitContainers()) {
      var requests = requests(container);
      if ("Always".equals(container.getRestartPolicy())) {
        all.add(requests);
      } else {
        initCpu = Math.max(initCpu, requests.cpu());
        initMemory = Math.max(initMemory, requests.memory());
      }
    }
    var overhead = requests(pod.getSpec().getOverhead());
    double cpu = overhead.cpu() + initCpu - all.stream().mapToDouble(Requests::cpu).sum();
    double memory =
        overhead.memory() + initMemory - all.stream().mapToDouble(Requests::memory).sum();
    if (cpu > overhead.cpu() || memory > overhead.memory()) {
      all.add(new Requests(Math.max(cpu, overhead.cpu()), Math.max(memory, overhead.memory())));
    } else if (overhead.cpu() > 0 || overhead.memory() > 0) {
      all.add(overhead);
    }
    return all;
  }

  private static Requests requests(Container container) {
    return container.getResources() == null
        ? new Requests(0, 0)
        : requests(container.getResources().getRequests());
  }

  private static Requests requests(@Nullable Map<String, Quantity> amounts) {
    var given = amounts == null ? new HashMap<String, Quantity>() : amounts;
    return new Requests(number(given.get("cpu")), number(given.get("memory")));
  }

  private static double number(@Nullable Quantity quantity) {
    return quantity == null ? 0 : quantity.getNumericalAmount().doubleValue();
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }
}

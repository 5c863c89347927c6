package dev.ballast.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * Nodes of 16 CPUs with zones as crane-agent publishes them, and an account of who has what of
 * these, from what the API server has alone. Every second node has four zones and leaves it to the
 * pods whether they span some; the others have two and keep a pod in one. A CPU of each node's
 * first zone is kept for the system.
 */
final class ZoneFleet {
  static final int NODE_CPUS = 16;

  /** What pods may have of a node. */
  static final int USABLE_CPUS = NODE_CPUS - 1;

  private static final String TOPOLOGIES =
      "/apis/topology.crane.io/v1alpha1/noderesourcetopologies";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final int MILLI = 1_000;

  private final ApiClient api;
  private final Map<String, Map<String, Integer>> allocatable = new TreeMap<>(); // by node and zone

  /** Publishes the zones of a cluster's first nodes. */
  ZoneFleet(LocalCluster cluster, int nodes) {
    api = new ApiClient(cluster);
    cluster.define("deploy/topology/crd.yaml", "noderesourcetopologies.topology.crane.io");
    for (int node = 0; node < nodes; node++) {
      publish(name(node), zones(node), node % 2 == 0 ? "SingleNUMANodePodLevel" : "None");
    }
  }

  static String name(int node) {
    return String.format(Locale.ROOT, "node-%03d", node);
  }

  private static int zones(int node) {
    return node % 2 == 0 ? 2 : 4;
  }

  private static boolean keepsPodsInOneZone(String node) {
    return Integer.parseInt(node.substring(node.length() - 1)) % 2 == 0;
  }

  private void publish(String node, int count, String policy) {
    var topology =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "topology.crane.io/v1alpha1")
            .put("kind", "NodeResourceTopology");
    topology.putObject("metadata").put("name", node);
    topology
        .putObject("craneManagerPolicy")
        .put("cpuManagerPolicy", "Static")
        .put("topologyManagerPolicy", policy);
    var zones = topology.putArray("zones");
    var cpus = new TreeMap<String, Integer>();
    for (int zone = 0; zone < count; zone++) {
      int reserved = zone == 0 ? 1 : 0;
      int capacity = NODE_CPUS / count;
      var resources =
          zones.addObject().put("name", "node" + zone).put("type", "Node").putObject("resources");
      resources.put("reservedCPUNums", reserved);
      resources.putObject("capacity").put("cpu", String.valueOf(capacity));
      resources.putObject("allocatable").put("cpu", String.valueOf(capacity - reserved));
      cpus.put("node" + zone, capacity - reserved);
    }
    api.post(TOPOLOGIES, topology.toString());
    allocatable.put(node, cpus);
  }

  /** What pods may have of all nodes together. */
  int cpus() {
    return allocatable.values().stream().flatMap(z -> z.values().stream()).mapToInt(c -> c).sum();
  }

  /** All pods that are not on their way out. */
  List<ZonePod> pods() {
    return StreamSupport.stream(Json.read(api.get(PODS)).path("items").spliterator(), false)
        .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
        .map(ZonePod::of)
        .toList();
  }

  /** What is wrong with results; nothing is said of pods that have none. */
  List<String> problems(List<ZonePod> pods) {
    var problems = new ArrayList<String>();
    for (var pod : pods) {
      pod.result()
          .ifPresent(
              result -> {
                if (!pod.isBound()) {
                  problems.add("a result without a node: " + pod);
                } else if (pod.given() != pod.cpus()) {
                  problems.add("not what was asked for: " + pod);
                } else if (isInOneZone(pod, pod.node()) && result.size() != 1) {
                  problems.add("several zones: " + pod);
                } else if (result.containsValue(0)) {
                  problems.add("a zone of which it has nothing: " + pod);
                }
              });
    }
    free(pods)
        .forEach(
            (node, zones) ->
                zones.forEach(
                    (zone, free) -> {
                      if (free < 0) {
                        problems.add(-free + " CPUs of " + node + " " + zone + " given twice");
                      }
                    }));
    return problems;
  }

  private boolean isInOneZone(ZonePod pod, String node) {
    return pod.aware().orElse(keepsPodsInOneZone(node));
  }

  /** By node and zone, the CPUs that results leave; below 0 when they are given twice. */
  Map<String, Map<String, Integer>> free(List<ZonePod> pods) {
    var free = new TreeMap<String, Map<String, Integer>>();
    allocatable.forEach((node, zones) -> free.put(node, new TreeMap<>(zones)));
    for (var pod : pods) {
      pod.result()
          .filter(result -> pod.isBound())
          .ifPresent(
              result ->
                  result.forEach(
                      (zone, cpus) ->
                          Objects.requireNonNull(free.get(pod.node()), pod::toString)
                              .merge(zone, -cpus, Integer::sum)));
    }
    return free;
  }

  /** The CPUs that are left of a node. */
  int freeOf(String node) {
    return Objects.requireNonNull(free(pods()).get(node)).values().stream().mapToInt(c -> c).sum();
  }

  /** Whether a pod could have its CPUs of these zones of a node. */
  private boolean fits(ZonePod pod, String node, Map<String, Integer> free) {
    var left = free.values().stream().filter(cpus -> cpus > 0).mapToInt(c -> c);
    return pod.cpus() <= (isInOneZone(pod, node) ? left.max().orElse(0) : left.sum());
  }

  /** The pods that ask for zones, are on a node and have no result. */
  static List<ZonePod> withoutResult(List<ZonePod> pods) {
    return pods.stream()
        .filter(pod -> pod.isBound() && pod.cpus() > 0 && pod.result().isEmpty())
        .toList();
  }

  /** Those of the pods without a result that could have one beside all that have. */
  List<ZonePod> couldHaveResult(List<ZonePod> pods) {
    var free = free(pods);
    return withoutResult(pods).stream()
        .filter(pod -> fits(pod, pod.node(), Objects.requireNonNull(free.get(pod.node()))))
        .toList();
  }

  /** The pods without a node that some node has room for. */
  List<ZonePod> couldBeBound(List<ZonePod> pods) {
    var free = free(pods);
    for (var pod : withoutResult(pods)) { // these may run anywhere on their nodes
      Objects.requireNonNull(free.get(pod.node())).replaceAll((z, cpus) -> cpus - pod.cpus());
    }
    var millis = new HashMap<String, Integer>();
    pods.stream()
        .filter(ZonePod::isBound)
        .forEach(pod -> millis.merge(pod.node(), pod.millis(), Integer::sum));
    return pods.stream()
        .filter(pod -> !pod.isBound())
        .filter(
            pod ->
                free.entrySet().stream()
                    .anyMatch(
                        node ->
                            fits(pod, node.getKey(), node.getValue())
                                && millis.getOrDefault(node.getKey(), 0) + pod.millis()
                                    <= NODE_CPUS * MILLI))
        .toList();
  }

  /** Creates a pod. */
  void create(Object pod) {
    api.post(PODS, pod.toString());
  }

  /** Deletes all pods. */
  void deletePods() {
    api.delete(PODS, "{\"gracePeriodSeconds\":0}");
  }

  /** A pod as the API server has it; no such pod is an error. */
  ZonePod pod(String name) {
    return ZonePod.of(Json.read(raw(name)));
  }

  /** The Pod object. */
  String raw(String name) {
    return api.get(PODS + "/" + name);
  }
}

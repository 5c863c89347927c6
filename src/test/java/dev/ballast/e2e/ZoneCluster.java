package dev.ballast.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.extender.ZoneJudge;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.PodTopology;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A control plane whose nodes have zones: machines as NodeResourceTopology objects of both kinds,
 * pods that ask for their zones, and what became of them. All pods are in one namespace, and every
 * state in which the API server shows one of them is noted.
 */
final class ZoneCluster implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(60);

  /** Two sockets of a NUMA node with 8 CPUs each. */
  static final Machine TWO_SOCKETS = new Machine(8, List.of(List.of(10, 21), List.of(21, 10)));

  /** Four sockets in a ring, of a NUMA node with 4 CPUs each. */
  static final Machine RING =
      new Machine(
          4,
          List.of(
              List.of(10, 16, 22, 16),
              List.of(16, 10, 16, 22),
              List.of(22, 16, 10, 16),
              List.of(16, 22, 16, 10)));

  /** Two sockets of two NUMA nodes with 4 CPUs each. */
  static final Machine SUB_NUMA =
      new Machine(
          4,
          List.of(
              List.of(10, 11, 21, 21),
              List.of(11, 10, 21, 21),
              List.of(21, 21, 10, 11),
              List.of(21, 21, 11, 10)));

  private static final String NAMESPACE = "default";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A kind of machine.
   *
   * @param cpus of each zone
   * @param costs by zone and zone, the distances
   */
  record Machine(int cpus, List<List<Integer>> costs) {
    int zones() {
      return costs.size();
    }
  }

  /** A state of a pod that is bound, as a watch showed it. */
  private record Seen(String pod, boolean result) {}

  private final LocalCluster cluster;
  private final ApiClient api;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
  private final Watch watch;
  private int markers;

  private ZoneCluster(LocalCluster cluster) {
    this.cluster = cluster;
    api = new ApiClient(cluster);
    allow();
    watch =
        cluster
            .admin()
            .pods()
            .inNamespace(NAMESPACE)
            .watch(
                new Watcher<>() {
                  @Override
                  public void eventReceived(Action action, Pod pod) {
                    if (pod.getSpec().getNodeName() != null) {
                      seen.add(new Seen(pod.getMetadata().getName(), text(pod) != null));
                    }
                  }

                  @Override
                  public void onClose(WatcherException cause) {}
                });
  }

  /** Starts a cluster with this many nodes of 16 CPUs, without any kind of topology. */
  static ZoneCluster up(int nodes) {
    return new ZoneCluster(
        LocalCluster.up("--nodes", String.valueOf(nodes), "--cpus", "16", "--no-prometheus"));
  }

  /** The rights that counting zones takes, beside those of every installation. */
  private void allow() {
    apply(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: zones}
        rules:
        - apiGroups: [topology.crane.io, topology.node.k8s.io]
          resources: [noderesourcetopologies]
          verbs: [list, watch]
        - {apiGroups: [""], resources: [pods], verbs: [get, patch]}
        - {apiGroups: [""], resources: [pods/binding], verbs: [create]}
        - {apiGroups: [events.k8s.io], resources: [events], verbs: [create]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: zones}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: zones}
        subjects:
        - {kind: ServiceAccount, name: ballast-extender, namespace: ballast-system}
        - {kind: ServiceAccount, name: ballast-annotator, namespace: ballast-system}
        """);
  }

  LocalCluster cluster() {
    return cluster;
  }

  /** The name of a node. */
  static String node(int i) {
    return String.format(Locale.ROOT, "node-%03d", i);
  }

  // --- what runs -------------------------------------------------------------------------------

  /** Starts an extender whose policy counts zones so. */
  BallastProcess extender(boolean bind, String topology) {
    return BallastProcess.serve(
        cluster,
        "extender",
        cluster.kubeconfigOf("ballast-extender"),
        "",
        policy(topology),
        List.of(),
        bind ? ", bind: true" : "");
  }

  /** Starts an annotator with that policy, and without load. */
  BallastProcess annotator(String topology) {
    return BallastProcess.serve(
        cluster,
        "annotator",
        cluster.kubeconfigOf("ballast-annotator"),
        Setup.annotator("http://127.0.0.1:9"),
        policy(topology));
  }

  /** A policy that counts zones so. */
  Path policy(String topology) {
    return Setup.policy(cluster, "10m", "topology: {" + topology + "}");
  }

  /** An entry of a scheduler's configuration by which Ballast binds. */
  String binder(boolean ignorable) {
    return """
        - urlPrefix: http://127.0.0.1:%d/v1
          bindVerb: bind
          nodeCacheCapable: true
          ignorable: %s
          httpTimeout: 5s
        """
        .formatted(cluster.extenderPort(), ignorable);
  }

  /** Starts the scheduler again with further extenders behind its own. */
  void schedule(String... more) {
    scheduler(config() + String.join("", more));
  }

  /** Starts the scheduler again with these extenders alone. */
  void scheduleOnlyWith(String... extenders) {
    String config = config();
    scheduler(
        config.substring(0, config.indexOf("\nextenders:"))
            + "\nextenders:\n"
            + String.join("", extenders));
  }

  private String config() {
    try {
      return Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")));
    } catch (IOException e) {
      throw new AssertionError("the scheduler's configuration", e);
    }
  }

  private void scheduler(String config) {
    cluster.stop("scheduler-ballast");
    cluster.start(
        "scheduler-ballast", "--config", Setup.file(cluster, "binding", config).toString());
  }

  // --- topologies ------------------------------------------------------------------------------

  /** Adds a kind of topology to the API. */
  void define(Kind kind) {
    String name = "noderesourcetopologies." + kind.group();
    switch (kind) {
      case CRANE -> cluster.define("deploy/topology/crd.yaml", name);
      case COMMUNITY ->
          cluster.define(Setup.file(cluster, "community", COMMUNITY_KIND).toString(), name);
    }
    kinds.add(kind);
  }

  /** Takes a kind of topology out of the API, with its objects. */
  void undefine(Kind kind) {
    cluster
        .kubectl("delete", "crd", "noderesourcetopologies." + kind.group(), "--timeout=30s")
        .orFail("delete");
    kinds.remove(kind);
  }

  /**
   * In the shape that the community's project gives it, and as lax: who publishes it writes strings
   * that nobody checks.
   */
  private static final String COMMUNITY_KIND =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata:
        name: noderesourcetopologies.topology.node.k8s.io
        annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes/enhancements/pull/1870"}
      spec:
        group: topology.node.k8s.io
        scope: Cluster
        names:
          kind: NodeResourceTopology
          listKind: NodeResourceTopologyList
          plural: noderesourcetopologies
          singular: noderesourcetopology
          shortNames: [node-res-topo]
        versions:
        - name: v1alpha2
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              required: [zones]
              properties:
                apiVersion: {type: string}
                kind: {type: string}
                metadata: {type: object}
                topologyPolicies: {type: array, items: {type: string}}
                attributes: &attributes
                  type: array
                  items:
                    type: object
                    required: [name, value]
                    properties: {name: {type: string}, value: {type: string}}
                zones:
                  type: array
                  items:
                    type: object
                    required: [name, type]
                    properties:
                      name: {type: string}
                      type: {type: string}
                      parent: {type: string}
                      costs:
                        type: array
                        items:
                          type: object
                          required: [name, value]
                          properties: {name: {type: string}, value: {type: integer, format: int64}}
                      attributes: *attributes
                      resources:
                        type: array
                        items:
                          type: object
                          required: [name, capacity, allocatable, available]
                          properties:
                            name: {type: string}
                            capacity: &quantity
                              anyOf: [{type: integer}, {type: string}]
                              x-kubernetes-int-or-string: true
                            allocatable: *quantity
                            available: *quantity
      """;

  /** Publishes a machine as crane-agent would that binds containers. */
  void crane(String node, Machine machine, String topologyManager) {
    apply(craneObject(node, machine, "Static", topologyManager));
  }

  /** An object of crane's kind. */
  static String craneObject(
      String node, Machine machine, String cpuManager, String topologyManager) {
    return """
        {"apiVersion":"topology.crane.io/v1alpha1","kind":"NodeResourceTopology",
         "metadata":{"name":"%s"},
         "craneManagerPolicy":{"cpuManagerPolicy":"%s","topologyManagerPolicy":"%s"},
         "zones":[%s]}
        """
        .formatted(
            node,
            cpuManager,
            topologyManager,
            zones(
                machine,
                "node",
                zone ->
                    """
                    {"capacity":{"cpu":"%1$d","memory":"32Gi"},
                     "allocatable":{"cpu":"%1$d","memory":"32Gi"}}
                    """
                        .formatted(machine.cpus())));
  }

  /**
   * An object of the community's kind.
   *
   * @param attributes names and values in turn
   * @param available CPUs by zone
   */
  static String communityObject(
      String node, Machine machine, List<String> attributes, int... available) {
    var listed = new ArrayList<String>();
    for (int i = 0; i < attributes.size(); i += 2) {
      listed.add(
          "{\"name\":\"%s\",\"value\":\"%s\"}".formatted(attributes.get(i), attributes.get(i + 1)));
    }
    return """
        {"apiVersion":"topology.node.k8s.io/v1alpha2","kind":"NodeResourceTopology",
         "metadata":{"name":"%s"},"attributes":[%s],"zones":[%s]}
        """
        .formatted(
            node,
            String.join(",", listed),
            zones(
                machine,
                "node-",
                zone ->
                    """
                    [{"name":"cpu","capacity":"%1$d","allocatable":"%1$d","available":"%2$d"},
                     {"name":"memory","capacity":"32Gi","allocatable":"32Gi","available":"32Gi"}]
                    """
                        .formatted(machine.cpus(), available[zone])));
  }

  private interface Resources {
    String of(int zone);
  }

  private static String zones(Machine machine, String prefix, Resources resources) {
    return IntStream.range(0, machine.zones())
        .mapToObj(
            zone ->
                "{\"name\":\"%s%d\",\"type\":\"Node\",\"costs\":[%s],\"resources\":%s}"
                    .formatted(prefix, zone, costs(machine, prefix, zone), resources.of(zone)))
        .collect(Collectors.joining(","));
  }

  private static String costs(Machine machine, String prefix, int zone) {
    return IntStream.range(0, machine.zones())
        .mapToObj(
            other ->
                "{\"name\":\"%s%d\",\"value\":%d}"
                    .formatted(prefix, other, machine.costs().get(zone).get(other)))
        .collect(Collectors.joining(","));
  }

  /** Creates or changes objects. */
  void apply(String text) {
    cluster.kubectl("apply", "-f", Setup.file(cluster, "object", text).toString()).orFail(text);
  }

  /**
   * Waits until the extender knows all topologies that were published: the last of each kind is one
   * of no node, and it is asked whether it knows that.
   */
  void awaitTopologies() {
    for (var kind : kinds) {
      String marker = "marker-" + markers++;
      apply(
          kind == Kind.CRANE
              ? craneObject(marker, TWO_SOCKETS, "Static", "None")
              : communityObject(marker, TWO_SOCKETS, List.of(), 8, 8));
      Await.until("known: " + marker, SOON, () -> knows(marker));
    }
  }

  /** Whether the extender knows a topology of this name; a pod that fits nowhere asks for it. */
  boolean knows(String node) {
    String answer =
        cluster.postTo(
            "http://127.0.0.1:" + cluster.extenderPort() + "/v1/filter",
            """
            {"Pod":{"metadata":{"name":"probe","namespace":"default","uid":"probe",
              "annotations":{"%s":"true"}},
             "spec":{"schedulerName":"%s","containers":[{"name":"c","resources":{
               "requests":{"cpu":"1k","memory":"1Mi"},"limits":{"cpu":"1k","memory":"1Mi"}}}]}},
             "Nodes":null,"NodeNames":["%s"]}
            """
                .formatted(PodTopology.AWARENESS, Pods.OURS, node));
    return !answer.contains(ZoneJudge.MISSING);
  }

  /**
   * Waits until the extender has seen what was last written on nodes: events come in order, and the
   * last one is a node that it counts.
   */
  void awaitNodes(BallastProcess extender) {
    double before = extender.metric("ballast_nodes", "");
    cluster
        .admin()
        .resource(new NodeBuilder().withNewMetadata().withName("passing").endMetadata().build())
        .create();
    Await.until("counted", SOON, () -> extender.metric("ballast_nodes", "") == before + 1);
    cluster.admin().nodes().withName("passing").delete();
    Await.until("gone", SOON, () -> extender.metric("ballast_nodes", "") == before);
  }

  /** Waits until the extender knows of each pod whether it is bound. */
  void awaitPods(BallastProcess extender) {
    Await.until(
        "all pods known",
        SOON,
        () -> {
          var pods = cluster.admin().pods().inNamespace(NAMESPACE).list().getItems();
          long bound = pods.stream().filter(pod -> pod.getSpec().getNodeName() != null).count();
          return extender.metric("ballast_pods", "state=\"bound\"") == bound
              && extender.metric("ballast_pods", "") == pods.size();
        });
  }

  // --- pods ------------------------------------------------------------------------------------

  /** Describes a pod of one container; it may only run on one node. */
  static Asking pod(String name, String node, String cpus) {
    return new Asking(name, node, cpus);
  }

  /** A pod to be. Confined to one thread. */
  static final class Asking {
    private final String name;
    private final String node;
    private final String cpus;
    private final Map<String, String> annotations = new TreeMap<>();
    private boolean whole = true;
    private boolean guaranteed;
    private boolean bound;
    private int containers = 1;
    private String scheduler = Pods.OURS;
    private @Nullable String priority;

    private Asking(String name, String node, String cpus) {
      this.name = name;
      this.node = node;
      this.cpus = cpus;
    }

    Asking with(String annotation, String value) {
      annotations.put(annotation, value);
      return this;
    }

    Asking aware(boolean aware) {
      return with(PodTopology.AWARENESS, String.valueOf(aware));
    }

    /** Gives it no CPU limit. */
    Asking burstable() {
      whole = false;
      return this;
    }

    /** Gives it a limit of memory, too. */
    Asking guaranteed() {
      guaranteed = true;
      return this;
    }

    /** Gives it this many containers, each with its CPUs. */
    Asking containers(int count) {
      containers = count;
      return this;
    }

    Asking priority(String className) {
      priority = className;
      return this;
    }

    Asking scheduler(String name) {
      scheduler = name;
      return this;
    }

    /** Has nobody schedule it: it is on its node from the start. */
    Asking bound() {
      bound = true;
      return this;
    }

    private Pod build() {
      var request = Map.of("cpu", new Quantity(cpus), "memory", new Quantity("1Mi"));
      var limits = new TreeMap<String, Quantity>();
      if (whole) {
        limits.put("cpu", new Quantity(cpus));
      }
      if (guaranteed) {
        limits.put("memory", new Quantity("1Mi"));
      }
      var pod =
          new PodBuilder()
              .withNewMetadata()
              .withName(name)
              .withNamespace(NAMESPACE)
              .withAnnotations(annotations)
              .endMetadata()
              .withNewSpec()
              .withSchedulerName(scheduler)
              .withPriorityClassName(priority);
      for (int i = 0; i < containers; i++) {
        pod.addNewContainer()
            .withName("c" + i)
            .withImage("none")
            .withNewResources()
            .withRequests(request)
            .withLimits(limits)
            .endResources()
            .endContainer();
      }
      if (bound) {
        pod.withNodeName(node);
      } else if (!node.isEmpty()) {
        pod.addToNodeSelector("kubernetes.io/hostname", node);
      }
      return pod.endSpec().build();
    }
  }

  /** Creates pods. */
  void create(Asking... pods) {
    for (var pod : pods) {
      cluster.admin().resource(pod.build()).create();
    }
  }

  /** A pod as it is now. */
  Pod pod(String name) {
    return cluster.admin().pods().inNamespace(NAMESPACE).withName(name).require();
  }

  /** The node of a pod; empty while it is not bound. */
  String nodeOf(String name) {
    var node = pod(name).getSpec().getNodeName();
    return node == null ? "" : node;
  }

  private static @Nullable String text(Pod pod) {
    var annotations = pod.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(PodTopology.RESULT);
  }

  /** Waits until a pod is bound; the node. */
  String awaitBound(String name) {
    Await.until(name + " is bound", SOON, () -> !nodeOf(name).isEmpty());
    return nodeOf(name);
  }

  /** Waits until a pod is bound; the scheduler looks at it again all the time. */
  String awaitBoundWaking(String name, String node) {
    Await.until(
        name + " is bound",
        SOON,
        () -> {
          wake(node);
          return !nodeOf(name).isEmpty();
        });
    return nodeOf(name);
  }

  /** Has the scheduler look at waiting pods again: readings do that in a cluster with load. */
  void wake(String node) {
    cluster
        .admin()
        .nodes()
        .withName(node)
        .edit(
            found ->
                new NodeBuilder(found)
                    .editMetadata()
                    .addToAnnotations("test.ballast.dev/wake", String.valueOf(System.nanoTime()))
                    .endMetadata()
                    .build());
  }

  /** Waits until a pod is bound; its CPUs by zone. Never was it bound without its result. */
  SortedMap<String, Integer> awaitPlaced(String name) {
    awaitBound(name);
    Await.until(name + " is seen", SOON, () -> seen.stream().anyMatch(s -> s.pod().equals(name)));
    if (seen.stream().anyMatch(s -> s.pod().equals(name) && !s.result())) {
      throw new AssertionError(name + " was bound without a result");
    }
    return resultOf(name);
  }

  /** The CPUs of a pod by zone, as its result says; empty without one. */
  SortedMap<String, Integer> resultOf(String name) {
    var cpus = new TreeMap<String, Integer>();
    var text = text(pod(name));
    if (text != null) {
      try {
        for (JsonNode zone : JSON.readTree(text)) {
          cpus.put(zone.path("name").asText(), zone.at("/resources/capacity/cpu").asInt(-1));
          if (!zone.path("type").asText().equals("Node")) {
            throw new AssertionError(text);
          }
        }
      } catch (JsonProcessingException e) {
        throw new AssertionError(text, e);
      }
    }
    return cpus;
  }

  /** Waits until a pod is bound, and sees that it has no result. */
  void awaitBoundWithoutResult(String name) {
    awaitBound(name);
    if (!resultOf(name).isEmpty()) {
      throw new AssertionError(name + " has the result " + resultOf(name));
    }
  }

  /** Waits until the scheduler has said that no node will do, and why. */
  String awaitRefused(String name, String why) {
    Await.until(
        name + " is refused: " + why,
        SOON,
        () -> {
          if (!nodeOf(name).isEmpty()) {
            throw new AssertionError(name + " is bound with " + resultOf(name));
          }
          return unschedulable(name).contains(why);
        });
    return unschedulable(name);
  }

  /** Whether the scheduler has said that no node will do. */
  boolean isRefused(String name) {
    return !unschedulable(name).isEmpty();
  }

  private String unschedulable(String name) {
    return pod(name).getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
        .filter(c -> "Unschedulable".equals(c.getReason()))
        .map(c -> String.valueOf(c.getMessage()))
        .collect(Collectors.joining());
  }

  /** The notes of Events about a pod with a reason. */
  List<String> events(String pod, String reason) {
    return cluster.admin().events().v1().events().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(e -> e.getRegarding() != null && pod.equals(e.getRegarding().getName()))
        .filter(e -> reason.equals(e.getReason()))
        .map(e -> String.valueOf(e.getNote()))
        .toList();
  }

  /** Deletes a pod at once, as a kubelet does at the end. */
  void delete(String name) {
    cluster.admin().pods().inNamespace(NAMESPACE).withName(name).withGracePeriod(0).delete();
    Await.until(
        name + " is gone",
        SOON,
        () -> cluster.admin().pods().inNamespace(NAMESPACE).withName(name).get() == null);
  }

  /** Deletes all pods and topologies, and waits until the extender knows. */
  void clear(BallastProcess extender) {
    cluster.admin().pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
    Await.until(
        "all pods gone",
        SOON,
        () -> cluster.admin().pods().inNamespace(NAMESPACE).list().getItems().isEmpty());
    for (var kind : kinds) {
      api.delete("/apis/" + kind.group() + "/" + kind.version() + "/noderesourcetopologies", "{}");
    }
    seen.clear();
    awaitTopologies();
    awaitPods(extender);
  }

  @Override
  public void close() {
    watch.close();
    cluster.close();
  }
}

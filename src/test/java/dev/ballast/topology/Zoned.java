package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes with zones, and pods that ask for some. */
final class Zoned {
  static final long GI = 1L << 30;

  private Zoned() {}

  /** The value of a key that is there. */
  static <K, V> V known(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }

  /** An amount of each resource: thousandths of a CPU, and bytes. */
  static Map<String, Long> amounts(long milli, long memory) {
    return Map.of("cpu", milli, "memory", memory);
  }

  static Map<String, Long> cpus(int cpus) {
    return Map.of("cpu", cpus * 1_000L);
  }

  /** Zones node0, node1 and so on, each 21 from the others. */
  static List<Zone> zones(List<Map<String, Long>> allocatable) {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < allocatable.size(); i++) {
      zones.add(zone("node" + i, Map.of(), allocatable.get(i), Optional.empty()));
    }
    return zones;
  }

  /** Zones node0, node1 and so on with distances. */
  static List<Zone> zones(List<Map<String, Long>> allocatable, long[][] costs) {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < allocatable.size(); i++) {
      var byName = new HashMap<String, Long>();
      for (int j = 0; j < costs[i].length; j++) {
        byName.put("node" + j, costs[i][j]);
      }
      zones.add(zone("node" + i, byName, allocatable.get(i), Optional.empty()));
    }
    return zones;
  }

  /** A zone; what is available may be less than what is allocatable, or not published. */
  static Zone zone(
      String name,
      Map<String, Long> costs,
      Map<String, Long> allocatable,
      Optional<Map<String, Long>> available) {
    var resources = new TreeMap<String, Amounts>();
    allocatable.forEach(
        (resource, amount) ->
            resources.put(
                resource, new Amounts(amount, amount, available.map(all -> all.get(resource)))));
    return new Zone(name, NodeTopology.NUMA_TYPE, "", costs, resources, 0);
  }

  /** A node with an agent. */
  static NodeTopology agent(String node, Alignment alignment, List<Zone> zones) {
    return topology(node, Kind.CRANE, CpuBinding.AGENT, alignment, Scope.POD, zones, Map.of());
  }

  /** A node of crane's kind with an agent, whose pods may span zones. */
  static NodeTopology agent(String node, List<Zone> zones) {
    return agent(node, Alignment.NONE, zones);
  }

  /** A node without an agent. */
  static NodeTopology kubelet(
      String node, Alignment alignment, Scope scope, List<Zone> zones, String fingerprint) {
    return topology(
        node,
        Kind.COMMUNITY,
        CpuBinding.KUBELET,
        alignment,
        scope,
        zones,
        fingerprint.isEmpty() ? Map.of() : Map.of("nodeTopologyPodsFingerprint", fingerprint));
  }

  /** Zones of the community's kind: node-0, node-1 and so on, all of them free. */
  static List<Zone> available(List<Map<String, Long>> available) {
    return available(available, available);
  }

  /** Zones of the community's kind: node-0, node-1 and so on. */
  static List<Zone> available(
      List<Map<String, Long>> allocatable, List<Map<String, Long>> available) {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < available.size(); i++) {
      zones.add(zone("node-" + i, Map.of(), allocatable.get(i), Optional.of(available.get(i))));
    }
    return zones;
  }

  static NodeTopology topology(
      String node,
      Kind kind,
      CpuBinding cpus,
      Alignment alignment,
      Scope scope,
      List<Zone> zones,
      Map<String, String> attributes) {
    return new NodeTopology(node, kind, cpus, alignment, scope, zones, Map.of(), attributes);
  }

  /** A Guaranteed pod of one container. */
  static PodTopology pod(int cpus, long memory) {
    return builder(cpus, memory).build();
  }

  /** The same that has a result. */
  static PodTopology pod(int cpus, long memory, List<ZoneShare> result) {
    return builder(cpus, memory).result(result).build();
  }

  /** The same that says whether all comes from one zone. */
  static PodTopology pod(int cpus, long memory, boolean aware) {
    return builder(cpus, memory).awareness(Optional.of("" + aware)).build();
  }

  private static PodTopology.Builder builder(int cpus, long memory) {
    return container(new PodTopology.Builder(), Run.CONTAINER, cpus * 1_000L, memory);
  }

  /** Adds a container whose limits are its requests. */
  static PodTopology.Builder container(PodTopology.Builder pod, Run run, long milli, long memory) {
    return pod.container(run, amounts(milli, memory), amounts(milli, memory));
  }

  static ZoneShare share(int zone, Map<String, Long> amounts) {
    return new ZoneShare("node" + zone, new TreeMap<>(amounts));
  }

  static ZoneLedger.Pod named(String uid, PodTopology topology) {
    return new ZoneLedger.Pod(uid, "default", "pod-" + uid, topology);
  }
}

package dev.ballast.extender;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes with zones, and pods that ask for CPUs of them. */
final class Zones {
  private Zones() {}

  /** A node with an agent that gives pods CPUs of several zones, with so many CPUs in each. */
  static NodeTopology node(String name, int... cpus) {
    return node(name, CpuBinding.AGENT, cpus);
  }

  static NodeTopology node(String name, CpuBinding binding, int... cpus) {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < cpus.length; i++) {
      var amounts = new Amounts(cpus[i] * 1_000L, cpus[i] * 1_000L, Optional.empty());
      zones.add(
          new Zone("node" + i, "Node", "", Map.of(), new TreeMap<>(Map.of("cpu", amounts)), 0));
    }
    boolean agent = binding == CpuBinding.AGENT;
    return new NodeTopology(
        name,
        agent ? Kind.CRANE : Kind.COMMUNITY,
        binding,
        agent ? Alignment.NONE : Alignment.SINGLE_NUMA_NODE,
        Scope.POD,
        zones,
        Map.of(),
        Map.of());
  }

  /** What a pod asks for that wants so many CPUs of its own; 0 for one that asks for nothing. */
  static PodTopology asking(int cpus) {
    var amounts =
        cpus == 0 ? Map.<String, Long>of() : Map.of("cpu", cpus * 1_000L, "memory", 1L << 20);
    return new PodTopology.Builder().container(PodTopology.Run.CONTAINER, amounts, amounts).build();
  }

  static PodFacts pod(String uid, PodTopology topology) {
    return new PodFacts(
        uid,
        "shop",
        "pod-" + uid,
        "load-aware-scheduler",
        "",
        false,
        PodFacts.NEVER,
        PodFacts.NEVER,
        PodFacts.NEVER,
        PodResources.NONE,
        "",
        false,
        topology);
  }

  /** CPUs of shares together. */
  static long cpus(List<dev.ballast.topology.ZoneShare> shares) {
    return shares.stream().mapToLong(share -> share.amount("cpu")).sum() / 1_000;
  }
}

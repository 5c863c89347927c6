package dev.ballast.benchmarks;

import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.PodTopology.Run;
import dev.ballast.topology.ZoneFit;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import dev.ballast.topology.ZoneShare;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time to find out how a pod fits 500 nodes of 8 zones with 32 CPUs each, of which 10 pods hold
 * some. The aware pod fits one zone; the other one needs two, by CPUs; the large one fits nowhere.
 */
public class ZoneFilterBenchmark extends MicroBenchmark {
  private static final int NODES = 500;
  private static final int ZONES = 8;
  private static final int CPUS_OF_ZONE = 32;
  private static final int PODS_OF_NODE = 10;
  private static final long GIBI = 1L << 30;
  private static final long MILLI = 1_000;

  @Param({"aware", "spanning", "large"})
  String pod;

  private final String[] names = new String[NODES];
  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);
  private PodTopology[] asking = {};
  private int calls;

  @Setup
  public void cluster() {
    var random = new Random(1);
    for (int node = 0; node < NODES; node++) {
      names[node] = "node-" + node;
      ledger.put(topology(names[node]), 0);
      for (int i = 0; i < PODS_OF_NODE; i++) {
        hold(names[node], node + "-" + i, random);
      }
    }
    asking = new PodTopology[] {asking(0), asking(1)};
  }

  private PodTopology asking(long moreMemory) {
    return switch (pod) {
      case "aware" -> pod(4, 8 * GIBI + moreMemory).awareness(Optional.of("true")).build();
      case "spanning" -> pod(36, 72 * GIBI + moreMemory).build();
      default -> pod(ZONES * CPUS_OF_ZONE, 8 * GIBI + moreMemory).build();
    };
  }

  private void hold(String node, String name, Random random) {
    int cpus = 1 + random.nextInt(8);
    var share =
        new ZoneShare(
            "node" + random.nextInt(ZONES),
            new TreeMap<>(Map.of("cpu", cpus * MILLI, "memory", cpus * GIBI)));
    var held = pod(cpus, cpus * GIBI).result(List.of(share)).build();
    ledger.put(new ZoneLedger.Pod(name, "default", name, held), node, 0, 0);
  }

  private static PodTopology.Builder pod(int cpus, long memory) {
    Map<String, Long> amounts = Map.of("cpu", cpus * MILLI, "memory", memory);
    return new PodTopology.Builder().container(Run.CONTAINER, amounts, amounts);
  }

  private static NodeTopology topology(String node) {
    List<Zone> zones = new ArrayList<>();
    for (int i = 0; i < ZONES; i++) {
      Map<String, Long> costs = new HashMap<>();
      for (int j = 0; j < ZONES; j++) {
        costs.put("node" + j, i == j ? 10L : i / 4 == j / 4 ? 12L : 32L);
      }
      var resources = new TreeMap<String, Amounts>();
      long milli = CPUS_OF_ZONE * MILLI;
      resources.put("cpu", new Amounts(milli, milli, Optional.empty()));
      resources.put("memory", new Amounts(64 * GIBI, 64 * GIBI, Optional.empty()));
      zones.add(new Zone("node" + i, NodeTopology.NUMA_TYPE, "", costs, resources, 0));
    }
    return new NodeTopology(
        node, Kind.CRANE, CpuBinding.AGENT, Alignment.NONE, Scope.POD, zones, Map.of(), Map.of());
  }

  /** A pod that asks for something else than the one before. */
  @Benchmark
  public ZoneFit[] fits() {
    return ledger.fits("asking", asking[calls++ & 1], NODES, i -> names[i], 0);
  }

  /**
   * A pod that asks for the same as the one before, as replicas do, on nodes that are as they were.
   */
  @Benchmark
  public ZoneFit[] fitsReplica() {
    return ledger.fits("asking", asking[0], NODES, i -> names[i], 0);
  }
}

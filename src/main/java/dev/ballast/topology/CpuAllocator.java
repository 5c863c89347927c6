package dev.ballast.topology;

import java.util.Arrays;
import java.util.Optional;

/**
 * Picks CPUs of a machine: all that are asked for, or none. Immutable, so safe for use by many
 * threads; the same question always gets the same answer.
 *
 * <p>{@link TakePolicy#PACKED}, {@link TakePolicy#DISTRIBUTED}, {@link TakePolicy#SPREAD} and
 * {@link TakePolicy#L3} give the CPUs that the kubelet 1.36 gives (pkg/kubelet/cm/cpumanager/
 * cpu_assignment.go), except where it hands out CPUs that are not free or too few, takes another
 * choice than the one it found best, or never ends: see {@link Packing} and {@link Distribution}.
 */
public final class CpuAllocator {
  /** The most NUMA nodes with free CPUs that {@link TakePolicy#DISTRIBUTED} looks through. */
  public static final int MAX_DISTRIBUTED_NODES = 12;

  private final CpuTopology topology;
  private final Ties ties;

  /** An allocator for a machine. */
  public CpuAllocator(CpuTopology topology) {
    this(topology, Ties.LOWEST_FIRST);
  }

  CpuAllocator(CpuTopology topology, Ties ties) {
    this.topology = topology;
    this.ties = ties;
  }

  /** The machine. */
  public CpuTopology topology() {
    return topology;
  }

  /**
   * Picks CPUs.
   *
   * @param available the CPUs that may be picked
   * @return as many CPUs as are wanted, or a refusal
   * @throws IllegalArgumentException when the machine lacks a CPU of {@code available}
   */
  public Taken take(CpuSet available, TakeRequest request) {
    long[] mask = topology.mask(available);
    var free = new FreeCpus(topology, mask, ties);
    int cpus = request.cpus();
    if (cpus > free.size()) {
      return new Taken.Refused(
          "cpus is "
              + cpus
              + ", and "
              + free.size()
              + " are available: give "
              + free.size()
              + " or fewer, or release some");
    }
    return switch (request.policy()) {
      case FULL_CORE -> new WholeCores(topology, free, cpus).fill();
      case DISTRIBUTED -> distributed(free, cpus, request.group());
      case PACKED, SPREAD, L3 -> packed(free, cpus, request.policy());
    };
  }

  private Taken packed(FreeCpus free, int cpus, TakePolicy policy) {
    new Packing(topology, free, cpus).fill(policy);
    return taken(free);
  }

  private Taken taken(FreeCpus free) {
    return new Taken.Cpus(topology.cpus(free.taken()));
  }

  private Taken distributed(FreeCpus free, int cpus, int group) {
    if (cpus == 0 || cpus % group != 0) {
      return packed(free, cpus, TakePolicy.PACKED);
    }
    int[] nodes = Arrays.stream(free.numas()).distinct().toArray();
    if (nodes.length > MAX_DISTRIBUTED_NODES) {
      return new Taken.Refused(
          nodes.length
              + " NUMA nodes have free cpus, and policy distributed looks through "
              + MAX_DISTRIBUTED_NODES
              + " at most: give another policy, or available of fewer nodes");
    }
    int[] freeCpus = new int[topology.numas.count()];
    Arrays.setAll(freeCpus, free::inNuma);
    Optional<Distribution.Split> split =
        new Distribution(nodes, freeCpus, cpus, group)
            .find(topology.list().size(), topology.numas.count());
    if (split.isEmpty()) {
      return packed(free, cpus, TakePolicy.PACKED);
    }
    take(free, split.get(), cpus, group);
    return taken(free);
  }

  /** Takes what a split says. */
  private void take(FreeCpus free, Distribution.Split split, int cpus, int group) {
    for (int node : split.nodes()) {
      takeOfNode(free, node, split.each());
    }
    int rest = cpus - split.each() * split.nodes().size();
    while (rest > 0) {
      for (int node : split.rest()) {
        if (rest > 0 && free.inNuma(node) >= group) {
          takeOfNode(free, node, group);
          rest -= group;
        }
      }
    }
  }

  private void takeOfNode(FreeCpus free, int node, int cpus) {
    var ofNode = new FreeCpus(topology, free.maskOfNuma(node), ties);
    new Packing(topology, ofNode, cpus).fill(TakePolicy.PACKED);
    long[] taken = ofNode.taken();
    for (int w = 0; w < taken.length; w++) {
      for (long left = taken[w]; left != 0; left &= left - 1) {
        free.remove((w << 6) + Long.numberOfTrailingZeros(left));
      }
    }
  }
}

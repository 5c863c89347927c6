package dev.ballast.topology;

import java.util.ArrayList;
import java.util.List;

/** Machines that tests name. */
final class Machines {
  private Machines() {}

  /**
   * A regular machine. Siblings are far apart, as x86 kernels number them: the first CPUs of all
   * cores, then the second ones.
   *
   * @param nodesOfSocket NUMA nodes of a socket
   * @param cachesOfNode L3 groups of a NUMA node
   */
  static List<Cpu> regular(
      int sockets, int nodesOfSocket, int coresOfNode, int threads, int cachesOfNode) {
    int nodes = sockets * nodesOfSocket;
    int cores = nodes * coresOfNode;
    var cpus = new ArrayList<Cpu>();
    for (int thread = 0; thread < threads; thread++) {
      for (int core = 0; core < cores; core++) {
        int node = core / coresOfNode;
        int cache = node * cachesOfNode + core % coresOfNode * cachesOfNode / coresOfNode;
        cpus.add(new Cpu(thread * cores + core, core, node / nodesOfSocket, node, cache));
      }
    }
    return cpus;
  }

  /** A machine with one NUMA node and L3 group a socket and two CPUs a core. */
  static CpuTopology of(int nodes, int coresOfNode) {
    return CpuTopology.of(regular(nodes, 1, coresOfNode, 2, 1));
  }
}

package dev.ballast.simulate;

import java.util.List;

/**
 * One side at one moment. Loads are true ones, fractions of capacity, not what was measured.
 *
 * @param nodeCpu CPU load of each node, in the order of the scenario
 * @param hotNodes nodes whose CPU load is over {@link SideSummary#HOT}
 * @param requestedCpu CPU requested on the whole cluster, a fraction of its capacity
 * @param placed pods that have been bound so far
 * @param waiting pods that wait for a node
 */
public record SideView(
    List<Double> nodeCpu, int hotNodes, double requestedCpu, int placed, int waiting) {
  public SideView {
    nodeCpu = List.copyOf(nodeCpu);
  }

  /** The mean CPU load of the nodes. */
  public double meanCpu() {
    return nodeCpu.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** The highest CPU load of a node. */
  public double maxCpu() {
    return nodeCpu.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}

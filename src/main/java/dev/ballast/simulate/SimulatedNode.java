package dev.ballast.simulate;

import dev.ballast.load.NodeFacts;

/**
 * A node of the simulated cluster; all of its capacity is allocatable.
 *
 * @param name its name
 * @param cpuMillis CPU capacity in thousandths of a core
 * @param memoryMib memory capacity in MiB
 */
public record SimulatedNode(String name, int cpuMillis, int memoryMib) {
  private static final double CORE_MILLIS = 1_000;
  private static final double MIB = 1 << 20;

  /** What the API server would say of it. */
  NodeFacts facts() {
    double cores = cpuMillis / CORE_MILLIS;
    double bytes = memoryMib * MIB;
    return new NodeFacts(cores, bytes, cores, bytes, "", false);
  }
}

package dev.ballast.simulate;

/**
 * A node of the simulated cluster; all of its capacity is allocatable.
 *
 * @param name its name
 * @param cpuMillis CPU capacity in thousandths of a core
 * @param memoryMib memory capacity in MiB
 */
public record SimulatedNode(String name, int cpuMillis, int memoryMib) {}

package dev.ballast.simulate;

/**
 * Where a pod went.
 *
 * @param node the node's name
 * @param cpuLoad the node's true CPU load just before, a fraction
 */
public record Placement(String node, double cpuLoad) {}

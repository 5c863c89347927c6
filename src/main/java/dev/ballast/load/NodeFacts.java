package dev.ballast.load;

import java.util.Map;

/**
 * What is known of a node besides its load. Immutable.
 *
 * @param cpuCapacity {@code status.capacity} in cores; 0 when not known
 * @param memoryCapacity {@code status.capacity} in bytes; 0 when not known
 * @param cpuAllocatable {@code status.allocatable} in cores; 0 when not known
 * @param memoryAllocatable {@code status.allocatable} in bytes; 0 when not known
 * @param zone its {@code topology.kubernetes.io/zone}; empty without one
 * @param noLoadData labelled {@code ballast.dev/no-load-data}, with any value but {@code false}:
 *     nothing is expected of it
 */
public record NodeFacts(
    double cpuCapacity,
    double memoryCapacity,
    double cpuAllocatable,
    double memoryAllocatable,
    String zone,
    boolean noLoadData) {
  /** The label of a node that is known to give no load. */
  public static final String NO_LOAD_DATA = "ballast.dev/no-load-data";

  /** Of a node of which nothing is known. */
  public static final NodeFacts UNKNOWN = new NodeFacts(0, 0, 0, 0, "", false);

  /** Whether labels say that a node is known to give no load. */
  public static boolean noLoadData(Map<String, String> labels) {
    return !"false".equals(labels.getOrDefault(NO_LOAD_DATA, "false"));
  }

  /** The capacity of a resource: cores, bytes, or 0 when it is not known. */
  public double capacity(Resource resource) {
    return switch (resource) {
      case CPU -> cpuCapacity;
      case MEMORY -> memoryCapacity;
      case NONE -> 0;
    };
  }
}

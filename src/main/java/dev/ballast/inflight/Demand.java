package dev.ballast.inflight;

import dev.ballast.load.Resource;

/**
 * What one pod is expected to use, as it counts in the score and in the filter. Immutable.
 *
 * @param cpu cores in the score
 * @param memory bytes in the score
 * @param filterCpu cores in the filter, at most {@code cpu}
 * @param filterMemory bytes in the filter, at most {@code memory}
 */
public record Demand(double cpu, double memory, double filterCpu, double filterMemory) {
  /** Of a pod that does not count. */
  public static final Demand NONE = new Demand(0, 0, 0, 0);

  /** This and another one together. */
  public Demand plus(Demand other) {
    return new Demand(
        cpu + other.cpu,
        memory + other.memory,
        filterCpu + other.filterCpu,
        filterMemory + other.filterMemory);
  }

  /** Whether nothing counts in the score. */
  public boolean isFreeInScore() {
    return cpu == 0 && memory == 0;
  }

  /** What counts in the score: cores, bytes, or 0 for another resource. */
  public double inScore(Resource resource) {
    return switch (resource) {
      case CPU -> cpu;
      case MEMORY -> memory;
      case NONE -> 0;
    };
  }

  /** What counts in the filter: cores, bytes, or 0 for another resource. */
  public double inFilter(Resource resource) {
    return switch (resource) {
      case CPU -> filterCpu;
      case MEMORY -> filterMemory;
      case NONE -> 0;
    };
  }
}

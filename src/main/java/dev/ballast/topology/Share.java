package dev.ballast.topology;

import java.util.Collections;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A number of CPUs from some zones. Immutable.
 *
 * @param zones the numbers of the NUMA nodes; none for the whole machine
 * @param cpus how many, 1 to {@value CpuTopology#MAX_CPUS}
 */
public record Share(SortedSet<Integer> zones, int cpus) {
  public Share {
    if (cpus < 1 || cpus > CpuTopology.MAX_CPUS) {
      throw new IllegalArgumentException(
          "cpus is " + cpus + ": give a number from 1 to " + CpuTopology.MAX_CPUS);
    }
    zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
  }

  /** CPUs from anywhere. */
  public static Share anywhere(int cpus) {
    return new Share(new TreeSet<>(), cpus);
  }

  /** CPUs of one zone. */
  public static Share ofZone(int zone, int cpus) {
    return new Share(new TreeSet<>(Set.of(zone)), cpus);
  }
}

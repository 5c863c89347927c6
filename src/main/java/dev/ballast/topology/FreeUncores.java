package dev.ballast.topology;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * L3 groups and how many free CPUs they have when this is made. Confined to one request.
 *
 * <p>After the kubelet 1.36 (cpu_assignment.go, takeUncoreCache and what it calls).
 */
final class FreeUncores {
  private final CpuTopology topology;
  private final FreeCpus cpus;
  private final int[] free;

  FreeUncores(CpuTopology topology, FreeCpus cpus) {
    this.topology = topology;
    this.cpus = cpus;
    free = new int[topology.uncores.count()];
    for (int cpu = 0; cpu < topology.uncores.of.length; cpu++) {
      free[topology.uncores.of[cpu]] += cpus.has(cpu) ? 1 : 0;
    }
  }

  /** How many CPUs of an L3 group were free. */
  int free(int uncore) {
    return free[uncore];
  }

  /** Those with a free CPU, by NUMA node and in order there; again if in two nodes. */
  int[] sorted() {
    return Arrays.stream(cpus.numas()).distinct().flatMap(this::sortedOfNuma).toArray();
  }

  private IntStream sortedOfNuma(int numa) {
    int[] own =
        Arrays.stream(topology.numas.members[numa])
            .filter(cpus::has)
            .map(cpu -> topology.uncores.of[cpu])
            .distinct()
            .toArray();
    return Arrays.stream(cpus.sorted(own, free));
  }

  /**
   * The CPUs that would be taken from one L3 group alone: the free ones of so many of its cores as
   * hold that many CPUs in the mean, cores of low numbers first. One too many is left out where an
   * odd number is wanted of cores with more than one CPU.
   *
   * @param needed how many are wanted; the result is of use only when it has as many
   */
  int[] part(int uncore, int needed) {
    int coreSize = topology.cores.meanSize();
    int[] found =
        Arrays.stream(topology.uncores.members[uncore])
            .filter(cpus::has)
            .map(cpu -> topology.cores.of[cpu])
            .distinct()
            .sorted()
            .limit((needed + coreSize - 1) / coreSize)
            .flatMap(core -> Arrays.stream(topology.cores.members[core]))
            .filter(cpus::has)
            .sorted()
            .toArray();
    boolean oneTooMany = needed % 2 != 0 && coreSize > 1 && found.length > needed;
    return oneTooMany ? Arrays.copyOf(found, found.length - 1) : found;
  }
}

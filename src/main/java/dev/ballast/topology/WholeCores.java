package dev.ballast.topology;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One request that is filled with whole cores only, packed as in {@link Packing}. Confined to one
 * request.
 *
 * <p>Where all cores are of one size and enough of them are free, these are the CPUs that {@link
 * Packing} gives. On machines with cores of several sizes it finds a way whenever there is one: no
 * core is taken after which the rest could not be made up.
 */
final class WholeCores {
  private final CpuTopology topology;
  private final FreeCpus free;
  private final SortedMap<Integer, Integer> left = new TreeMap<>(); // by size, how many cores
  private int needed;

  WholeCores(CpuTopology topology, FreeCpus free, int needed) {
    this.topology = topology;
    this.free = free;
    this.needed = needed;
    IntStream.range(0, topology.cores.count())
        .filter(this::isFree)
        .forEach(core -> left.merge(topology.cores.size(core), 1, Integer::sum));
  }

  private boolean isFree(int core) {
    return free.inCore(core) == topology.cores.size(core);
  }

  /** Takes them; as many as are needed, or refuses. */
  Taken fill() {
    if (!reaches(needed)) {
      return new Taken.Refused(
          "cpus is "
              + needed
              + ", which whole free cores cannot make up (free are "
              + offer()
              + "): give another number or another policy");
    }
    wholeGroups(topology.outer, free.outers(), topology.coresOfOuter);
    wholeGroups(topology.inner, free.inners(), topology.coresOfInner);
    while (needed > 0) {
      singleCores();
    }
    return new Taken.Cpus(topology.cpus(free.taken()));
  }

  private String offer() {
    return left.isEmpty()
        ? "none"
        : left.entrySet().stream()
            .map(size -> size.getValue() + " of " + size.getKey() + " cpus")
            .collect(Collectors.joining(", "));
  }

  private void wholeGroups(Groups groups, int[] order, int[][] coresOf) {
    for (int group : order) {
      int[] cores = coresOf[group];
      if (groups.size(group) <= needed && Arrays.stream(cores).allMatch(this::isFree)) {
        takeIfTheRestCanBeMadeUp(cores);
      }
    }
  }

  private void singleCores() {
    for (int group : free.inners()) {
      for (int core : free.coresOfInner(group)) {
        if (isFree(core) && topology.cores.size(core) <= needed) {
          takeIfTheRestCanBeMadeUp(core);
        }
      }
    }
  }

  private void takeIfTheRestCanBeMadeUp(int... cores) {
    int before = needed;
    for (int core : cores) {
      int size = topology.cores.size(core);
      left.merge(size, -1, Integer::sum);
      needed -= size;
    }
    if (!reaches(needed)) {
      for (int core : cores) {
        left.merge(topology.cores.size(core), 1, Integer::sum);
      }
      needed = before;
      return;
    }
    for (int core : cores) {
      for (int cpu : topology.cores.members[core]) {
        free.remove(cpu);
      }
    }
  }

  /** Whether some of the cores that are left have so many CPUs. */
  private boolean reaches(int cpus) {
    if (left.size() < 2) {
      return cpus == 0
          || (!left.isEmpty()
              && cpus % left.firstKey() == 0
              && cpus / left.firstKey() <= left.getOrDefault(left.firstKey(), 0));
    }
    boolean[] reached = new boolean[cpus + 1];
    reached[0] = true;
    left.forEach((size, cores) -> extend(reached, size, cores));
    return reached[cpus];
  }

  /** Adds the sums with up to so many cores of a size. */
  private static void extend(boolean[] reached, int size, int cores) {
    int[] used = new int[reached.length];
    for (int sum = size; sum < reached.length; sum++) {
      if (!reached[sum] && reached[sum - size] && used[sum - size] < cores) {
        reached[sum] = true;
        used[sum] = used[sum - size] + 1;
      }
    }
  }
}

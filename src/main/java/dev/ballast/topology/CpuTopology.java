package dev.ballast.topology;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The shape of a machine: which of its online CPUs share a core, a socket, a NUMA node (zone) and
 * an L3 cache. Ids need not be contiguous, groups need not be of one size, and a NUMA node may lie
 * in several sockets as well as a socket in several NUMA nodes. Immutable.
 *
 * <p>Cores are numbered as in the given CPUs, unless a number is used in two places: then each core
 * gets the number of its lowest CPU, as the kubelet numbers them (pkg/kubelet/cm/cpumanager/
 * topology, getUniqueCoreID). Numbers decide only which of two equal cores comes first.
 */
public final class CpuTopology {
  /** The most CPUs of a machine: what a kernel can be built for. */
  public static final int MAX_CPUS = 8_192;

  private final List<Cpu> list;
  private final CpuSet cpus;
  private final int[] ids;
  private final boolean compact;
  private final Map<Integer, CpuSet> zones = new HashMap<>();

  final Groups cores;
  final Groups sockets;
  final Groups numas;
  final Groups uncores;

  /** Whether NUMA nodes are looked at before sockets, as each holds at least one socket. */
  final boolean numaFirst;

  /** What is looked at first: NUMA nodes or sockets. */
  final Groups outer;

  /** The other of both. */
  final Groups inner;

  /** By core, the place where an outer and an inner group meet, and by place, these groups. */
  final int[] placeOfCore;

  final int[] outerOfPlace;
  final int[] innerOfPlace;

  /** By outer group, its places in the order of their inner groups. */
  final int[][] placesOfOuter;

  /** By group, its cores; ascending. */
  final int[][] coresOfOuter;

  final int[][] coresOfInner;

  private CpuTopology(List<Cpu> sorted) {
    list = sorted;
    ids = numbers(Field.CPU);
    cpus = CpuSet.of(ids);
    compact = ids[ids.length - 1] == ids.length - 1;
    cores = new Groups(coreNumbers());
    sockets = new Groups(numbers(Field.SOCKET));
    numas = new Groups(numbers(Field.NUMA));
    uncores = new Groups(numbers(Field.UNCORE));
    for (int numa = 0; numa < numas.count(); numa++) {
      zones.put(
          numas.numbers[numa],
          CpuSet.of(Arrays.stream(numas.members[numa]).map(cpu -> ids[cpu]).toArray()));
    }
    numaFirst = sockets.count() >= numas.count();
    outer = numaFirst ? numas : sockets;
    inner = numaFirst ? sockets : numas;

    long[] pairOfCore = new long[cores.count()];
    for (int core = 0; core < pairOfCore.length; core++) {
      int cpu = cores.members[core][0];
      pairOfCore[core] = ((long) outer.of[cpu] << Integer.SIZE) | inner.of[cpu];
    }
    long[] pairs = Arrays.stream(pairOfCore).sorted().distinct().toArray();
    placeOfCore = new int[cores.count()];
    Arrays.setAll(placeOfCore, core -> Arrays.binarySearch(pairs, pairOfCore[core]));
    outerOfPlace = Arrays.stream(pairs).mapToInt(pair -> (int) (pair >> Integer.SIZE)).toArray();
    innerOfPlace = Arrays.stream(pairs).mapToInt(pair -> (int) pair).toArray();
    placesOfOuter = Groups.listed(outerOfPlace, outer.count());
    coresOfOuter = Groups.listed(outerOfCore(outer), outer.count());
    coresOfInner = Groups.listed(outerOfCore(inner), inner.count());
  }

  /** A number of a {@link Cpu}. */
  private enum Field {
    CPU,
    SOCKET,
    NUMA,
    UNCORE;

    int of(Cpu cpu) {
      return switch (this) {
        case CPU -> cpu.cpu();
        case SOCKET -> cpu.socket();
        case NUMA -> cpu.numa();
        case UNCORE -> cpu.uncore();
      };
    }
  }

  /**
   * The machine with these CPUs, in any order.
   *
   * @param online all CPUs that are online, 1 to {@value #MAX_CPUS}
   * @throws IllegalArgumentException when there is none, one is there twice, or there are too many
   */
  public static CpuTopology of(List<Cpu> online) {
    if (online.isEmpty()) {
      throw new IllegalArgumentException("the topology has no cpus: give at least one");
    }
    if (online.size() > MAX_CPUS) {
      throw new IllegalArgumentException(
          "the topology has "
              + online.size()
              + " cpus, more than "
              + MAX_CPUS
              + ": give those of one machine");
    }
    List<Cpu> sorted = online.stream().sorted(Comparator.comparingInt(Cpu::cpu)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).cpu() == sorted.get(i - 1).cpu()) {
        throw new IllegalArgumentException(
            "cpu " + sorted.get(i).cpu() + " is there twice: give each CPU once");
      }
    }
    return new CpuTopology(sorted);
  }

  private int[] numbers(Field field) {
    return list.stream().mapToInt(field::of).toArray();
  }

  /** Where a core is: cores with one number in two places are two. */
  private record CorePlace(int core, int socket, int numa) {}

  private int[] coreNumbers() {
    var lowest = new HashMap<CorePlace, Integer>();
    var places = new HashMap<Integer, CorePlace>();
    boolean repeated = false;
    for (Cpu cpu : list) {
      var place = new CorePlace(cpu.core(), cpu.socket(), cpu.numa());
      lowest.putIfAbsent(place, cpu.cpu()); // ids ascend
      repeated |= !places.computeIfAbsent(cpu.core(), core -> place).equals(place);
    }
    if (!repeated) {
      return list.stream().mapToInt(Cpu::core).toArray();
    }
    return list.stream()
        .mapToInt(
            cpu ->
                lowest.getOrDefault(new CorePlace(cpu.core(), cpu.socket(), cpu.numa()), cpu.cpu()))
        .toArray();
  }

  private int[] outerOfCore(Groups groups) {
    return IntStream.range(0, cores.count())
        .map(core -> groups.of[cores.members[core][0]])
        .toArray();
  }

  /** All CPUs that are online. */
  public CpuSet cpus() {
    return cpus;
  }

  /** The CPUs with all their numbers, by id. */
  public List<Cpu> list() {
    return list;
  }

  /** The numbers of the NUMA nodes, ascending. */
  public int[] zones() {
    return numas.numbers.clone();
  }

  /** The CPUs of a NUMA node; none when there is no such node. */
  public CpuSet cpusOfZone(int zone) {
    return zones.getOrDefault(zone, CpuSet.EMPTY);
  }

  /** The words that a mask has: bit {@code i} of word {@code w} is the CPU at place 64 w + i. */
  int words() {
    return (ids.length + Long.SIZE - 1) >> 6;
  }

  /**
   * The places of CPUs as a mask.
   *
   * @throws IllegalArgumentException when the machine lacks one of them
   */
  long[] mask(CpuSet set) {
    if (!cpus.containsAll(set)) {
      throw new IllegalArgumentException(
          "available has cpus "
              + set.minus(cpus)
              + ", which the topology lacks: give cpus of "
              + cpus);
    }
    long[] mask = new long[words()];
    if (compact) {
      set.copyTo(mask);
    } else {
      for (int cpu = 0; cpu < ids.length; cpu++) {
        if (set.contains(ids[cpu])) {
          mask[cpu >> 6] |= 1L << cpu;
        }
      }
    }
    return mask;
  }

  /** The CPUs of a mask. */
  CpuSet cpus(long[] mask) {
    if (compact) {
      return CpuSet.ofWords(mask);
    }
    return CpuSet.of(
        IntStream.range(0, ids.length)
            .filter(cpu -> (mask[cpu >> 6] & (1L << cpu)) != 0)
            .map(cpu -> ids[cpu])
            .toArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuTopology topology && list.equals(topology.list);
  }

  @Override
  public int hashCode() {
    return list.hashCode();
  }

  @Override
  public String toString() {
    return "CpuTopology" + list;
  }
}

package dev.ballast.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/**
 * Machines of all shapes and what is free on them, by a seed: 1 to 8 NUMA nodes, more, as many and
 * fewer sockets, cores of one and of several sizes, CPUs that are offline, L3 groups within, of and
 * across NUMA nodes, and ids that are numbered as kernels do it or in any order.
 */
final class RandomStates {
  private final Random random;

  RandomStates(long seed) {
    random = new Random(seed);
  }

  /** A question. */
  record State(String name, CpuTopology topology, CpuSet available, TakeRequest request) {}

  /** The next question. */
  State next(String name) {
    CpuTopology machine = machine(1 + random.nextInt(8), one(3) ? 16 : 6);
    CpuSet available = available(machine);
    return new State(name, machine, available, request(machine, available));
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private int anyOf(int... numbers) {
    return numbers[random.nextInt(numbers.length)];
  }

  /** A machine with so many NUMA nodes, with up to so many cores each. */
  CpuTopology machine(int numas, int maxCores) {
    var shape = new Shape(numas, 1 + random.nextInt(maxCores), anyOf(1, 2, 2, 2, 4));
    List<Cpu> cpus = shape.cpus();
    if (one(2)) {
      cpus = withoutOffline(cpus);
    }
    return CpuTopology.of(cpus);
  }

  /** How a machine is built. */
  private final class Shape {
    private final int numas;
    private final int coresOfNuma;
    private final int threads;
    private final boolean hybrid = one(5);
    private final boolean uneven = one(6);
    private final boolean crossing = one(20);
    private final int nodesOfSocket = anyOf(1, 1, 2, 4);
    private final int socketsOfNode = nodesOfSocket == 1 ? anyOf(1, 1, 1, 2) : 1;
    private final int cachesOfNuma = anyOf(1, 1, 2, 4);
    private final boolean cacheOfSocket = one(4);

    Shape(int numas, int coresOfNuma, int threads) {
      this.numas = numas;
      this.coresOfNuma = coresOfNuma;
      this.threads = threads;
    }

    /** A core, and by its place in the list its number. */
    private record Core(int numa, int socket, int uncore, int threads) {}

    List<Cpu> cpus() {
      var cores = new ArrayList<Core>();
      for (int numa = 0; numa < numas; numa++) {
        int count = uneven ? 1 + random.nextInt(coresOfNuma) : coresOfNuma;
        for (int i = 0; i < count; i++) {
          int socket = numa / nodesOfSocket * socketsOfNode + i * socketsOfNode / count;
          if (crossing) {
            socket = random.nextInt(Math.max(2, numas));
          }
          int uncore = cacheOfSocket ? socket : numa * cachesOfNuma + i * cachesOfNuma / count;
          cores.add(new Core(numa, socket, uncore, hybrid && one(2) ? 1 : threads));
        }
      }
      if (one(4)) { // ids go round the NUMA nodes
        Collections.shuffle(cores, random);
      }
      return numbered(cores);
    }

    private List<Cpu> numbered(List<Core> cores) {
      int style = random.nextInt(10);
      var slots = new ArrayList<int[]>(); // core and thread, in the order of ids
      for (int a = 0; a < (style < 5 ? threads : cores.size()); a++) {
        for (int b = 0; b < (style < 5 ? cores.size() : threads); b++) {
          int core = style < 5 ? b : a;
          int thread = style < 5 ? a : b;
          if (thread < cores.get(core).threads()) {
            slots.add(new int[] {core, thread});
          }
        }
      }
      if (style == 9) {
        Collections.shuffle(slots, random);
      }
      int stride = one(10) ? 3 : 1;
      int first = one(10) ? 5 : 0;
      int coreNumbers = random.nextInt(3);
      var inSocket = new HashMap<Integer, Integer>();
      int[] own = new int[cores.size()];
      for (int core = 0; core < own.length; core++) {
        own[core] = inSocket.getOrDefault(cores.get(core).socket(), 0);
        inSocket.put(cores.get(core).socket(), own[core] + 1);
      }
      var cpus = new ArrayList<Cpu>();
      for (int i = 0; i < slots.size(); i++) {
        int number = slots.get(i)[0];
        Core core = cores.get(number);
        int id = first + stride * i;
        int coreNumber =
            coreNumbers == 0 ? own[number] : coreNumbers == 1 ? number : 2 * number + 7;
        cpus.add(new Cpu(id, coreNumber, core.socket(), core.numa(), core.uncore()));
      }
      return cpus;
    }
  }

  private List<Cpu> withoutOffline(List<Cpu> cpus) {
    int oneOf = anyOf(4, 10, 30);
    List<Cpu> online = cpus.stream().filter(cpu -> !one(oneOf)).toList();
    return online.isEmpty() ? cpus : online;
  }

  /** Free CPUs: single ones, whole cores or nearly everything. */
  CpuSet available(CpuTopology machine) {
    int kind = random.nextInt(4);
    int percent = anyOf(30, 60, 80, 95, 100);
    var free = new ArrayList<Integer>();
    var cores = new HashMap<Integer, Boolean>();
    for (int i = 0; i < machine.list().size(); i++) {
      boolean ofCore =
          cores.computeIfAbsent(machine.cores.of[i], c -> random.nextInt(100) < percent);
      boolean single = random.nextInt(100) < percent;
      if (kind == 0 ? single : kind == 1 ? ofCore : kind == 2 ? ofCore && !one(10) : !one(40)) {
        free.add(machine.list().get(i).cpu());
      }
    }
    return CpuSet.of(free.stream().mapToInt(i -> i).toArray());
  }

  private TakeRequest request(CpuTopology machine, CpuSet available) {
    TakePolicy policy =
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> TakePolicy.PACKED;
          case 3, 4 -> TakePolicy.SPREAD;
          case 5, 6 -> TakePolicy.L3;
          default -> TakePolicy.DISTRIBUTED;
        };
    int most = Math.max(1, available.size());
    int group = anyOf(1, 1, 2, 2, 3, 4);
    int cpus =
        switch (random.nextInt(8)) {
          case 0 -> Math.max(1, machine.list().size() / machine.numas.count());
          case 1 -> Math.max(1, most / 2 / group * group);
          case 2 -> most;
          case 3 -> one(4) ? most + 1 : 0;
          default -> (1 + random.nextInt(most)) / group * group;
        };
    return new TakeRequest(policy, cpus, group);
  }
}

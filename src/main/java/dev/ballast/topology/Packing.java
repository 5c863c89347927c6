package dev.ballast.topology;

/**
 * One request that is filled from as few groups as possible: whole ones as long as they fit, then
 * smaller ones. Confined to one request.
 *
 * <p>After the kubelet 1.36 (pkg/kubelet/cm/cpumanager/cpu_assignment.go,
 * takeByTopologyNUMAPacked): the same CPUs, with two differences. There a core or socket counts as
 * free when it has as many free CPUs as one has in the mean of the machine, and is then taken with
 * all it has; here all of its CPUs have to be free as well. There a group that lies in two others
 * is offered twice and counted twice; here nothing is taken twice.
 */
final class Packing {
  private final CpuTopology topology;
  private final FreeCpus free;
  private int needed;

  /**
   * A request that begins.
   *
   * @param free what may be taken, at least {@code needed}; changed
   */
  Packing(CpuTopology topology, FreeCpus free, int needed) {
    this.topology = topology;
    this.free = free;
    this.needed = needed;
  }

  /** Takes as many CPUs away from those that are free as are needed. */
  void fill(TakePolicy policy) {
    wholeOuters();
    wholeInners();
    if (policy == TakePolicy.L3) {
      uncores();
    }
    if (policy == TakePolicy.SPREAD) {
      singlesOfSockets();
    } else {
      wholeCores();
      singlesOfCores();
    }
  }

  private void take(int cpu) {
    free.remove(cpu);
    needed--;
  }

  private void take(int[] cpus) {
    for (int cpu : cpus) {
      take(cpu);
    }
  }

  /** Whether all CPUs of a group are free, in the kubelet's sense of it. */
  private boolean isWhole(Groups groups, int group, int freeCpus) {
    boolean all = freeCpus == groups.size(group);
    return groups == topology.numas ? all : all && freeCpus == groups.meanSize();
  }

  private void wholeOuters() {
    if (needed == 0) {
      return;
    }
    for (int group : free.outers()) {
      int size = free.inOuter(group);
      if (size <= needed && isWhole(topology.outer, group, size)) {
        take(topology.outer.members[group]);
      }
    }
  }

  private void wholeInners() {
    if (needed == 0) {
      return;
    }
    for (int group : free.inners()) {
      int size = free.inInner(group);
      if (size > 0 && size <= needed && isWhole(topology.inner, group, size)) {
        take(topology.inner.members[group]);
      }
    }
  }

  private void wholeCores() {
    int size = topology.cores.meanSize();
    if (needed < size) {
      return;
    }
    for (int group : free.inners()) {
      for (int core : free.inTieOrder(topology.coresOfInner[group])) {
        if (free.inCore(core) == size && topology.cores.size(core) == size) {
          take(topology.cores.members[core]);
          if (needed < size) {
            return;
          }
        }
      }
    }
  }

  private void singlesOfCores() {
    if (needed == 0) {
      return;
    }
    for (int group : free.inners()) {
      for (int core : free.coresOfInner(group)) {
        singles(topology.cores.members[core]);
        if (needed == 0) {
          return;
        }
      }
    }
  }

  private void singlesOfSockets() {
    if (needed == 0) {
      return;
    }
    for (int socket : free.sockets()) {
      singles(topology.sockets.members[socket]);
    }
  }

  private void singles(int[] cpus) {
    for (int cpu : cpus) {
      if (needed > 0 && free.has(cpu)) {
        take(cpu);
      }
    }
  }

  private void uncores() {
    if (needed == 0) {
      return;
    }
    var caches = new FreeUncores(topology, free);
    int[] order = caches.sorted();
    if (needed >= topology.uncores.meanSize()) {
      for (int uncore : order) {
        int size = topology.uncores.size(uncore);
        if (size <= needed && caches.free(uncore) == size) {
          singles(topology.uncores.members[uncore]);
        }
      }
    }
    for (int uncore : order) {
      if (needed == 0) {
        return;
      }
      int[] cpus = caches.part(uncore, needed);
      if (cpus.length == needed) {
        take(cpus);
      }
    }
  }
}

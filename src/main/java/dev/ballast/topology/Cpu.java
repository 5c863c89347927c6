package dev.ballast.topology;

/**
 * A logical CPU that is online, and where it is. Immutable.
 *
 * @param cpu its id, 0 to {@value CpuSet#MAX_ID}
 * @param core the number of its core, 0 to 2147483647; a number that is used again in another
 *     socket or NUMA node, as the kernel's {@code core_id} is, is another core
 * @param socket the number of its socket, 0 to 2147483647
 * @param numa the number of its NUMA node, 0 to 2147483647
 * @param uncore the number of the group that shares its L3 cache, 0 to 2147483647, the same on no
 *     two groups of the machine; the socket's number where a socket has one L3 cache, as the
 *     kubelet takes it
 */
public record Cpu(int cpu, int core, int socket, int numa, int uncore) {
  public Cpu {
    if (cpu < 0 || cpu > CpuSet.MAX_ID) {
      throw new IllegalArgumentException(
          "cpu is " + cpu + ": give a number from 0 to " + CpuSet.MAX_ID);
    }
    check("core", core, cpu);
    check("socket", socket, cpu);
    check("numa", numa, cpu);
    check("uncore", uncore, cpu);
  }

  private static void check(String what, int number, int cpu) {
    if (number < 0) {
      throw new IllegalArgumentException(
          what + " of cpu " + cpu + " is " + number + ": give a number from 0 to 2147483647");
    }
  }
}

package dev.ballast.topology;

/**
 * How many CPUs are wanted, and how they are to be picked. Immutable.
 *
 * @param policy how
 * @param cpus how many, 0 to {@value CpuTopology#MAX_CPUS}
 * @param group how many at a time come from one NUMA node, 1 to {@value CpuTopology#MAX_CPUS}; only
 *     {@link TakePolicy#DISTRIBUTED} looks at it
 */
public record TakeRequest(TakePolicy policy, int cpus, int group) {
  public TakeRequest {
    if (cpus < 0 || cpus > CpuTopology.MAX_CPUS) {
      throw new IllegalArgumentException(
          "cpus is " + cpus + ": give a number from 0 to " + CpuTopology.MAX_CPUS);
    }
    checkGroup(group);
  }

  static void checkGroup(int group) {
    if (group < 1 || group > CpuTopology.MAX_CPUS) {
      throw new IllegalArgumentException(
          "group is " + group + ": give a number from 1 to " + CpuTopology.MAX_CPUS);
    }
  }

  /** A request of single CPUs. */
  public TakeRequest(TakePolicy policy, int cpus) {
    this(policy, cpus, 1);
  }
}

package dev.ballast.topology;

/** What a request got: all the CPUs that it asked for, or none. Immutable. */
public sealed interface Taken {
  /**
   * The CPUs, as many as were asked for, all of which were available.
   *
   * @param set the CPUs
   */
  record Cpus(CpuSet set) implements Taken {}

  /**
   * No CPUs.
   *
   * @param why the thing that did not fit, its value, the limit and what to do
   */
  record Refused(String why) implements Taken {}
}

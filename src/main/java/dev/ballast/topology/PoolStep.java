package dev.ballast.topology;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of a step of {@link Pools}. Immutable. */
public sealed interface PoolStep {
  /**
   * The step was done.
   *
   * @param pools the pools after it
   * @param sets all containers whose CPUs are others than before, with their CPUs from now on;
   *     nobody else's change. A container that was released has none and is not in it
   */
  record Done(Pools pools, SortedMap<ContainerId, CpuSet> sets) implements PoolStep {
    public Done {
      sets = Collections.unmodifiableSortedMap(new TreeMap<>(sets));
    }
  }

  /**
   * Nothing was done.
   *
   * @param why the thing that did not fit, its value, the limit and what to do
   */
  record Refused(String why) implements PoolStep {}
}

package dev.ballast.topology;

import java.util.Arrays;

/**
 * The CPUs of a machine put together by a number: cores, sockets, NUMA nodes or L3 groups. CPUs go
 * by their place in the order of ids, groups by their place in the order of numbers. Immutable;
 * arrays are not copied, and nobody may write to them.
 */
final class Groups {
  /** By group, its number; ascending. */
  final int[] numbers;

  /** By CPU, its group. */
  final int[] of;

  /** By group, its CPUs; ascending. */
  final int[][] members;

  /**
   * Groups of CPUs.
   *
   * @param numberOf by CPU, the number that those of its group have in common
   */
  Groups(int[] numberOf) {
    numbers = Arrays.stream(numberOf).sorted().distinct().toArray();
    of = new int[numberOf.length];
    int[] sizes = new int[numbers.length];
    for (int cpu = 0; cpu < of.length; cpu++) {
      of[cpu] = Arrays.binarySearch(numbers, numberOf[cpu]);
      sizes[of[cpu]]++;
    }
    members = new int[numbers.length][];
    Arrays.setAll(members, group -> new int[sizes[group]]);
    for (int cpu = of.length - 1; cpu >= 0; cpu--) {
      members[of[cpu]][--sizes[of[cpu]]] = cpu;
    }
  }

  /** How many groups there are. */
  int count() {
    return numbers.length;
  }

  /** How many CPUs a group has. */
  int size(int group) {
    return members[group].length;
  }

  /** How many CPUs a group has in the mean of the machine, rounded down. */
  int meanSize() {
    return of.length / numbers.length;
  }
}

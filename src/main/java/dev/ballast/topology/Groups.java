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
    of = Arrays.stream(numberOf).map(number -> Arrays.binarySearch(numbers, number)).toArray();
    members = listed(of, numbers.length);
  }

  /** By group, what belongs to it, in ascending order. */
  static int[][] listed(int[] groupOf, int groups) {
    int[] sizes = new int[groups];
    for (int group : groupOf) {
      sizes[group]++;
    }
    int[][] lists = new int[groups][];
    Arrays.setAll(lists, group -> new int[sizes[group]]);
    for (int i = groupOf.length - 1; i >= 0; i--) {
      lists[groupOf[i]][--sizes[groupOf[i]]] = i;
    }
    return lists;
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

package dev.ballast.topology;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The CPUs that are still free during one request, counted by core, socket, NUMA node and their
 * order. Groups with fewer free CPUs come first, so that big holes stay; then the one of the lower
 * number. An inner group comes with the outer group it lies in, again if it lies in two. Confined
 * to one request.
 */
final class FreeCpus {
  private final CpuTopology topology;
  private final Ties ties;
  private final long[] mask;
  private final long[] before;
  private final int[] inCore;
  private final int[] inPlace;
  private final int[] inOuter;
  private final int[] inInner;
  private int size;

  /**
   * All of these CPUs.
   *
   * @param mask their places; changed while they are taken
   */
  FreeCpus(CpuTopology topology, long[] mask, Ties ties) {
    this.topology = topology;
    this.mask = mask;
    before = mask.clone();
    this.ties = ties;
    inCore = new int[topology.cores.count()];
    inPlace = new int[topology.outerOfPlace.length];
    inOuter = new int[topology.outer.count()];
    inInner = new int[topology.inner.count()];
    for (int w = 0; w < mask.length; w++) {
      for (long left = mask[w]; left != 0; left &= left - 1) {
        inCore[topology.cores.of[(w << 6) + Long.numberOfTrailingZeros(left)]]++;
      }
    }
    for (int core = 0; core < inCore.length; core++) {
      inPlace[topology.placeOfCore[core]] += inCore[core];
    }
    for (int place = 0; place < inPlace.length; place++) {
      inOuter[topology.outerOfPlace[place]] += inPlace[place];
      inInner[topology.innerOfPlace[place]] += inPlace[place];
      size += inPlace[place];
    }
  }

  int size() {
    return size;
  }

  boolean has(int cpu) {
    return (mask[cpu >> 6] & (1L << cpu)) != 0;
  }

  int inCore(int core) {
    return inCore[core];
  }

  int inOuter(int group) {
    return inOuter[group];
  }

  int inInner(int group) {
    return inInner[group];
  }

  int inNuma(int numa) {
    return topology.numaFirst ? inOuter[numa] : inInner[numa];
  }

  /** Takes a CPU away that is free. */
  void remove(int cpu) {
    mask[cpu >> 6] &= ~(1L << cpu);
    int core = topology.cores.of[cpu];
    int place = topology.placeOfCore[core];
    inCore[core]--;
    inPlace[place]--;
    inOuter[topology.outerOfPlace[place]]--;
    inInner[topology.innerOfPlace[place]]--;
    size--;
  }

  /** The CPUs that were taken away, as a mask. */
  long[] taken() {
    long[] taken = before.clone();
    for (int w = 0; w < taken.length; w++) {
      taken[w] &= ~mask[w];
    }
    return taken;
  }

  /** The free CPUs of a NUMA node, as a mask of its own. */
  long[] maskOfNuma(int numa) {
    long[] part = new long[mask.length];
    for (int cpu : topology.numas.members[numa]) {
      part[cpu >> 6] |= mask[cpu >> 6] & (1L << cpu);
    }
    return part;
  }

  /** The outer groups with a free CPU, in order. */
  int[] outers() {
    int[] groups = new int[inOuter.length];
    int count = 0;
    for (int group = 0; group < groups.length; group++) {
      if (inOuter[group] > 0) {
        groups[count++] = group;
      }
    }
    return sorted(Arrays.copyOf(groups, count), inOuter);
  }

  /** The inner groups with a free CPU, in the order of the outer groups and in order there. */
  int[] inners() {
    int[] all = new int[inPlace.length];
    int count = 0;
    for (int outer : outers()) {
      int[] places = topology.placesOfOuter[outer];
      int[] groups = new int[places.length];
      int own = 0;
      for (int place : places) {
        if (inPlace[place] > 0) {
          groups[own++] = topology.innerOfPlace[place];
        }
      }
      System.arraycopy(sorted(Arrays.copyOf(groups, own), inInner), 0, all, count, own);
      count += own;
    }
    return Arrays.copyOf(all, count);
  }

  /** The NUMA nodes with a free CPU, in order. */
  int[] numas() {
    return topology.numaFirst ? outers() : inners();
  }

  /** The sockets with a free CPU, in order. */
  int[] sockets() {
    return topology.numaFirst ? inners() : outers();
  }

  /** The cores of an inner group with a free CPU, in order. */
  int[] coresOfInner(int group) {
    int[] cores = topology.coresOfInner[group];
    int[] some = new int[cores.length];
    int count = 0;
    for (int core : cores) {
      if (inCore[core] > 0) {
        some[count++] = core;
      }
    }
    return sorted(Arrays.copyOf(some, count), inCore);
  }

  /** Groups with as many free CPUs, in order, from their ascending numbers. */
  int[] inTieOrder(int[] ascending) {
    return ties == Ties.LOWEST_FIRST
        ? ascending
        : IntStream.rangeClosed(1, ascending.length)
            .map(i -> ascending[ascending.length - i])
            .toArray();
  }

  /**
   * Puts groups in order.
   *
   * @param groups them; changed in place
   * @param free by group, how many CPUs are free
   */
  int[] sorted(int[] groups, int[] free) {
    long[] keys = new long[groups.length];
    int flip = ties == Ties.LOWEST_FIRST ? 0 : Integer.MAX_VALUE;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = ((long) free[groups[i]] << Integer.SIZE) | (groups[i] ^ flip);
    }
    Arrays.sort(keys);
    for (int i = 0; i < keys.length; i++) {
      groups[i] = (int) keys[i] ^ flip;
    }
    return groups;
  }
}

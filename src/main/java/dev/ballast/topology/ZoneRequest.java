package dev.ballast.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is wanted of the resources that zones tell of; all else cannot be seen and is let pass.
 * Immutable. What is left is an array by zone, then by resource.
 */
final class ZoneRequest {
  private static final long WHOLE_CPU = 1_000;

  final ZoneLayout layout;
  private final long[] wanted; // by resource
  private final long cpus;

  ZoneRequest(ZoneLayout layout, Map<String, Long> amounts) {
    this.layout = layout;
    wanted = new long[layout.resources.length];
    for (int r = 0; r < wanted.length; r++) {
      wanted[r] = amounts.getOrDefault(layout.resources[r], 0L);
    }
    cpus = layout.cpu < 0 ? 0 : wanted[layout.cpu];
  }

  /** The thousandths of CPUs. */
  long cpus() {
    return cpus;
  }

  /** Whether it wants nothing that zones tell of. */
  boolean isNothing() {
    for (long amount : wanted) {
      if (amount > 0) {
        return false;
      }
    }
    return true;
  }

  /** How much of a zone counts: only whole CPUs are handed out. */
  private long usable(long[] left, int zone, int r) {
    long there = left[zone * wanted.length + r];
    return r == layout.cpu ? there - there % WHOLE_CPU : there;
  }

  /** Whether a zone has it. */
  boolean fits(long[] left, int zone) {
    for (int r = 0; r < wanted.length; r++) {
      if (wanted[r] > usable(left, zone, r)) {
        return false;
      }
    }
    return true;
  }

  /** Takes it off a zone. */
  void subtract(long[] left, int zone) {
    for (int r = 0; r < wanted.length; r++) {
      left[zone * wanted.length + r] -= wanted[r];
    }
  }

  /** The zones that can be a part of it: those with a CPU, if it wants any. */
  long members(long[] left) {
    long members = 0;
    for (int zone = 0; zone < layout.zones.length; zone++) {
      if (cpus == 0 || usable(left, zone, layout.cpu) > 0) {
        members |= 1L << zone;
      }
    }
    return members;
  }

  /**
   * The number of zones that are needed at least: those with the most of a resource are enough, for
   * each resource by itself. One more than there are zones when all of them are not enough.
   */
  int least(long[] left) {
    int least = 1;
    for (int r = 0; r < wanted.length; r++) {
      long lacking = wanted[r];
      long taken = 0;
      int count = 0;
      while (lacking > 0 && count < layout.zones.length) {
        int most = -1;
        long mostThere = 0;
        for (int zone = 0; zone < layout.zones.length; zone++) {
          long there = (taken & 1L << zone) == 0 ? usable(left, zone, r) : 0;
          if (there > mostThere) {
            most = zone;
            mostThere = there;
          }
        }
        if (most < 0) {
          break;
        }
        taken |= 1L << most;
        lacking -= mostThere;
        count++;
      }
      least = Math.max(least, lacking > 0 ? layout.zones.length + 1 : count);
    }
    return least;
  }

  /** Whether zones have it together, a CPU at least in each of them. */
  boolean fitsSet(long[] left, long set) {
    int size = Long.bitCount(set);
    if (size > 1 && cpus < size * WHOLE_CPU) {
      return false;
    }
    for (int r = 0; r < wanted.length; r++) {
      if (wanted[r] > 0) {
        long sum = 0;
        for (long zones = set; zones != 0; zones &= zones - 1) {
          long there = usable(left, Long.numberOfTrailingZeros(zones), r);
          if (r == layout.cpu && there == 0) {
            return false;
          }
          sum = PodTopology.plus(sum, there);
        }
        if (sum < wanted[r]) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Shares it out over zones that have it: each gets a CPU, the rest goes to those with the most
   * left, and all else follows the CPUs as far as it is there.
   */
  List<ZoneShare> shares(long[] left, long set) {
    int[] members = new int[Long.bitCount(set)];
    List<SortedMap<String, Long>> shares = new ArrayList<>();
    for (long zones = set; zones != 0; zones &= zones - 1) {
      members[shares.size()] = Long.numberOfTrailingZeros(zones);
      shares.add(new TreeMap<>());
    }
    long[] cpusOf = cpus(left, members);
    for (int r = 0; r < wanted.length; r++) {
      long[] of = r == layout.cpu ? cpusOf : followed(left, members, r, cpusOf);
      for (int i = 0; i < members.length; i++) {
        if (of[i] > 0) {
          shares.get(i).put(layout.resources[r], of[i]);
        }
      }
    }
    List<ZoneShare> placed = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      placed.add(new ZoneShare(layout.zones[members[i]], shares.get(i)));
    }
    return List.copyOf(placed);
  }

  private long[] cpus(long[] left, int[] members) {
    long[] of = new long[members.length];
    if (members.length == 1) {
      of[0] = cpus;
      return of;
    }
    Arrays.fill(of, WHOLE_CPU);
    long rest = cpus - members.length * WHOLE_CPU;
    while (rest > 0) {
      int most = 0;
      for (int i = 1; i < members.length; i++) {
        if (usable(left, members[i], layout.cpu) - of[i]
            > usable(left, members[most], layout.cpu) - of[most]) {
          most = i;
        }
      }
      long given = Math.min(rest, usable(left, members[most], layout.cpu) - of[most]);
      of[most] += given;
      rest -= given;
    }
    return of;
  }

  /** Another resource in proportion to the CPUs, what a zone lacks from those that have more. */
  private long[] followed(long[] left, int[] members, int r, long[] cpusOf) {
    long[] of = new long[members.length];
    long rest = wanted[r];
    for (int i = 0; i < members.length && cpus > 0; i++) {
      long part = (long) Math.floor((double) wanted[r] * cpusOf[i] / cpus);
      of[i] = Math.min(Math.min(part, rest), usable(left, members[i], r));
      rest -= of[i];
    }
    for (int i = 0; i < members.length && rest > 0; i++) {
      long more = Math.min(rest, usable(left, members[i], r) - of[i]);
      of[i] += more;
      rest -= more;
    }
    return of;
  }
}

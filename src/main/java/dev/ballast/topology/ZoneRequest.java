package dev.ballast.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What is wanted of the resources that zones tell of; all else cannot be seen and is let pass.
 * Immutable. What is left is an array by resource, then by zone, of CPUs the whole ones only: no
 * others are handed out. No amount is over 2^56, so those of all zones add up to a long.
 */
final class ZoneRequest {
  private static final long WHOLE_CPU = 1_000;

  final ZoneLayout layout;
  private final int zones;
  private final int[] asked; // the resources of which there is something wanted, CPUs first
  private final int others; // where the first of them that is not CPUs is
  private final long[] wanted; // by resource
  private final long cpus;
  private final int row; // where CPUs begin in what is left

  ZoneRequest(ZoneLayout layout, Map<String, Long> amounts) {
    this.layout = layout;
    zones = layout.zones.length;
    wanted = new long[layout.resources.length];
    for (int r = 0; r < wanted.length; r++) {
      wanted[r] = amounts.getOrDefault(layout.resources[r], 0L);
    }
    cpus = layout.cpu < 0 ? 0 : wanted[layout.cpu];
    row = Math.max(0, layout.cpu) * zones; // without any, nothing is compared with them
    asked =
        IntStream.range(0, wanted.length)
            .filter(r -> wanted[r] > 0)
            .boxed()
            .sorted(Comparator.comparing(r -> r != layout.cpu))
            .mapToInt(r -> r)
            .toArray();
    others = cpus > 0 ? 1 : 0;
  }

  /** Whether another one wants the same of zones that are built alike. */
  boolean isSame(ZoneRequest other) {
    return this == other || (layout == other.layout && Arrays.equals(wanted, other.wanted));
  }

  /** The thousandths of CPUs. */
  long cpus() {
    return cpus;
  }

  /** Whether it wants nothing that zones tell of. */
  boolean isNothing() {
    return asked.length == 0;
  }

  /** Whether a zone has it. */
  boolean fits(long[] left, int zone) {
    for (int r : asked) {
      if (wanted[r] > left[r * zones + zone]) {
        return false;
      }
    }
    return true;
  }

  /** Takes it off a zone. */
  void subtract(long[] left, int zone) {
    for (int r : asked) {
      left[r * zones + zone] -= wanted[r];
    }
  }

  /** The zones that can be a part of it: those with a CPU, if it wants any. */
  long members(long[] left) {
    long members = 0;
    for (int zone = 0; zone < zones; zone++) {
      if (cpus == 0 || left[row + zone] > 0) {
        members |= 1L << zone;
      }
    }
    return members;
  }

  /** The one of some zones with the most CPUs; the lowest of several. */
  int richest(long[] left, long of) {
    int richest = Long.numberOfTrailingZeros(of);
    for (int zone = richest + 1; zone < zones; zone++) {
      if ((of & 1L << zone) != 0 && left[row + zone] > left[row + richest]) {
        richest = zone;
      }
    }
    return richest;
  }

  /** Whether all zones together have it. */
  boolean isIn(long[] left) {
    for (int r : asked) {
      long sum = 0;
      for (int at = r * zones; at < (r + 1) * zones; at++) {
        sum += left[at];
      }
      if (sum < wanted[r]) {
        return false;
      }
    }
    return true;
  }

  /**
   * How many zones it needs at least when one is not enough.
   *
   * @param most the CPUs of the zone with the most
   */
  int least(long most) {
    return most == 0 ? 2 : (int) Math.max(2, (cpus + most - 1) / most);
  }

  /**
   * The zones that can be one of several: each has a CPU, and what the others lack if all of them
   * have the most.
   */
  long able(long[] left, long most, int count) {
    if (cpus < count * WHOLE_CPU) {
      return 0;
    }
    long needed = Math.max(WHOLE_CPU, cpus - (count - 1) * most);
    long able = 0;
    for (int zone = 0; zone < zones; zone++) {
      if (left[row + zone] >= needed) {
        able |= 1L << zone;
      }
    }
    return able;
  }

  /** The CPUs of a zone, if any are wanted; else 0. */
  long cpusOf(long[] left, int zone) {
    return cpus == 0 ? 0 : left[row + zone];
  }

  /** The CPUs of zones, if all have some and together as many as are wanted; else -1. */
  long cpusOf(long[] left, int[] members) {
    if (cpus < members.length * WHOLE_CPU) {
      return -1;
    }
    for (int zone : members) {
      if (left[row + zone] == 0) {
        return -1;
      }
    }
    long sum = sumOf(left, members);
    return sum < cpus ? -1 : sum;
  }

  /** The CPUs of zones. */
  long sumOf(long[] left, int[] members) {
    long sum = 0;
    for (int zone : members) {
      sum += left[row + zone];
    }
    return sum;
  }

  /** Whether a zone has what is wanted besides CPUs. */
  boolean fitsOthers(long[] left, int zone) {
    for (int at = others; at < asked.length; at++) {
      int r = asked[at];
      if (left[r * zones + zone] < wanted[r]) {
        return false;
      }
    }
    return true;
  }

  /** Whether zones together have what is wanted besides CPUs. */
  boolean fitsOthers(long[] left, int[] members) {
    for (int at = others; at < asked.length; at++) {
      int r = asked[at];
      long sum = 0;
      for (int zone : members) {
        sum += left[r * zones + zone];
      }
      if (sum < wanted[r]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Shares it out over zones that have it: each gets a CPU, the rest goes to those with the most
   * left, and all else follows the CPUs as far as it is there.
   */
  List<ZoneShare> shares(long[] left, long set) {
    int[] members = ZoneSets.members(set);
    List<SortedMap<String, Long>> shares = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      shares.add(new TreeMap<>());
    }
    long[] cpusOf = cpus(left, members);
    for (int r : asked) {
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
        if (left[row + members[i]] - of[i] > left[row + members[most]] - of[most]) {
          most = i;
        }
      }
      long given = Math.min(rest, left[row + members[most]] - of[most]);
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
      of[i] = Math.min(Math.min(part, rest), left[r * zones + members[i]]);
      rest -= of[i];
    }
    for (int i = 0; i < members.length && rest > 0; i++) {
      long more = Math.min(rest, left[r * zones + members[i]] - of[i]);
      of[i] += more;
      rest -= more;
    }
    return of;
  }
}

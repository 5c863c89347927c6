package dev.ballast.topology;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a container asks the pools for. Immutable.
 *
 * @param policy to which CPUs it is bound
 * @param shares the CPUs to be picked, with no zone in two of them; none unless they are pinned
 * @param take how CPUs are picked
 * @param group how many at a time come from one zone, where {@code take} looks at it; 1 or more
 * @param zones the zones of a container with {@link PoolPolicy#NUMA}, at least one; else none
 * @param mayUseReserved whether a container with {@link PoolPolicy#NUMA} or {@link
 *     PoolPolicy#SHARED} runs on reserved CPUs as well
 */
public record Claim(
    PoolPolicy policy,
    List<Share> shares,
    TakePolicy take,
    int group,
    SortedSet<Integer> zones,
    boolean mayUseReserved) {
  public Claim {
    shares = List.copyOf(shares);
    zones = Collections.unmodifiableSortedSet(new TreeSet<>(zones));
    TakeRequest.checkGroup(group);
    if (policy.isPinned() == shares.isEmpty()) {
      throw new IllegalArgumentException(
          "policy "
              + policy
              + " has "
              + shares.size()
              + " shares: only exclusive and immovable"
              + " containers have some, at least one");
    }
    if ((policy == PoolPolicy.NUMA) == zones.isEmpty()) {
      throw new IllegalArgumentException(
          "policy "
              + policy
              + " has "
              + zones.size()
              + " zones: only numa containers have some, at"
              + " least one");
    }
    if (mayUseReserved && policy != PoolPolicy.NUMA && policy != PoolPolicy.SHARED) {
      throw new IllegalArgumentException(
          "policy " + policy + " asks for reserved CPUs: only numa and shared containers may");
    }
    checkZones(shares);
  }

  private static void checkZones(List<Share> shares) {
    var seen = new TreeSet<Integer>();
    for (Share share : shares) {
      boolean everywhere = share.zones().isEmpty() && shares.size() > 1;
      if (everywhere || !Collections.disjoint(seen, share.zones())) {
        throw new IllegalArgumentException(
            "shares are " + shares + ", with a zone in two of them: give each zone once");
      }
      seen.addAll(share.zones());
    }
  }

  /** A container with CPUs of its own. */
  public static Claim exclusive(TakePolicy take, Share... shares) {
    return pinned(PoolPolicy.EXCLUSIVE, take, shares);
  }

  /** A container whose CPUs stay, and which others may run on. */
  public static Claim immovable(TakePolicy take, Share... shares) {
    return pinned(PoolPolicy.IMMOVABLE, take, shares);
  }

  private static Claim pinned(PoolPolicy policy, TakePolicy take, Share... shares) {
    return new Claim(policy, List.of(shares), take, 1, new TreeSet<>(), false);
  }

  /** A container that runs on all shared CPUs of some zones. */
  public static Claim numa(Set<Integer> zones, boolean mayUseReserved) {
    return new Claim(
        PoolPolicy.NUMA, List.of(), TakePolicy.PACKED, 1, new TreeSet<>(zones), mayUseReserved);
  }

  /** A container that runs on all shared CPUs. */
  public static Claim shared(boolean mayUseReserved) {
    return new Claim(
        PoolPolicy.SHARED, List.of(), TakePolicy.PACKED, 1, new TreeSet<>(), mayUseReserved);
  }

  /** A container of the system. */
  public static Claim reserved() {
    return new Claim(PoolPolicy.RESERVED, List.of(), TakePolicy.PACKED, 1, new TreeSet<>(), false);
  }

  /** The same with other shares. */
  Claim with(List<Share> others) {
    return new Claim(policy, others, take, group, zones, mayUseReserved);
  }

  /** All zones that it names. */
  SortedSet<Integer> allZones() {
    var all = new TreeSet<Integer>(zones);
    shares.forEach(share -> all.addAll(share.zones()));
    return all;
  }
}

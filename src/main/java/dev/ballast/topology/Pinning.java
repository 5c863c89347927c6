package dev.ballast.topology;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Picks the CPUs of one exclusive or immovable container so that what {@link Pools} promises still
 * holds: first without a look at the others, as the allocator does it best; then, when a zone would
 * fall under its floor or somebody be without CPUs, with fewer CPUs offered in the zones that
 * matter. Confined to one step.
 */
final class Pinning {
  private final Pools before;
  private final ContainerId container;
  private final Claim claim;
  private final CpuSet held;

  /** By zone, how many shared CPUs have to stay. */
  private final SortedMap<Integer, Integer> kept = new TreeMap<>();

  private boolean guarded;

  /**
   * A step.
   *
   * @param held the CPUs that the container has
   */
  Pinning(Pools before, ContainerId container, Claim claim, CpuSet held) {
    this.before = before;
    this.container = container;
    this.claim = claim;
    this.held = held;
    for (int zone : before.topology().zones()) {
      kept.put(zone, before.floor(zone));
    }
  }

  PoolStep step() {
    while (true) {
      Taken taken = take();
      if (taken instanceof Taken.Refused refused) {
        return new PoolStep.Refused(why(refused));
      }
      Pools after = before.with(container, claim, ((Taken.Cpus) taken).set());
      if (claim.policy() == PoolPolicy.IMMOVABLE) {
        return before.done(after);
      }
      boolean low =
          kept.entrySet().stream()
              .anyMatch(zone -> after.shared(zone.getKey()).size() < zone.getValue());
      if (low) {
        guarded = true;
        continue;
      }
      var empty = after.withoutCpus();
      if (empty.isEmpty()) {
        return before.done(after);
      }
      guarded = true;
      empty.values().forEach(this::keepOne);
    }
  }

  /** Keeps a CPU of the zone with most of them, of those that somebody could have some in. */
  private void keepOne(List<Integer> zones) {
    int best =
        zones.stream()
            .max(
                Comparator.<Integer>comparingInt(zone -> before.shared(zone).size())
                    .thenComparing(Comparator.reverseOrder()))
            .orElseThrow();
    kept.merge(best, 1, Math::max);
  }

  private String why(Taken.Refused refused) {
    if (!guarded) {
      return "container " + container + ": " + refused.why();
    }
    var zones = new StringBuilder();
    for (Map.Entry<Integer, Integer> zone : kept.entrySet()) {
      if (zone.getValue() > 0) {
        zones
            .append(zones.isEmpty() ? "" : ", ")
            .append(zone.getValue())
            .append(" of zone ")
            .append(zone.getKey());
      }
    }
    return "container " + container + ": " + refused.why() + " (kept for others: " + zones + ")";
  }

  private Taken take() {
    CpuSet offered = offered();
    CpuSet all = CpuSet.EMPTY;
    for (Share share : claim.shares()) {
      Taken taken = take(share, offered);
      if (taken instanceof Taken.Refused) {
        return taken;
      }
      all = all.union(((Taken.Cpus) taken).set());
    }
    return new Taken.Cpus(all);
  }

  private Taken take(Share share, CpuSet offered) {
    CpuSet zones = before.cpusOf(share.zones());
    CpuSet own = held.intersect(zones);
    int more = share.cpus() - own.size();
    if (more <= 0) {
      return take(own, share.cpus());
    }
    CpuSet pool = offered.intersect(zones);
    Taken near = take(pool.intersect(zonesOf(own)), more);
    Taken taken = near instanceof Taken.Cpus ? near : take(pool, more);
    return taken instanceof Taken.Cpus cpus ? new Taken.Cpus(cpus.set().union(own)) : taken;
  }

  private Taken take(CpuSet pool, int cpus) {
    return before.allocator().take(pool, new TakeRequest(claim.take(), cpus, claim.group()));
  }

  private CpuSet zonesOf(CpuSet cpus) {
    CpuSet all = CpuSet.EMPTY;
    for (int zone : before.topology().zones()) {
      CpuSet ofZone = before.topology().cpusOfZone(zone);
      all = ofZone.intersects(cpus) ? all.union(ofZone) : all;
    }
    return all;
  }

  /** The CPUs that may be picked. */
  private CpuSet offered() {
    CpuSet free = before.free();
    if (!guarded) {
      return free;
    }
    CpuSet all = CpuSet.EMPTY;
    for (Map.Entry<Integer, Integer> zone : kept.entrySet()) {
      CpuSet ofZone = free.intersect(before.topology().cpusOfZone(zone.getKey()));
      int most = Math.max(0, before.shared(zone.getKey()).size() - zone.getValue());
      all = all.union(most < ofZone.size() ? cut(ofZone, most) : ofZone);
    }
    return all;
  }

  /** As many of some CPUs as may be picked, in whole cores where only such are of use. */
  private CpuSet cut(CpuSet cpus, int most) {
    TakePolicy policy =
        claim.take() == TakePolicy.FULL_CORE ? TakePolicy.FULL_CORE : TakePolicy.PACKED;
    for (int number = most; number > 0; number--) {
      Taken part = before.allocator().take(cpus, new TakeRequest(policy, number));
      if (part instanceof Taken.Cpus some) {
        return some.set();
      }
    }
    return CpuSet.EMPTY;
  }
}

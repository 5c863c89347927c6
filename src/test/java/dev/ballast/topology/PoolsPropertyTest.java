package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds after every step of every history, on machines of up to 8 zones of 256 CPUs. */
final class PoolsPropertyTest {
  private static final int STEPS = 40;
  private static final int CONTAINERS = 12;
  private static final List<TakePolicy> POLICIES = List.of(TakePolicy.values());

  private Random random = new Random(0);

  @Property(tries = 300)
  void step_ofAnyHistory_keepsWhatPoolsPromise(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int zones) {
    random = new Random(seed);
    var states = new RandomStates(seed);
    int cores = one(10) ? 128 : one(3) ? 16 : 3;
    Pools pools = pools(states.machine(zones, cores));
    for (int i = 0; i < STEPS; i++) {
      pools = step(pools);
    }
    // With nobody left, everything is as in the beginning.
    Pools begin = Pools.of(pools.topology(), pools.reserved(), floors(pools));
    for (ContainerId container : pools.sets().keySet()) {
      pools = ((PoolStep.Done) pools.release(container)).pools();
      check(pools);
    }
    assertThat(pools).isEqualTo(begin);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private Pools pools(CpuTopology machine) {
    int[] cpus = machine.cpus().stream().filter(cpu -> one(8)).toArray();
    CpuSet reserved = CpuSet.of(cpus);
    var floors = new HashMap<Integer, Integer>();
    for (int zone : machine.zones()) {
      int most = machine.cpusOfZone(zone).minus(reserved).size();
      floors.put(zone, one(2) ? 0 : random.nextInt(most / 2 + 1));
    }
    return Pools.of(machine, reserved, floors);
  }

  private static Map<Integer, Integer> floors(Pools pools) {
    var floors = new TreeMap<Integer, Integer>();
    IntStream.of(pools.topology().zones()).forEach(zone -> floors.put(zone, pools.floor(zone)));
    return floors;
  }

  private Pools step(Pools before) {
    var container = new ContainerId("pod-" + random.nextInt(CONTAINERS), "main");
    SortedMap<ContainerId, CpuSet> sets = before.sets();
    boolean known = sets.containsKey(container);
    PoolStep step =
        !known
            ? before.assign(container, claim(before))
            : one(2)
                ? before.release(container)
                : before.resize(container, shares(before.topology()));
    assertThat(before.sets()).isEqualTo(sets);
    if (step instanceof PoolStep.Done done) {
      checkTold(before, done, container);
      check(done.pools());
      if (!known) {
        checkReleaseRestores(before, done.pools(), container);
      }
      return done.pools();
    }
    assertThat(((PoolStep.Refused) step).why()).isNotEmpty();
    return before;
  }

  private Claim claim(Pools pools) {
    return switch (random.nextInt(6)) {
      case 0 -> Claim.shared(one(2));
      case 1 -> Claim.reserved();
      case 2 -> Claim.numa(someZones(pools.topology()), one(2));
      case 3 -> pinned(PoolPolicy.IMMOVABLE, pools);
      default -> pinned(PoolPolicy.EXCLUSIVE, pools);
    };
  }

  private Claim pinned(PoolPolicy policy, Pools pools) {
    return new Claim(
        policy,
        shares(pools.topology()),
        POLICIES.get(random.nextInt(POLICIES.size())),
        1 + random.nextInt(3),
        new TreeSet<>(),
        false);
  }

  private Set<Integer> someZones(CpuTopology machine) {
    int[] zones = machine.zones();
    var some = new TreeSet<Integer>();
    some.add(zones[random.nextInt(zones.length)]);
    for (int zone : zones) {
      if (one(4)) {
        some.add(zone);
      }
    }
    return some;
  }

  private List<Share> shares(CpuTopology machine) {
    int most = Math.max(1, machine.cpus().size() / (1 + random.nextInt(6)));
    if (one(2)) {
      return List.of(Share.anywhere(1 + random.nextInt(most)));
    }
    int inZone = Math.max(1, most / machine.zones().length);
    return someZones(machine).stream()
        .map(zone -> Share.ofZone(zone, 1 + random.nextInt(inZone)))
        .toList();
  }

  /** Told is whose CPUs are others than before, and nobody else. */
  private static void checkTold(Pools before, PoolStep.Done done, ContainerId container) {
    var sets = new TreeMap<>(before.sets());
    if (done.pools().set(container).isEmpty()) {
      sets.remove(container);
      assertThat(done.sets()).doesNotContainKey(container);
    }
    done.sets()
        .forEach((told, set) -> assertThat(before.set(told)).isNotEqualTo(done.pools().set(told)));
    sets.putAll(done.sets());
    assertThat(sets).isEqualTo(done.pools().sets());
  }

  private static void checkReleaseRestores(Pools before, Pools after, ContainerId container) {
    var released = (PoolStep.Done) after.release(container);
    assertThat(released.pools()).isEqualTo(before);
    assertThat(released.pools().sets()).isEqualTo(before.sets());
  }

  private static void check(Pools pools) {
    CpuSet all = pools.topology().cpus();
    CpuSet exclusive = CpuSet.EMPTY;
    SortedMap<ContainerId, CpuSet> sets = pools.sets();
    for (var entry : sets.entrySet()) {
      Claim claim = pools.claim(entry.getKey()).orElseThrow();
      CpuSet set = entry.getValue();
      assertThat(set.isEmpty()).as("%s of %s", entry, pools).isFalse();
      assertThat(all.containsAll(set)).isTrue();
      boolean mayNot = claim.policy() != PoolPolicy.RESERVED && !claim.mayUseReserved();
      assertThat(mayNot && set.intersects(pools.reserved())).isFalse();
      if (claim.policy().isPinned()) {
        checkShares(pools.topology(), claim, set);
        checkNobodyElse(pools, entry.getKey(), claim.policy(), set);
      }
      exclusive = claim.policy() == PoolPolicy.EXCLUSIVE ? exclusive.union(set) : exclusive;
    }
    CpuSet shared = all.minus(pools.reserved()).minus(exclusive);
    assertThat(pools.shared()).isEqualTo(shared);
    for (int zone : pools.topology().zones()) {
      assertThat(shared.intersect(pools.topology().cpusOfZone(zone)).size())
          .isGreaterThanOrEqualTo(pools.floor(zone));
    }
    checkGrown(pools, shared);
  }

  private static void checkShares(CpuTopology machine, Claim claim, CpuSet set) {
    int wanted = 0;
    for (Share share : claim.shares()) {
      wanted += share.cpus();
      for (int zone : share.zones()) {
        assertThat(set.intersect(machine.cpusOfZone(zone)).size()).isEqualTo(share.cpus());
      }
    }
    assertThat(set.size()).isEqualTo(wanted);
    if (claim.take() == TakePolicy.FULL_CORE) {
      long[] mask = machine.mask(set);
      for (int[] cpus : machine.cores.members) {
        long own = IntStream.of(cpus).filter(cpu -> (mask[cpu >> 6] & (1L << cpu)) != 0).count();
        assertThat(own).isIn(0L, (long) cpus.length);
      }
    }
  }

  private static void checkNobodyElse(Pools pools, ContainerId own, PoolPolicy policy, CpuSet set) {
    pools
        .sets()
        .forEach(
            (container, other) -> {
              PoolPolicy its = pools.claim(container).orElseThrow().policy();
              if (!container.equals(own) && (policy == PoolPolicy.EXCLUSIVE || its.isPinned())) {
                assertThat(set.intersects(other)).isFalse();
              }
            });
  }

  /** Numa and shared containers have all that they may have. */
  private static void checkGrown(Pools pools, CpuSet shared) {
    pools
        .sets()
        .forEach(
            (container, set) -> {
              Claim claim = pools.claim(container).orElseThrow();
              CpuSet open = claim.mayUseReserved() ? shared.union(pools.reserved()) : shared;
              if (claim.policy() == PoolPolicy.SHARED) {
                assertThat(set).isEqualTo(open);
              } else if (claim.policy() == PoolPolicy.NUMA) {
                CpuSet zones =
                    claim.zones().stream()
                        .map(pools.topology()::cpusOfZone)
                        .reduce(CpuSet.EMPTY, CpuSet::union);
                assertThat(set).isEqualTo(open.intersect(zones));
              }
            });
  }
}

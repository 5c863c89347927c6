package dev.ballast.topology;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which container runs on which CPUs of a machine. Immutable: a step gives new pools with all
 * containers whose CPUs change, or a refusal, after which everything is as it was.
 *
 * <p>The shared CPUs are those that are neither reserved nor exclusive. What always holds:
 *
 * <ul>
 *   <li>An exclusive container's CPUs are in no other container's set, and none is reserved.
 *   <li>CPUs of immovable containers are in no other immovable container's set.
 *   <li>No container is without CPUs.
 *   <li>Each zone has as many shared CPUs as its floor says.
 *   <li>Numa and shared containers have all shared CPUs of their zones, at each step; reserved ones
 *       only if they may.
 * </ul>
 *
 * <p>After crane-agent (gocrane/crane, pkg/ensurance/cm/cpumanager), which differs: there numa
 * containers without CPUs keep their old ones, beside their new owner, and a release puts them on
 * all CPUs, reserved ones included, until they are assigned anew.
 */
public final class Pools {
  private final CpuAllocator allocator;
  private final CpuSet reserved;
  private final SortedMap<Integer, Integer> floors;
  private final SortedMap<ContainerId, Member> members;
  private final CpuSet exclusive;
  private final CpuSet immovable;

  /**
   * A container.
   *
   * @param pinned its CPUs if they were picked, else none
   */
  private record Member(Claim claim, CpuSet pinned) {}

  private Pools(
      CpuAllocator allocator,
      CpuSet reserved,
      SortedMap<Integer, Integer> floors,
      SortedMap<ContainerId, Member> members) {
    this.allocator = allocator;
    this.reserved = reserved;
    this.floors = floors;
    this.members = members;
    exclusive = pinned(PoolPolicy.EXCLUSIVE);
    immovable = pinned(PoolPolicy.IMMOVABLE);
  }

  private CpuSet pinned(PoolPolicy policy) {
    return members.values().stream()
        .filter(member -> member.claim().policy() == policy)
        .map(Member::pinned)
        .reduce(CpuSet.EMPTY, CpuSet::union);
  }

  /**
   * The pools of a machine on which no container runs.
   *
   * @param reserved the CPUs of the system
   * @param floors by zone, how many shared CPUs it keeps; 0 where none is given
   * @throws IllegalArgumentException when the machine lacks a reserved CPU or a zone, or a zone
   *     cannot keep so many
   */
  public static Pools of(CpuTopology topology, CpuSet reserved, Map<Integer, Integer> floors) {
    if (!topology.cpus().containsAll(reserved)) {
      throw new IllegalArgumentException(
          "reserved has cpus "
              + reserved.minus(topology.cpus())
              + ", which the topology lacks: give cpus of "
              + topology.cpus());
    }
    var all = new TreeMap<Integer, Integer>();
    Arrays.stream(topology.zones()).forEach(zone -> all.put(zone, 0));
    floors.forEach(
        (zone, floor) -> {
          int most = topology.cpusOfZone(zone).minus(reserved).size();
          if (all.put(zone, floor) == null) {
            throw new IllegalArgumentException(
                "floors has zone " + zone + ": give zones of " + Arrays.toString(topology.zones()));
          }
          if (floor < 0 || floor > most) {
            throw new IllegalArgumentException(
                "the floor of zone " + zone + " is " + floor + ": give a number from 0 to " + most);
          }
        });
    return new Pools(new CpuAllocator(topology), reserved, all, new TreeMap<>());
  }

  /** The machine. */
  public CpuTopology topology() {
    return allocator.topology();
  }

  /** The CPUs of the system. */
  public CpuSet reserved() {
    return reserved;
  }

  /** The CPUs that are neither reserved nor exclusive. */
  public CpuSet shared() {
    return topology().cpus().minus(reserved).minus(exclusive);
  }

  /** The shared CPUs of a zone. */
  public CpuSet shared(int zone) {
    return shared().intersect(topology().cpusOfZone(zone));
  }

  /** How many shared CPUs a zone keeps; 0 when there is no such zone. */
  public int floor(int zone) {
    return floors.getOrDefault(zone, 0);
  }

  /** The CPUs that a container could get as exclusive or immovable, were there no floors. */
  public CpuSet free() {
    return shared().minus(immovable);
  }

  /** The CPUs of a container; empty when it has no claim. */
  public Optional<CpuSet> set(ContainerId container) {
    return Optional.ofNullable(members.get(container)).map(this::set);
  }

  /** What a container claimed; empty when it has no claim. */
  public Optional<Claim> claim(ContainerId container) {
    return Optional.ofNullable(members.get(container)).map(Member::claim);
  }

  /** The CPUs of all containers. */
  public SortedMap<ContainerId, CpuSet> sets() {
    var sets = new TreeMap<ContainerId, CpuSet>();
    members.forEach((container, member) -> sets.put(container, set(member)));
    return sets;
  }

  private CpuSet set(Member member) {
    Claim claim = member.claim();
    CpuSet open = claim.mayUseReserved() ? shared().union(reserved) : shared();
    return switch (claim.policy()) {
      case EXCLUSIVE, IMMOVABLE -> member.pinned();
      case NUMA -> open.intersect(cpusOf(claim.zones()));
      case SHARED -> open;
      case RESERVED -> reserved;
    };
  }

  /** The CPUs of zones; of the whole machine when there are none. */
  CpuSet cpusOf(Collection<Integer> zones) {
    return zones.isEmpty()
        ? topology().cpus()
        : zones.stream().map(topology()::cpusOfZone).reduce(CpuSet.EMPTY, CpuSet::union);
  }

  /**
   * Gives a container CPUs. The same claim again changes nothing.
   *
   * @return refused when the CPUs are not there, somebody would be left without any or a zone with
   *     less than its floor, when the container has another claim, or the machine lacks a zone
   */
  public PoolStep assign(ContainerId container, Claim claim) {
    Optional<Claim> before = claim(container);
    if (before.isPresent()) {
      return before.get().equals(claim)
          ? new PoolStep.Done(this, new TreeMap<>())
          : new PoolStep.Refused(
              "container " + container + " has cpus already: release or resize it");
    }
    Optional<PoolStep> unknown = unknownZone(claim);
    if (unknown.isPresent()) {
      return unknown.get();
    }
    if (claim.policy().isPinned()) {
      return new Pinning(this, container, claim, CpuSet.EMPTY).step();
    }
    var member = new Member(claim, CpuSet.EMPTY);
    if (set(member).isEmpty()) {
      return new PoolStep.Refused(
          "container "
              + container
              + " would be without cpus: there is none of policy "
              + claim.policy()
              + (claim.zones().isEmpty() ? "" : " in zones " + claim.zones())
              + "; give other zones, or release exclusive containers");
    }
    return done(with(container, member));
  }

  /** Takes a container's CPUs back. Refused when it has none. */
  public PoolStep release(ContainerId container) {
    if (!members.containsKey(container)) {
      return unknownContainer(container);
    }
    var rest = new TreeMap<>(members);
    rest.remove(container);
    return done(new Pools(allocator, reserved, floors, rest));
  }

  /**
   * Gives an exclusive or immovable container more or fewer CPUs. It keeps those that it has, as
   * far as the shares allow, and gets more in zones where it has some, if they are there.
   *
   * @param shares what it is to have from now on
   * @return refused for the reasons of {@link #assign}, when it has no CPUs, or none that were
   *     picked for it
   */
  public PoolStep resize(ContainerId container, List<Share> shares) {
    @Nullable Member member = members.get(container);
    if (member == null) {
      return unknownContainer(container);
    }
    if (!member.claim().policy().isPinned()) {
      return new PoolStep.Refused(
          "container "
              + container
              + " has policy "
              + member.claim().policy()
              + ", whose cpus are not counted: resize exclusive and immovable containers");
    }
    Claim claim = member.claim().with(shares);
    return unknownZone(claim)
        .orElseGet(() -> new Pinning(this, container, claim, member.pinned()).step());
  }

  private static PoolStep unknownContainer(ContainerId container) {
    return new PoolStep.Refused("container " + container + " has no cpus: assign some first");
  }

  private Optional<PoolStep> unknownZone(Claim claim) {
    return claim.allZones().stream()
        .filter(zone -> topology().cpusOfZone(zone).isEmpty())
        .findFirst()
        .map(
            zone ->
                new PoolStep.Refused(
                    "zone is " + zone + ": give zones of " + Arrays.toString(topology().zones())));
  }

  CpuAllocator allocator() {
    return allocator;
  }

  /** The pools in which a container has these CPUs. */
  Pools with(ContainerId container, Claim claim, CpuSet pinned) {
    return with(container, new Member(claim, pinned));
  }

  private Pools with(ContainerId container, Member member) {
    var all = new TreeMap<>(members);
    all.put(container, member);
    return new Pools(allocator, reserved, floors, all);
  }

  /** The containers without CPUs, with the zones they could have some in. */
  SortedMap<ContainerId, List<Integer>> withoutCpus() {
    var empty = new TreeMap<ContainerId, List<Integer>>();
    members.forEach(
        (container, member) -> {
          if (set(member).isEmpty()) {
            var zones = member.claim().zones();
            empty.put(container, List.copyOf(zones.isEmpty() ? floors.keySet() : zones));
          }
        });
    return empty;
  }

  /** The step from these pools to others. */
  PoolStep done(Pools after) {
    SortedMap<ContainerId, CpuSet> before = sets();
    SortedMap<ContainerId, CpuSet> sets = after.sets();
    sets.entrySet()
        .removeIf(
            entry -> entry.getValue().equals(before.getOrDefault(entry.getKey(), CpuSet.EMPTY)));
    return new PoolStep.Done(after, sets);
  }

  /** Whether machine, reserved CPUs, floors and all claims with their CPUs are the same. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Pools pools
        && topology().equals(pools.topology())
        && reserved.equals(pools.reserved)
        && floors.equals(pools.floors)
        && members.equals(pools.members);
  }

  @Override
  public int hashCode() {
    return members.hashCode();
  }

  @Override
  public String toString() {
    return "Pools" + Collections.unmodifiableMap(sets());
  }
}

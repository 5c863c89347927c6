package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Two zones of four cores: 0-3 with 8-11, and 4-7 with 12-15. CPUs 0 and 8 are reserved. */
final class PoolsTest {
  private static final CpuTopology MACHINE = Machines.of(2, 4);
  private static final ContainerId A = new ContainerId("pod-a", "main");
  private static final ContainerId B = new ContainerId("pod-b", "main");
  private static final ContainerId C = new ContainerId("pod-c", "main");

  private static Pools pools(int floor) {
    return Pools.of(MACHINE, CpuSet.parse("0,8"), Map.of(0, floor, 1, floor));
  }

  private static PoolStep.Done done(PoolStep step) {
    assertThat(step).isInstanceOf(PoolStep.Done.class);
    return (PoolStep.Done) step;
  }

  private static Pools after(PoolStep step) {
    return done(step).pools();
  }

  private static Claim exclusive(int cpus) {
    return Claim.exclusive(TakePolicy.PACKED, Share.anywhere(cpus));
  }

  private static Claim exclusiveOf(int zone, int cpus) {
    return Claim.exclusive(TakePolicy.PACKED, Share.ofZone(zone, cpus));
  }

  private static void refused(PoolStep step, String why) {
    assertThat(step).isEqualTo(new PoolStep.Refused(why));
  }

  @Test
  void assign_ofEachPolicy_givesItsCpus() {
    var empty = pools(0);

    assertThat(done(empty.assign(A, Claim.shared(false))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("1-7,9-15")));
    assertThat(done(empty.assign(A, Claim.shared(true))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("0-15")));
    assertThat(done(empty.assign(A, Claim.numa(Set.of(0), false))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("1-3,9-11")));
    assertThat(done(empty.assign(A, Claim.numa(Set.of(0), true))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("0-3,8-11")));
    assertThat(done(empty.assign(A, Claim.reserved())).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("0,8")));
    assertThat(done(empty.assign(A, exclusiveOf(0, 2))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("1,9")));
    assertThat(
            done(empty.assign(A, Claim.immovable(TakePolicy.FULL_CORE, Share.ofZone(1, 4)))).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("4-5,12-13")));
  }

  @Test
  void assign_exclusive_shrinksTheOthersInTheSameStep() {
    var before = after(pools(0).assign(A, Claim.numa(Set.of(0), false)));
    before = after(before.assign(B, Claim.shared(false)));

    var step = done(before.assign(C, exclusiveOf(0, 4)));

    assertThat(step.sets())
        .isEqualTo(
            Map.of(
                A, CpuSet.parse("3,11"),
                B, CpuSet.parse("3-7,11-15"),
                C, CpuSet.parse("1-2,9-10")));
  }

  @Test
  void release_exclusive_growsTheOthersInTheSameStepAndLeavesReservedAlone() {
    var before = after(pools(0).assign(A, Claim.numa(Set.of(0), false)));
    var full = after(before.assign(C, exclusiveOf(0, 4)));

    var step = done(full.release(C));

    assertThat(step.sets()).isEqualTo(Map.of(A, CpuSet.parse("1-3,9-11")));
    assertThat(step.pools()).isEqualTo(before);
  }

  @Test
  void assign_immovable_leavesOthersWhereTheyAreButIsNotTaken() {
    var before = after(pools(0).assign(A, Claim.numa(Set.of(0), false)));

    var step = done(before.assign(B, Claim.immovable(TakePolicy.PACKED, Share.ofZone(0, 4))));

    assertThat(step.sets()).isEqualTo(Map.of(B, CpuSet.parse("1-2,9-10")));
    assertThat(step.pools().free()).isEqualTo(CpuSet.parse("3-7,11-15"));
    assertThat(done(step.pools().assign(C, exclusiveOf(0, 1))).sets())
        .containsEntry(C, CpuSet.parse("3"));
    refused(
        step.pools().assign(C, exclusiveOf(0, 3)),
        "container pod-c/main: cpus is 3, and 2 are available: give 2 or fewer, or release some");
  }

  @Test
  void assign_whatWouldEmptyANumaContainer_takesElsewhereOrIsRefused() {
    var before = after(pools(0).assign(A, Claim.numa(Set.of(0), false)));

    var step = done(before.assign(B, exclusive(6))); // zone 0 has six, and is the emptier one
    assertThat(step.pools().set(A)).hasValueSatisfying(set -> assertThat(set.size()).isPositive());
    refused(
        before.assign(B, exclusiveOf(0, 6)),
        "container pod-b/main: cpus is 6, and 5 are available: give 5 or fewer, or release some"
            + " (kept for others: 1 of zone 0)");
    refused(
        before.assign(B, exclusive(14)),
        "container pod-b/main: cpus is 14, and 13 are available: give 13 or fewer, or release some"
            + " (kept for others: 1 of zone 0)");
  }

  @Test
  void assign_whatWouldEmptyASharedContainer_isRefused() {
    var before = after(pools(0).assign(A, Claim.shared(false)));

    assertThat(before.assign(B, exclusive(13))).isInstanceOf(PoolStep.Done.class);
    assertThat(before.assign(B, exclusive(14))).isInstanceOf(PoolStep.Refused.class);
    assertThat(after(pools(0).assign(A, Claim.shared(true))).assign(B, exclusive(14)))
        .isInstanceOf(PoolStep.Done.class);
  }

  @Test
  void assign_underTheFloorOfAZone_takesElsewhereOrIsRefused() {
    var step = done(pools(3).assign(A, exclusive(6)));

    assertThat(step.pools().shared(0).size()).isGreaterThanOrEqualTo(3);
    assertThat(step.pools().shared(1).size()).isGreaterThanOrEqualTo(3);
    assertThat(pools(3).assign(A, exclusive(8))).isInstanceOf(PoolStep.Done.class);
    refused(
        pools(3).assign(A, exclusive(9)),
        "container pod-a/main: cpus is 9, and 8 are available: give 8 or fewer, or release some"
            + " (kept for others: 3 of zone 0, 3 of zone 1)");
    refused(
        pools(3).assign(A, exclusiveOf(0, 4)),
        "container pod-a/main: cpus is 4, and 3 are available: give 3 or fewer, or release some"
            + " (kept for others: 3 of zone 0, 3 of zone 1)");
  }

  @Test
  void assign_fullCoresUnderAFloor_countsInWholeCores() {
    var claim = Claim.exclusive(TakePolicy.FULL_CORE, Share.ofZone(0, 2));

    assertThat(done(pools(3).assign(A, claim)).sets()).containsEntry(A, CpuSet.parse("1,9"));
    assertThat(pools(5).assign(A, claim)).isInstanceOf(PoolStep.Refused.class);
  }

  @Test
  void assign_sharesOfSeveralZones_areAllThereOrNone() {
    var claim = Claim.exclusive(TakePolicy.PACKED, Share.ofZone(0, 2), Share.ofZone(1, 3));

    assertThat(done(pools(0).assign(A, claim)).sets())
        .isEqualTo(Map.of(A, CpuSet.parse("1,4-5,9,12")));
    var full = after(pools(0).assign(B, exclusiveOf(1, 6)));
    assertThat(full.assign(A, claim)).isInstanceOf(PoolStep.Refused.class);
    assertThat(full.sets()).containsOnlyKeys(B);
  }

  @Test
  void assign_numaZoneThatIsFull_isRefused() {
    var full = after(pools(0).assign(A, exclusiveOf(0, 6)));

    refused(
        full.assign(B, Claim.numa(Set.of(0), false)),
        "container pod-b/main would be without cpus: there is none of policy NUMA in zones [0];"
            + " give other zones, or release exclusive containers");
    assertThat(done(full.assign(B, Claim.numa(Set.of(0), true))).sets())
        .isEqualTo(Map.of(B, CpuSet.parse("0,8")));
  }

  @Test
  void assign_reservedWhereNothingIs_isRefused() {
    assertThat(Pools.of(MACHINE, CpuSet.EMPTY, Map.of()).assign(A, Claim.reserved()))
        .isInstanceOf(PoolStep.Refused.class);
  }

  @Test
  void assign_again_changesNothingOrIsRefusedWhereTheClaimIsAnother() {
    var pools = after(pools(0).assign(A, exclusive(2)));

    var again = done(pools.assign(A, exclusive(2)));
    assertThat(again.sets()).isEmpty();
    assertThat(again.pools()).isSameAs(pools);
    refused(
        pools.assign(A, exclusive(3)),
        "container pod-a/main has cpus already: release or resize it");
  }

  @Test
  void step_ofZoneOrContainerThatIsNotThere_isRefused() {
    String zones = "zone is 7: give zones of [0, 1]";
    refused(pools(0).assign(A, exclusiveOf(7, 1)), zones);
    refused(pools(0).assign(A, Claim.numa(Set.of(0, 7), false)), zones);
    var pools = after(pools(0).assign(A, exclusive(2)));
    refused(pools.resize(A, List.of(Share.ofZone(7, 1))), zones);
    String none = "container pod-b/main has no cpus: assign some first";
    refused(pools.release(B), none);
    refused(pools.resize(B, List.of(Share.anywhere(1))), none);
    assertThat(pools.set(B)).isEmpty();
    assertThat(pools.claim(B)).isEmpty();
  }

  @Test
  void resize_up_keepsWhatItHasAndGetsMoreNearby() {
    var pools = after(pools(0).assign(A, exclusiveOf(1, 2)));
    pools = after(pools.assign(B, Claim.numa(Set.of(1), false)));

    var step = done(pools.resize(A, List.of(Share.anywhere(4))));

    assertThat(step.sets())
        .isEqualTo(Map.of(A, CpuSet.parse("4-5,12-13"), B, CpuSet.parse("6-7,14-15")));
  }

  @Test
  void resize_down_givesBackAtOnce() {
    var pools = after(pools(0).assign(A, exclusiveOf(1, 4)));
    pools = after(pools.assign(B, Claim.numa(Set.of(1), false)));

    var step = done(pools.resize(A, List.of(Share.ofZone(1, 1))));

    assertThat(step.sets()).isEqualTo(Map.of(A, CpuSet.parse("4"), B, CpuSet.parse("5-7,12-15")));
  }

  @Test
  void resize_toAnotherZone_movesThere() {
    var pools = after(pools(0).assign(A, exclusiveOf(1, 4)));

    var step = done(pools.resize(A, List.of(Share.ofZone(0, 2), Share.ofZone(1, 2))));

    assertThat(step.sets()).isEqualTo(Map.of(A, CpuSet.parse("1,4,9,12")));
  }

  @Test
  void resize_moreThanThereIs_isRefusedAndNothingChanges() {
    var pools = after(pools(1).assign(A, exclusiveOf(1, 4)));

    assertThat(pools.resize(A, List.of(Share.ofZone(1, 8)))).isInstanceOf(PoolStep.Refused.class);
    assertThat(pools.set(A)).contains(CpuSet.parse("4-5,12-13"));
  }

  @Test
  void resize_whatIsNotCounted_isRefused() {
    var pools = after(pools(0).assign(A, Claim.shared(false)));

    refused(
        pools.resize(A, List.of(Share.anywhere(1))),
        "container pod-a/main has policy SHARED, whose cpus are not counted: resize exclusive and"
            + " immovable containers");
  }

  @Test
  void of_whatTheMachineLacks_isRefused() {
    assertThatThrownBy(() -> Pools.of(MACHINE, CpuSet.parse("15-17"), Map.of()))
        .hasMessage("reserved has cpus 16-17, which the topology lacks: give cpus of 0-15");
    assertThatThrownBy(() -> Pools.of(MACHINE, CpuSet.EMPTY, Map.of(2, 1)))
        .hasMessage("floors has zone 2: give zones of [0, 1]");
    assertThatThrownBy(() -> Pools.of(MACHINE, CpuSet.of(0), Map.of(0, 8)))
        .hasMessage("the floor of zone 0 is 8: give a number from 0 to 7");
    assertThatThrownBy(() -> Pools.of(MACHINE, CpuSet.of(0), Map.of(0, -1)))
        .hasMessage("the floor of zone 0 is -1: give a number from 0 to 7");
  }

  @Test
  void claim_thatContradictsItself_isRefused() {
    assertThatThrownBy(() -> Claim.exclusive(TakePolicy.PACKED))
        .hasMessageContaining("policy EXCLUSIVE has 0 shares");
    assertThatThrownBy(() -> Claim.numa(Set.of(), false))
        .hasMessageContaining("policy NUMA has 0 zones");
    assertThatThrownBy(() -> Share.anywhere(0))
        .hasMessage("cpus is 0: give a number from 1 to 8192");
    assertThatThrownBy(
            () -> Claim.exclusive(TakePolicy.PACKED, Share.ofZone(0, 1), Share.ofZone(0, 2)))
        .hasMessageContaining("give each zone once");
    assertThatThrownBy(
            () -> Claim.exclusive(TakePolicy.PACKED, Share.anywhere(1), Share.ofZone(0, 2)))
        .hasMessageContaining("give each zone once");
    assertThatThrownBy(
            () ->
                new Claim(
                    PoolPolicy.SHARED, List.of(), TakePolicy.PACKED, 0, new TreeSet<>(), false))
        .hasMessage("group is 0: give a number from 1 to 8192");
    assertThatThrownBy(
            () ->
                new Claim(
                    PoolPolicy.RESERVED, List.of(), TakePolicy.PACKED, 1, new TreeSet<>(), true))
        .hasMessageContaining("only numa and shared containers may");
    assertThatThrownBy(() -> new ContainerId("", "main"))
        .hasMessage("container is \"/main\": give the pod's UID and a name");
  }
}

package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.ZoneLedger.Assumption;
import dev.ballast.topology.ZoneLedger.Unplaced;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods that are bound twice, or late: a node of zones with 4 and 5 CPUs. */
final class ZoneLedgerBindTest {
  private static final long NOW = 1_795_348_800_000L;

  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);

  @BeforeEach
  void publish() {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < 2; i++) {
      var cpus = new Amounts(4_000 + i * 1_000, 4_000 + i * 1_000, Optional.empty());
      zones.add(new Zone("node" + i, "Node", "", Map.of(), new TreeMap<>(Map.of("cpu", cpus)), 0));
    }
    ledger.put(
        new NodeTopology(
            "n",
            Kind.CRANE,
            CpuBinding.AGENT,
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            zones,
            Map.of(),
            Map.of()),
        NOW);
  }

  private static ZoneLedger.Pod pod(String uid, int cpus, ZoneShare... result) {
    var amounts = Map.of("cpu", cpus * 1_000L);
    var builder = new PodTopology.Builder().container(PodTopology.Run.CONTAINER, amounts, amounts);
    if (result.length > 0) {
      builder.result(List.of(result));
    }
    return new ZoneLedger.Pod(uid, "shop", uid, builder.build());
  }

  private List<ZoneShare> assume(ZoneLedger.Pod pod, long nowMillis) {
    var assumption = ledger.assume(pod, "n", nowMillis);
    assertThat(assumption).isInstanceOf(Assumption.Chosen.class);
    return ((Assumption.Chosen) assumption).shares();
  }

  private long free(String zone) {
    return ledger.zones("n").orElseThrow().free(zone, "cpu") / 1_000;
  }

  @Test
  void assume_again_keepsItsSharesThoughOthersWouldBeChosenNow() {
    var first = assume(pod("a", 2), NOW);
    assertThat(first).extracting(ZoneShare::zone).containsExactly("node1");
    assume(pod("b", 3), NOW);
    assertThat(free("node0")).isEqualTo(1);
    ledger.forget("b", "n", NOW);
    assume(pod("c", 1), NOW);
    assertThat(assume(pod("a", 2), NOW + 10)).isEqualTo(first);
    assertThat(free("node1")).isEqualTo(3);
  }

  @Test
  void assume_again_livesAsLongAsTheSecondBinding() {
    assume(pod("a", 2), NOW);
    assume(pod("a", 2), NOW + 10_000);
    ledger.expire(NOW + ZoneLedger.LIFE_MILLIS + 9_999);
    assertThat(ledger.isAssumed("a", "n")).isTrue();
    ledger.expire(NOW + ZoneLedger.LIFE_MILLIS + 10_000);
    assertThat(ledger.isAssumed("a", "n")).isFalse();
    assertThat(free("node1")).isEqualTo(5);
  }

  @Test
  void assume_podIsThere_isRefusedAndItGoesOnCounting() {
    var shares = assume(pod("a", 2), NOW);
    assertThat(ledger.isAssumed("a", "n")).isTrue();
    ledger.put(pod("a", 2, shares.get(0)), "n", NOW, NOW);
    assertThat(ledger.isAssumed("a", "n")).isFalse();

    assertThat(ledger.assume(pod("a", 2), "n", NOW)).isInstanceOf(Assumption.Refused.class);
    ledger.forget("a", "n", NOW);
    assertThat(free("node1")).isEqualTo(3);
  }

  @Test
  void assume_podIsThereWithoutAResult_isRefusedAndItGoesOnCountingAnywhere() {
    ledger.put(pod("a", 2), "n", NOW, NOW);
    assertThat(ledger.assume(pod("a", 2), "n", NOW)).isInstanceOf(Assumption.Refused.class);
    ledger.forget("a", "n", NOW);
    assertThat(free("node0")).isEqualTo(2);
    assertThat(free("node1")).isEqualTo(3);
  }

  @Test
  void place_othersHaveNoResultEither_theyAreNotInItsWay() {
    for (String uid : List.of("a", "b", "c")) {
      ledger.put(pod(uid, 4), "n", NOW, NOW);
    }
    assertThat(free("node1")).isZero();
    assertThat(ledger.place(new Unplaced(pod("a", 4), "n", NOW), NOW))
        .isEqualTo(
            new Assumption.Chosen(
                List.of(new ZoneShare("node1", new TreeMap<>(Map.of("cpu", 4_000L)))), true));
    assertThat(ledger.place(new Unplaced(pod("b", 4), "n", NOW), NOW))
        .isInstanceOf(Assumption.Chosen.class);
    assertThat(ledger.place(new Unplaced(pod("c", 4), "n", NOW), NOW))
        .isInstanceOf(Assumption.Refused.class);
    assertThat(ledger.unplaced()).extracting(p -> p.pod().uid()).containsExactly("c");
  }

  @Test
  void place_anotherIsAboutToBeBound_keepsItsShares() {
    assume(pod("new", 5), NOW);
    ledger.put(pod("a", 5), "n", NOW, NOW);
    assertThat(ledger.place(new Unplaced(pod("a", 5), "n", NOW), NOW))
        .isInstanceOf(Assumption.Refused.class);
  }
}

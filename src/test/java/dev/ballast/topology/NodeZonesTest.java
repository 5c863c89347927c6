package dev.ballast.topology;

import static dev.ballast.topology.Zoned.GI;
import static dev.ballast.topology.Zoned.amounts;
import static dev.ballast.topology.Zoned.cpus;
import static dev.ballast.topology.Zoned.pod;
import static dev.ballast.topology.Zoned.share;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.PodTopology.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeZonesTest {
  private static final ZonePreference MOST = ZonePreference.MOST_FREE;
  private static final ZonePreference LEAST = ZonePreference.LEAST_FREE;

  private static NodeZones zones(NodeTopology topology) {
    return NodeZones.of(topology, Optional.empty(), new ZoneLayout.Known()).orElseThrow();
  }

  /** With an agent; pods may span zones. */
  private static NodeZones agent(List<Map<String, Long>> allocatable) {
    return zones(Zoned.agent("n", Zoned.zones(allocatable)));
  }

  private static NodeZones kubelet(
      Alignment alignment, Scope scope, List<Map<String, Long>> available) {
    return zones(Zoned.kubelet("n", alignment, scope, Zoned.available(available), ""));
  }

  private static List<ZoneShare> shares(ZoneFit fit) {
    return ((ZoneFit.Placed) fit).shares();
  }

  private static int score(ZoneFit fit) {
    return ((ZoneFit.Placed) fit).score();
  }

  private static ZoneShare dashed(int zone, Map<String, Long> amounts) {
    return new ZoneShare("node-" + zone, new TreeMap<>(amounts));
  }

  // With an agent.

  @Test
  void fit_aware_takesOneZoneByPreference() {
    var zones = agent(List.of(cpus(5), cpus(8), cpus(3), cpus(4)));

    assertThat(shares(zones.fit(pod(4, GI, true), MOST))).containsExactly(share(1, cpus(4)));
    assertThat(shares(zones.fit(pod(4, GI, true), LEAST))).containsExactly(share(3, cpus(4)));
  }

  @Test
  void fit_awareAndNoZoneAloneHasIt_isShortOrTooLarge() {
    var zones = agent(List.of(cpus(8), cpus(8)));
    var use = zones.use();
    assertThat(use.of(List.of(share(0, cpus(5)), share(1, cpus(5))))).isTrue();

    assertThat(use.rest().fit(pod(4, GI, true), MOST)).isEqualTo(ZoneFit.SHORT);
    assertThat(use.rest().fit(pod(9, GI, true), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
  }

  @Test
  void fit_moreThanTheWholeNodeHas_isTooLarge() {
    var zones = agent(List.of(amounts(8_000, 4 * GI), amounts(8_000, 4 * GI)));

    assertThat(zones.fit(pod(17, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(zones.fit(pod(2, 9 * GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(zones.fit(pod(2, 5 * GI, true), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(zones.without(List.of(pod(8, GI))).fit(pod(16, 8 * GI), MOST))
        .isEqualTo(ZoneFit.SHORT);
  }

  @Test
  void fit_alignmentOfTheNode_decidesForPodsThatDoNotSay() {
    var zones =
        zones(Zoned.agent("n", Alignment.SINGLE_NUMA_NODE, Zoned.zones(List.of(cpus(4), cpus(4)))));

    assertThat(zones.fit(pod(6, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(shares(zones.fit(pod(6, GI, false), MOST)))
        .containsExactly(share(0, cpus(4)), share(1, cpus(2)));
  }

  @Test
  void fit_notAware_takesOneZoneWhereOneIsEnough() {
    var zones = agent(List.of(cpus(3), cpus(8), cpus(8)));

    assertThat(shares(zones.fit(pod(4, GI), MOST))).containsExactly(share(1, cpus(4)));
  }

  @Test
  void fit_notAware_takesTheFewestZonesAndOfTheseTheClosest() {
    long[][] costs = {{10, 20, 12, 30}, {20, 10, 30, 11}, {12, 30, 10, 20}, {30, 11, 20, 10}};
    var zones =
        zones(Zoned.agent("n", Zoned.zones(List.of(cpus(6), cpus(4), cpus(4), cpus(3)), costs)));

    // 0 and 1 are freer, 1 and 3 are closer but too small, 0 and 2 are the closest that suffice.
    assertThat(shares(zones.fit(pod(8, GI), MOST)))
        .containsExactly(share(0, cpus(6)), share(2, cpus(2)));
    assertThat(shares(zones.fit(pod(7, GI), MOST)))
        .containsExactly(share(1, cpus(4)), share(3, cpus(3)));
  }

  @Test
  void fit_zonesAsFarFromEachOther_areTakenByPreference() {
    var zones = agent(List.of(cpus(4), cpus(5), cpus(6), cpus(7)));

    assertThat(shares(zones.fit(pod(9, GI), MOST)))
        .containsExactly(share(2, cpus(2)), share(3, cpus(7)));
    assertThat(shares(zones.fit(pod(9, GI), LEAST)))
        .containsExactly(share(0, cpus(4)), share(1, cpus(5)));
  }

  @Test
  void fit_overZones_sharesMemoryByCpusAndWhatLacksFromOthers() {
    var zones = agent(List.of(amounts(6_000, 8 * GI), amounts(3_000, GI)));

    assertThat(shares(zones.fit(pod(8, 8 * GI), MOST)))
        .containsExactly(share(0, amounts(6_000, 7 * GI)), share(1, amounts(2_000, GI)));
  }

  @Test
  void fit_podsThatAskForTheSameAndForOthers_areAnsweredEachByItsOwn() {
    var zones = agent(List.of(amounts(8_000, 8 * GI), amounts(6_000, 8 * GI)));

    for (int round = 0; round < 2; round++) {
      assertThat(shares(zones.fit(pod(4, GI), MOST))).containsExactly(share(0, amounts(4_000, GI)));
      assertThat(shares(zones.fit(pod(4, GI), LEAST)))
          .containsExactly(share(1, amounts(4_000, GI)));
      assertThat(shares(zones.fit(pod(4, 2 * GI), MOST)))
          .containsExactly(share(0, amounts(4_000, 2 * GI)));
      assertThat(zones.fit(pod(9, GI, true), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
      assertThat(shares(zones.fit(pod(9, GI, false), MOST))).hasSize(2);
    }
  }

  @Test
  void fit_oneByteTooMuch_isShort() {
    var zones = agent(List.of(amounts(6_000, 4 * GI), amounts(6_000, 4 * GI)));
    var rest = zones.without(List.of(pod(0, GI)));

    assertThat(rest.free("node0", "memory")).isEqualTo(4 * GI);
    assertThat(zones.fit(pod(8, 8 * GI), MOST)).isInstanceOf(ZoneFit.Placed.class);
    assertThat(zones.without(List.of(pod(1, 1))).fit(pod(8, 8 * GI), MOST))
        .isEqualTo(ZoneFit.SHORT);
  }

  @Test
  void fit_zonesWithoutCpus_areNotTaken() {
    var zones = agent(List.of(amounts(0, 64 * GI), amounts(4_000, GI), amounts(4_000, GI)));

    assertThat(shares(zones.fit(pod(6, 2 * GI), MOST)))
        .containsExactly(share(1, amounts(4_000, GI)), share(2, amounts(2_000, GI)));
    assertThat(zones.fit(pod(6, 3 * GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
  }

  @Test
  void fit_partsOfCpus_areNotHandedOut() {
    var zones = agent(List.of(amounts(2_900, GI), amounts(1_900, GI)));

    assertThat(shares(zones.fit(pod(3, GI), MOST))).hasSize(2);
    assertThat(zones.fit(pod(4, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
  }

  @Test
  void fit_resourceOfSomeZones_decidesWhereThePodGoes() {
    var gpu = Map.of("cpu", 4_000L, "example.com/gpu", 2L);
    var zones = agent(List.of(cpus(8), gpu));
    var pod =
        new PodTopology.Builder()
            .container(
                Run.CONTAINER,
                Map.of("cpu", 2_000L, "example.com/gpu", 1L, "example.com/fpga", 9L),
                Map.of("cpu", 2_000L))
            .build();

    assertThat(shares(zones.fit(pod, MOST)))
        .containsExactly(share(1, Map.of("cpu", 2_000L, "example.com/gpu", 1L)));
  }

  @Test
  void fit_zonesThatTellOfNoCpus_isMissing() {
    assertThat(agent(List.of(Map.of("memory", GI))).fit(pod(1, GI), MOST))
        .isEqualTo(ZoneFit.MISSING);
  }

  @Test
  void fit_podWithoutTargets_isUnbound() {
    var half = Zoned.container(new PodTopology.Builder(), Run.CONTAINER, 500, GI).build();

    assertThat(agent(List.of(cpus(1))).fit(half, MOST)).isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void fit_manyZonesOfWhichSomeAreFull_goesAroundThem() {
    var all = new ArrayList<Map<String, Long>>();
    for (int i = 0; i < 16; i++) {
      all.add(cpus(i == 1 || i == 14 ? 4 : 0));
    }

    assertThat(shares(agent(all).fit(pod(7, GI), MOST)))
        .containsExactly(share(1, cpus(4)), share(14, cpus(3)));
  }

  @Test
  void fit_manyZones_takesTheFewestAndTheClosest() {
    var all = new ArrayList<Map<String, Long>>();
    long[][] costs = new long[16][16];
    for (int i = 0; i < 16; i++) {
      all.add(cpus(4));
      for (int j = 0; j < 16; j++) {
        costs[i][j] = i == j ? 10 : i / 4 == j / 4 ? (i / 4 == 2 ? 11 : 12) : 32;
      }
    }
    var zones = zones(Zoned.agent("n", Zoned.zones(all, costs)));

    assertThat(shares(zones.fit(pod(12, GI), MOST)))
        .containsExactly(share(8, cpus(4)), share(9, cpus(4)), share(10, cpus(4)));
    assertThat(zones.fit(pod(65, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(shares(zones.fit(pod(64, GI), MOST))).hasSize(16);
  }

  @Test
  void fit_manyZonesOfWhichTheLargeOnesAreFar_takesTheFewest() {
    var all = new ArrayList<Map<String, Long>>();
    long[][] costs = new long[9][9];
    for (int i = 0; i < 9; i++) {
      all.add(cpus(i == 0 || i == 8 ? 8 : 2));
      for (int j = 0; j < 9; j++) {
        costs[i][j] = 10L + Math.abs(i - j);
      }
    }

    assertThat(shares(zones(Zoned.agent("n", Zoned.zones(all, costs))).fit(pod(16, GI), MOST)))
        .containsExactly(share(0, cpus(8)), share(8, cpus(8)));
  }

  // Scores.

  @ParameterizedTest
  @CsvSource({
    "MOST_FREE, 4, 100", // one zone, all of it is free
    "LEAST_FREE, 4, 88", // one zone: 100 less a quarter of the 50 to two zones
    "MOST_FREE, 12, 42", // two zones as far as can be: 50 less half of the 16.7 to three
  })
  void fit_score_isThatOfCraneLessWhatDistanceAndFreeCpusDecide(
      ZonePreference preference, int cpus, int score) {
    assertThat(score(agent(List.of(cpus(8), cpus(8))).fit(pod(cpus, GI), preference)))
        .isEqualTo(score);
  }

  @Test
  void fit_scoreOfAZoneThatIsHalfUsed_isBetweenThoseOfAllAndOfNone() {
    var zones = agent(List.of(cpus(8)));
    var use = zones.use();
    assertThat(use.of(List.of(share(0, cpus(4))))).isTrue();

    // 100 less an eighth of the 50 to two zones.
    assertThat(score(use.rest().fit(pod(4, GI), MOST))).isEqualTo(94);
    assertThat(score(use.rest().fit(pod(4, GI), LEAST))).isEqualTo(94);
  }

  // What is left.

  @Test
  void use_sharesAndPodsAnywhere_areTakenOff() {
    var zones = agent(List.of(amounts(8_000, 8 * GI), amounts(8_000, 8 * GI)));
    var use = zones.use();
    assertThat(use.of(List.of(share(1, amounts(3_000, GI)), share(1, amounts(1_000, 0))))).isTrue();
    assertThat(use.of(List.of(share(0, cpus(1)), share(5, cpus(1))))).isFalse();
    use.anywhere(zones.needs(pod(2, GI)));

    var rest = use.rest();

    assertThat(rest.free("node0", "cpu")).isEqualTo(6_000);
    assertThat(rest.free("node1", "cpu")).isEqualTo(2_000);
    assertThat(rest.free("node0", "memory")).isEqualTo(7 * GI);
    assertThat(rest.free("node1", "memory")).isEqualTo(6 * GI);
    assertThat(rest.free("node1", "hugepages-1Gi")).isZero();
    assertThat(rest.free("node9", "cpu")).isZero();
    assertThat(zones.free("node1", "cpu")).isEqualTo(8_000);
  }

  @Test
  void use_moreThanALongHolds_leavesNothing() {
    var zones = agent(List.of(amounts(8_000, Long.MAX_VALUE)));
    var use = zones.use();
    use.anywhere(Map.of("memory", Long.MAX_VALUE));
    use.anywhere(Map.of("memory", Long.MAX_VALUE));

    assertThat(use.rest().free("node0", "memory")).isZero();
  }

  @Test
  void fit_zonesWithTogetherMoreThanALongHolds_areAddedUp() {
    var zones = agent(List.of(amounts(2_000, Long.MAX_VALUE), amounts(2_000, Long.MAX_VALUE)));

    assertThat(shares(zones.fit(pod(4, GI), MOST)))
        .containsExactly(share(0, amounts(2_000, GI / 2)), share(1, amounts(2_000, GI / 2)));
  }

  @Test
  void of_noZoneOrMoreThanCanBeToldApart_isEmpty() {
    var many = new ArrayList<Map<String, Long>>();
    for (int i = 0; i < 65; i++) {
      many.add(cpus(1));
    }

    var layouts = new ZoneLayout.Known();
    assertThat(NodeZones.of(Zoned.agent("n", List.of()), Optional.empty(), layouts)).isEmpty();
    assertThat(NodeZones.of(Zoned.agent("n", Zoned.zones(many)), Optional.empty(), layouts))
        .isEmpty();
    assertThat(shares(agent(many.subList(0, 64)).fit(pod(64, GI), MOST))).hasSize(64);
  }

  // Without an agent.

  @Test
  void fit_cranesKindWithoutAgent_passes() {
    var zones =
        zones(
            Zoned.topology(
                "n",
                Kind.CRANE,
                CpuBinding.KUBELET,
                Alignment.SINGLE_NUMA_NODE,
                Scope.POD,
                Zoned.zones(List.of(cpus(1))),
                Map.of()));

    assertThat(zones.fit(pod(4, GI), MOST)).isEqualTo(ZoneFit.UNBOUND);
    assertThat(zones.fit(pod(4, GI, true), MOST)).isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void fit_scopeOfAPod_takesTheLowestZoneThatHasAll() {
    var zones = kubelet(Alignment.SINGLE_NUMA_NODE, Scope.POD, List.of(cpus(3), cpus(4), cpus(8)));

    var fit = (ZoneFit.Placed) zones.fit(pod(4, GI), MOST);

    assertThat(fit.shares()).containsExactly(dashed(1, cpus(4)));
    assertThat(fit.needsResult()).isFalse();
    assertThat(zones.fit(pod(9, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
  }

  @Test
  void fit_scopeOfAPod_countsInitContainersAsTheyRun() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.SIDECAR, 1_000, GI);
    Zoned.container(pod, Run.INIT, 5_000, GI);
    Zoned.container(pod, Run.CONTAINER, 2_000, GI);
    Zoned.container(pod, Run.CONTAINER, 2_000, GI);

    // 1 + 5 while it is prepared, 1 + 2 + 2 later.
    assertThat(
            kubelet(Alignment.SINGLE_NUMA_NODE, Scope.POD, List.of(cpus(5), cpus(6)))
                .fit(pod.build(), MOST))
        .satisfies(fit -> assertThat(shares(fit)).containsExactly(dashed(1, cpus(6))));
  }

  @Test
  void fit_scopeOfAContainer_takesAZoneForEach() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.CONTAINER, 3_000, GI);
    Zoned.container(pod, Run.CONTAINER, 4_000, GI);
    Zoned.container(pod, Run.CONTAINER, 1_000, GI);
    var free = List.of(amounts(4_000, 8 * GI), amounts(4_000, 8 * GI));

    assertThat(
            shares(
                kubelet(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER, free).fit(pod.build(), MOST)))
        .containsExactly(dashed(0, amounts(4_000, 2 * GI)), dashed(1, amounts(4_000, GI)));
    assertThat(kubelet(Alignment.SINGLE_NUMA_NODE, Scope.POD, free).fit(pod.build(), MOST))
        .isEqualTo(ZoneFit.TOO_LARGE);
  }

  @Test
  void fit_containersThatTogetherHaveNoRoom_isShort() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.CONTAINER, 3_000, GI);
    Zoned.container(pod, Run.CONTAINER, 3_000, GI);
    var topology =
        Zoned.kubelet(
            "n",
            Alignment.SINGLE_NUMA_NODE,
            Scope.CONTAINER,
            Zoned.available(List.of(cpus(8), cpus(8)), List.of(cpus(4), cpus(2))),
            "");

    assertThat(zones(topology).fit(pod.build(), MOST)).isEqualTo(ZoneFit.SHORT);
  }

  @Test
  void fit_initContainer_givesBackItsCpus() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.INIT, 4_000, GI);
    Zoned.container(pod, Run.INIT, 3_000, GI);
    Zoned.container(pod, Run.CONTAINER, 4_000, GI);

    assertThat(
            shares(
                kubelet(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER, List.of(cpus(4), cpus(1)))
                    .fit(pod.build(), MOST)))
        .containsExactly(dashed(0, cpus(4)));
  }

  @Test
  void fit_initContainerWithMoreCpusThanTheOthers_keepsThem() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.INIT, 6_000, GI);
    Zoned.container(pod, Run.CONTAINER, 2_000, GI);

    // The kubelet takes them back when the pod is gone.
    assertThat(
            shares(
                kubelet(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER, List.of(cpus(8), cpus(1)))
                    .fit(pod.build(), MOST)))
        .singleElement()
        .satisfies(share -> assertThat(share.amount("cpu")).isEqualTo(6_000));
  }

  @Test
  void fit_containerAfterAnInitContainer_hasToBeInItsZone() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.INIT, 2_000, GI);
    Zoned.container(pod, Run.CONTAINER, 4_000, GI);
    var free = List.of(cpus(2), cpus(8));

    // The kubelet puts the first one into zone 0, and what comes next may not leave its CPUs.
    assertThat(kubelet(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER, free).fit(pod.build(), MOST))
        .isInstanceOf(ZoneFit.Lacking.class);
  }

  @Test
  void fit_containerAfterOneThatHasTheCpusOfTheInitContainer_isFree() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.INIT, 2_000, GI);
    Zoned.container(pod, Run.CONTAINER, 2_000, GI);
    Zoned.container(pod, Run.CONTAINER, 4_000, GI);

    assertThat(
            shares(
                kubelet(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER, List.of(cpus(2), cpus(8)))
                    .fit(pod.build(), MOST)))
        .containsExactly(dashed(0, cpus(2)), dashed(1, cpus(4)));
  }

  @Test
  void fit_partsOfCpus_areNotAligned() {
    var pod = new PodTopology.Builder();
    Zoned.container(pod, Run.CONTAINER, 2_500, GI);
    var zones =
        kubelet(
            Alignment.SINGLE_NUMA_NODE,
            Scope.CONTAINER,
            List.of(amounts(1_000, GI / 2), amounts(1_000, 2 * GI)));

    assertThat(shares(zones.fit(pod.build(), MOST)))
        .containsExactly(dashed(1, Map.of("memory", GI)));
  }

  @ParameterizedTest
  @CsvSource({"SINGLE_NUMA_NODE,POD", "SINGLE_NUMA_NODE,CONTAINER", "RESTRICTED,POD"})
  void fit_podThatNeedsNothingOfWhatIsPublished_isUnbound(Alignment alignment, Scope scope) {
    var half = Zoned.container(new PodTopology.Builder(), Run.CONTAINER, 500, GI).build();

    assertThat(kubelet(alignment, scope, List.of(cpus(1), cpus(1))).fit(half, MOST))
        .isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void fit_podThatIsNotGuaranteed_isUnbound() {
    var burstable =
        new PodTopology.Builder()
            .container(Run.CONTAINER, Map.of("cpu", 2_000L), Map.of("cpu", 2_000L))
            .build();

    assertThat(
            kubelet(Alignment.SINGLE_NUMA_NODE, Scope.POD, List.of(cpus(1))).fit(burstable, MOST))
        .isEqualTo(ZoneFit.UNBOUND);
  }

  @ParameterizedTest
  @CsvSource({"RESTRICTED", "BEST_EFFORT"})
  void fit_policyThatForetellsNothing_passesAndIsScored(Alignment alignment) {
    var zones = kubelet(alignment, Scope.CONTAINER, List.of(cpus(4), cpus(4)));

    var fit = (ZoneFit.Placed) zones.fit(pod(6, GI), MOST);

    assertThat(fit.shares()).containsExactly(dashed(0, cpus(4)), dashed(1, cpus(2)));
    assertThat(fit.needsResult()).isFalse();
    assertThat(fit.score()).isEqualTo(42);
    assertThat(zones.fit(pod(9, GI), MOST)).isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void fit_policyThatForetellsNothing_takesTheLowestZonesWhateverIsPreferred() {
    long[][] costs = {{10, 30, 30}, {30, 10, 11}, {30, 11, 10}};
    var near =
        zones(
            Zoned.topology(
                "n",
                Kind.COMMUNITY,
                CpuBinding.KUBELET,
                Alignment.RESTRICTED,
                Scope.POD,
                Zoned.zones(List.of(cpus(4), cpus(6), cpus(8)), costs),
                Map.of()));

    assertThat(shares(near.fit(pod(3, GI), MOST))).containsExactly(share(0, cpus(3)));
    assertThat(shares(near.fit(pod(10, GI), MOST)))
        .containsExactly(share(0, cpus(4)), share(1, cpus(6)));
  }

  @Test
  void fit_noAlignment_isUnbound() {
    assertThat(kubelet(Alignment.NONE, Scope.POD, List.of(cpus(1))).fit(pod(4, GI), MOST))
        .isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void fit_nodeWithoutAgent_goesByWhatIsAvailable() {
    var topology =
        Zoned.kubelet(
            "n",
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            Zoned.available(List.of(cpus(8), cpus(8)), List.of(cpus(3), cpus(4))),
            "");

    assertThat(shares(zones(topology).fit(pod(4, GI), MOST))).containsExactly(dashed(1, cpus(4)));
    assertThat(zones(topology).fit(pod(5, GI), MOST)).isEqualTo(ZoneFit.SHORT);
    assertThat(zones(topology).fit(pod(9, GI), MOST)).isEqualTo(ZoneFit.TOO_LARGE);
  }
}

package dev.ballast.topology;

import static dev.ballast.topology.Zoned.GI;
import static dev.ballast.topology.Zoned.amounts;
import static dev.ballast.topology.Zoned.named;
import static dev.ballast.topology.Zoned.pod;
import static dev.ballast.topology.Zoned.share;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology.Run;
import dev.ballast.topology.ZoneLedger.Assumption;
import dev.ballast.topology.ZoneLedger.Pod;
import dev.ballast.topology.ZoneLedger.Unplaced;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class ZoneLedgerTest {
  private static final long NOW = 1_000_000;
  private static final List<Zone> ZONES =
      Zoned.zones(List.of(amounts(8_000, 32 * GI), amounts(6_000, 32 * GI)));

  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);

  /** node0 with 8 CPUs and node1 with 6, with 32 GiB each; pods may span them. */
  private void agent(String node) {
    ledger.put(Zoned.agent(node, ZONES), NOW);
  }

  /** node-0 with 8 CPUs and node-1 with 6, each pod in one of them. */
  private void kubelet(String node, String fingerprint) {
    ledger.put(
        Zoned.kubelet(
            node,
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            Zoned.available(List.of(amounts(8_000, 32 * GI), amounts(6_000, 32 * GI))),
            fingerprint),
        NOW);
  }

  private void put(Pod pod, String node) {
    ledger.put(pod, node, NOW, NOW);
  }

  private ZoneFit fit(String uid, PodTopology pod, String node) {
    return ledger.fits(uid, pod, 1, i -> node, NOW)[0];
  }

  private List<ZoneShare> assumed(Pod pod, String node) {
    return ((Assumption.Chosen) ledger.assume(pod, node, NOW)).shares();
  }

  private long freeCpus(String node, String zone) {
    return ledger.zones(node).orElseThrow().free(zone, "cpu");
  }

  private long freeMemory(String node, String zone) {
    return ledger.zones(node).orElseThrow().free(zone, "memory");
  }

  private void assertFreeCpus(String node, long... milli) {
    String dash = ledger.zones(node).orElseThrow().hasAgent() ? "node" : "node-";
    for (int i = 0; i < milli.length; i++) {
      assertThat(freeCpus(node, dash + i)).as("%s%s of %s", dash, i, node).isEqualTo(milli[i]);
    }
  }

  private static String fingerprint(Pod... pods) {
    long[] hashes = new long[pods.length];
    for (int i = 0; i < pods.length; i++) {
      hashes[i] = PodFingerprint.hash(pods[i].namespace(), pods[i].name());
    }
    return PodFingerprint.of(hashes);
  }

  // Pods that are seen.

  @Test
  void put_podWithResult_countsOnItsZones() {
    agent("n");

    put(named("a", pod(4, GI, List.of(share(1, amounts(4_000, GI))))), "n");

    assertFreeCpus("n", 8_000, 2_000);
    assertThat(freeMemory("n", "node0")).isEqualTo(32 * GI);
    assertThat(freeMemory("n", "node1")).isEqualTo(31 * GI);
  }

  @Test
  void put_podWithoutResult_countsInEachZone() {
    agent("n");

    put(named("a", pod(4, GI)), "n");

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(freeMemory("n", "node0")).isEqualTo(31 * GI);
  }

  @Test
  void put_moreThanThereIs_leavesNothingAndNotLess() {
    agent("n");

    put(named("a", pod(7, GI)), "n");
    put(named("b", pod(7, GI)), "n");

    assertFreeCpus("n", 0, 0);
    assertThat(fit("c", pod(1, 0), "n")).isEqualTo(ZoneFit.SHORT);
  }

  @Test
  void put_resultThatNamesAnUnknownZone_countsInEachZone() {
    agent("n");

    put(
        named("a", pod(4, GI, List.of(share(0, amounts(2_000, GI)), share(7, amounts(2_000, 0))))),
        "n");

    assertFreeCpus("n", 4_000, 2_000);
  }

  @Test
  void put_emptyResult_countsInEachZoneAndWaitsForOne() {
    agent("n");
    Pod a = named("a", pod(4, GI, List.of()));

    put(a, "n");

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(ledger.unplaced()).containsExactly(new Unplaced(a, "n", NOW));
  }

  @Test
  void put_podThatAsksForNothingAnyMore_countsNoMore() {
    agent("n");
    put(named("a", pod(4, GI)), "n");

    put(named("a", PodTopology.NONE), "n");

    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void remove_pod_givesBackWhatItHad() {
    agent("n");
    Pod a = named("a", pod(4, GI, List.of(share(0, amounts(4_000, GI)))));
    put(a, "n");

    ledger.remove(a, "n", NOW);

    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void put_podBeforeItsTopology_countsWhenThatComes() {
    put(named("a", pod(4, GI, List.of(share(0, amounts(4_000, GI))))), "n");

    agent("n");

    assertFreeCpus("n", 4_000, 6_000);
  }

  // Results of crane.

  @Test
  void put_resultWithCpusOnly_countsMemoryByCpus() {
    agent("n");

    put(named("a", pod(4, 8 * GI, List.of(share(0, Zoned.cpus(3)), share(1, Zoned.cpus(1))))), "n");

    assertFreeCpus("n", 5_000, 5_000);
    assertThat(freeMemory("n", "node0")).isEqualTo(26 * GI);
    assertThat(freeMemory("n", "node1")).isEqualTo(30 * GI);
  }

  @Test
  void put_resultWithThousandthsOfCpusAsMemory_countsMemoryByCpus() {
    agent("n");

    put(
        named(
            "a",
            pod(
                4,
                8 * GI,
                List.of(share(0, amounts(1_000, 1_000)), share(1, amounts(3_000, 3_000))))),
        "n");

    assertFreeCpus("n", 7_000, 3_000);
    assertThat(freeMemory("n", "node0")).isEqualTo(30 * GI);
    assertThat(freeMemory("n", "node1")).isEqualTo(26 * GI);
  }

  @Test
  void put_resultWithMemoryOfItsOwnChoice_isBelieved() {
    agent("n");

    put(
        named(
            "a",
            pod(4, 8 * GI, List.of(share(0, amounts(2_000, 8 * GI)), share(1, amounts(2_000, 0))))),
        "n");

    assertThat(freeMemory("n", "node0")).isEqualTo(24 * GI);
    assertThat(freeMemory("n", "node1")).isEqualTo(32 * GI);
  }

  @Test
  void put_resultWithFewerCpusThanAskedFor_countsTheseCpus() {
    agent("n");

    put(
        named(
            "a",
            pod(
                8,
                8 * GI,
                List.of(share(0, amounts(2_000, 2_000)), share(1, amounts(2_000, 2_000))))),
        "n");

    assertFreeCpus("n", 6_000, 4_000);
    assertThat(freeMemory("n", "node0")).isEqualTo(28 * GI);
  }

  @Test
  void put_resultWithoutCpus_countsInEachZone() {
    agent("n");

    put(named("a", pod(4, GI, List.of(share(0, Map.of("memory", GI))))), "n");

    assertFreeCpus("n", 4_000, 2_000);
  }

  @Test
  void put_resultWithMoreThanALongHolds_leavesNothing() {
    agent("n");
    long most = Long.MAX_VALUE;

    put(
        named(
            "a", pod(4, GI, List.of(share(0, amounts(most, most)), share(0, amounts(most, most))))),
        "n");

    assertFreeCpus("n", 0, 6_000);
  }

  // Pods that are assumed.

  @Test
  void assume_podThatFits_countsOnTheChosenZonesOnly() {
    agent("n");

    var chosen = (Assumption.Chosen) ledger.assume(named("a", pod(4, GI)), "n", NOW);

    assertThat(chosen.shares()).containsExactly(share(0, amounts(4_000, GI)));
    assertThat(chosen.needsResult()).isTrue();
    assertFreeCpus("n", 4_000, 6_000);
  }

  @Test
  void assume_podThatIsTooLarge_isRefusedAndNotCounted() {
    agent("n");

    assertThat(ledger.assume(named("a", pod(15, GI)), "n", NOW))
        .isEqualTo(new Assumption.Refused("the zones of node n have no room left for the pod"));
    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void assume_podThatAsksForNothing_isUnneeded() {
    agent("n");

    assertThat(ledger.assume(named("a", PodTopology.NONE), "n", NOW))
        .isEqualTo(new Assumption.Unneeded());
  }

  @Test
  void assume_nodeWithoutTopologyAmongAgents_isRefused() {
    agent("other");

    assertThat(ledger.assume(named("a", pod(4, GI)), "n", NOW))
        .isEqualTo(new Assumption.Refused("node n has no NodeResourceTopology that can be read"));
  }

  @Test
  void assume_samePodAgain_isChosenForAnew() {
    agent("n");
    assumed(named("a", pod(8, GI)), "n");

    assertThat(assumed(named("a", pod(8, GI)), "n")).containsExactly(share(0, amounts(8_000, GI)));
    assertFreeCpus("n", 0, 6_000);
  }

  @Test
  void assume_samePodOnTwoNodes_countsOnBothUntilItIsSeenOnOne() {
    agent("n");
    agent("m");
    assumed(named("a", pod(8, GI)), "n");
    var shares = assumed(named("a", pod(8, GI)), "m");
    assertFreeCpus("n", 0, 6_000);
    assertFreeCpus("m", 0, 6_000);

    put(named("a", pod(8, GI, shares)), "m");

    assertFreeCpus("n", 8_000, 6_000);
    assertFreeCpus("m", 0, 6_000);
    ledger.forget("a", "m", NOW);
    assertFreeCpus("m", 0, 6_000);
  }

  @Test
  void assume_podThatIsSeenOnTheNode_isRefusedAndGoesOnCounting() {
    agent("n");
    put(named("a", pod(4, GI, List.of(share(1, amounts(4_000, GI))))), "n");

    assertThat(ledger.assume(named("a", pod(4, GI)), "n", NOW))
        .isEqualTo(new Assumption.Refused("the pod is on node n already"));
    ledger.forget("a", "n", NOW);

    assertFreeCpus("n", 8_000, 2_000);
  }

  @Test
  void forget_assumedPod_givesBackWhatItHad() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.forget("a", "n", NOW);

    assertFreeCpus("n", 8_000, 6_000);
    assertThat(assumed(named("b", pod(14, GI)), "n")).hasSize(2);
  }

  @Test
  void forget_onAnotherNode_leavesTheAssumption() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.forget("a", "m", NOW);

    assertFreeCpus("n", 4_000, 6_000);
  }

  @Test
  void remove_assumedPodThatWasNeverSeen_givesBackWhatItHadEverywhere() {
    agent("n");
    agent("m");
    Pod a = named("a", pod(4, GI));
    assumed(a, "n");
    assumed(a, "m");

    ledger.remove(a, "elsewhere", NOW);

    assertFreeCpus("n", 8_000, 6_000);
    assertFreeCpus("m", 8_000, 6_000);
  }

  @Test
  void put_assumedPodWithItsResult_isCountedOnce() {
    agent("n");
    var shares = assumed(named("a", pod(4, GI)), "n");

    put(named("a", pod(4, GI, shares)), "n");

    assertFreeCpus("n", 4_000, 6_000);
    ledger.expire(NOW + ZoneLedger.LIFE_MILLIS);
    assertFreeCpus("n", 4_000, 6_000);
  }

  @Test
  void put_assumedPodWithoutAResult_countsInEachZone() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    put(named("a", pod(4, GI)), "n");

    assertFreeCpus("n", 4_000, 2_000);
  }

  @Test
  void expire_assumption_endsAfterFiveMinutes() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.expire(NOW + 299_999);
    assertFreeCpus("n", 4_000, 6_000);

    ledger.expire(NOW + 300_000);
    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void expire_nodeThatHasLostItsTopology_endsItsAssumptions() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");
    ledger.remove(Kind.CRANE, "n", NOW);

    ledger.expire(NOW + ZoneLedger.LIFE_MILLIS);
    agent("n");

    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void put_podThatWasAssumedOnANodeWithoutTopologyByNow_countsWhenThatIsBack() {
    agent("n");
    var shares = assumed(named("a", pod(4, GI)), "n");
    ledger.remove(Kind.CRANE, "n", NOW);

    put(named("a", pod(4, GI, shares)), "n");
    agent("n");

    assertFreeCpus("n", 4_000, 6_000);
  }

  @Test
  void put_topologyThatIsReplaced_keepsWhatIsAssumed() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.put(Zoned.agent("n", Zoned.zones(List.of(Zoned.cpus(16), Zoned.cpus(2)))), NOW);

    assertFreeCpus("n", 12_000, 2_000);
  }

  @Test
  void put_topologyWithOtherNames_countsAssumedPodsInEachZone() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.put(
        Zoned.agent(
            "n",
            List.of(
                Zoned.zone("numa0", Map.of(), Zoned.cpus(8), Optional.empty()),
                Zoned.zone("numa1", Map.of(), Zoned.cpus(8), Optional.empty()))),
        NOW);

    assertThat(freeCpus("n", "numa0")).isEqualTo(4_000);
    assertThat(freeCpus("n", "numa1")).isEqualTo(4_000);
  }

  // What fits.

  @Test
  void fits_podThatIsAssumed_doesNotStandInItsOwnWay() {
    agent("n");
    assumed(named("a", pod(14, GI)), "n");

    assertThat(fit("a", pod(14, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
    assertThat(fit("b", pod(1, GI), "n")).isEqualTo(ZoneFit.SHORT);
  }

  @Test
  void fits_podThatIsSeen_doesNotStandInItsOwnWay() {
    agent("n");
    put(named("a", pod(14, GI)), "n");

    assertThat(fit("a", pod(14, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
  }

  @Test
  void fits_nodes_areAnsweredByTheirPlaces() {
    agent("n");
    ledger.put(Zoned.agent("small", Zoned.zones(List.of(Zoned.cpus(2)))), NOW);
    String[] names = {"small", "none", "n"};

    ZoneFit[] fits = ledger.fits("a", pod(4, GI), 3, i -> names[i], NOW);

    assertThat(fits[0]).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(fits[1]).isEqualTo(ZoneFit.MISSING);
    assertThat(((ZoneFit.Placed) fits[2]).shares()).containsExactly(share(0, amounts(4_000, GI)));
  }

  @Test
  void fits_nodeWithoutTopology_dependsOnAgentsAndOnThePod() {
    var explicit = pod(4, GI, true);
    var implicit = pod(4, GI);

    assertThat(fit("a", explicit, "n")).isEqualTo(ZoneFit.MISSING);
    assertThat(fit("a", implicit, "n")).isEqualTo(ZoneFit.UNBOUND);

    agent("other");
    assertThat(fit("a", implicit, "n")).isEqualTo(ZoneFit.MISSING);
    assertThat(fit("a", PodTopology.NONE, "n")).isEqualTo(ZoneFit.UNBOUND);

    ledger.remove(Kind.CRANE, "other", NOW);
    assertThat(fit("a", implicit, "n")).isEqualTo(ZoneFit.UNBOUND);
  }

  @Test
  void aware_labelOfTheNode_decidesForPodsThatDoNotSay() {
    agent("n");
    assertThat(fit("a", pod(10, GI), "n")).isInstanceOf(ZoneFit.Placed.class);

    ledger.aware("n", Optional.of(true), NOW);
    assertThat(fit("a", pod(10, GI), "n")).isEqualTo(ZoneFit.TOO_LARGE);
    assertThat(fit("a", pod(10, GI, false), "n")).isInstanceOf(ZoneFit.Placed.class);

    ledger.aware("n", Optional.empty(), NOW);
    assertThat(fit("a", pod(10, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
  }

  @Test
  void aware_beforeTheTopology_holdsForIt() {
    ledger.aware("n", Optional.of(false), NOW);
    ledger.put(Zoned.agent("n", Alignment.SINGLE_NUMA_NODE, ZONES), NOW);

    assertThat(fit("a", pod(10, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
  }

  @Test
  void aware_changedWhilePodsAreAssumed_keepsThem() {
    agent("n");
    assumed(named("a", pod(4, GI)), "n");

    ledger.aware("n", Optional.of(true), NOW);

    assertFreeCpus("n", 4_000, 6_000);
  }

  // Offers.

  @Test
  void offer_toAPod_countsForOthersInEachZoneOfItsNodes() {
    agent("n");
    agent("m");
    ledger.offer("a", pod(4, GI), Set.of("n"), NOW);

    assertThat(fit("b", pod(5, GI, true), "n")).isEqualTo(ZoneFit.SHORT);
    assertThat(fit("b", pod(6, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
    assertThat(fit("b", pod(7, GI), "n")).isEqualTo(ZoneFit.SHORT);
    assertThat(fit("b", pod(5, GI, true), "m")).isInstanceOf(ZoneFit.Placed.class);
    assertThat(fit("a", pod(14, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void offer_thatIsTwoSecondsOld_countsNoMore() {
    agent("n");
    ledger.offer("a", pod(8, GI), Set.of("n"), NOW);

    assertThat(ledger.fits("b", pod(8, GI), 1, i -> "n", NOW + 1_999)[0]).isEqualTo(ZoneFit.SHORT);
    assertThat(ledger.fits("b", pod(8, GI), 1, i -> "n", NOW + 2_000)[0])
        .isInstanceOf(ZoneFit.Placed.class);
  }

  @Test
  void offer_takenUp_countsNoMore() {
    agent("n");
    agent("m");
    for (String taken : List.of("assumed", "seen", "gone")) {
      Pod a = named(taken, pod(8, GI));
      ledger.offer(taken, a.topology(), Set.of("n"), NOW);
      assertThat(fit("b", pod(8, GI), "n")).isEqualTo(ZoneFit.SHORT);
      switch (taken) {
        case "assumed" -> assumed(a, "m");
        case "seen" -> put(a, "m");
        default -> ledger.remove(a, "m", NOW);
      }
      assertThat(fit("b", pod(8, GI), "n")).as(taken).isInstanceOf(ZoneFit.Placed.class);
    }
  }

  @RepeatedTest(3)
  void offer_takenUpWhileOthersAsk_isNeverFoundInNeither() throws Exception {
    agent("n");
    var all = pod(14, GI);
    var started = new CyclicBarrier(2);
    var rounds = new AtomicInteger();
    var taker =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                Pod a = named("a" + i, all);
                ledger.offer(a.uid(), all, Set.of("n"), NOW);
                await(started);
                if (i % 2 == 0) {
                  ledger.assume(a, "n", NOW);
                } else {
                  put(a, "n");
                }
                rounds.incrementAndGet();
                await(started);
                ledger.remove(a, "n", NOW);
              }
            });
    for (int i = 0; i < 2_000; i++) {
      await(started);
      do {
        assertThat(fit("b", pod(1, GI), "n")).isEqualTo(ZoneFit.SHORT);
      } while (rounds.get() == i);
      await(started);
    }
    taker.get();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void assume_whileOthersHaveOffers_doesNotWaitForThem() {
    agent("n");
    ledger.offer("a", pod(14, GI), Set.of("n"), NOW);

    assertThat(assumed(named("b", pod(14, GI)), "n")).hasSize(2);
  }

  // Pods that are given a result late.

  @Test
  void place_podWithoutResult_countsOnItsZonesFromThenOn() {
    agent("n");
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    Unplaced late = new Unplaced(a, "n", NOW);
    assertThat(ledger.unplaced()).containsExactly(late);

    assertThat(ledger.place(late, NOW))
        .isEqualTo(new Assumption.Chosen(List.of(share(0, amounts(4_000, GI))), true));

    assertThat(ledger.unplaced()).isEmpty();
    assertFreeCpus("n", 4_000, 6_000);
  }

  @Test
  void place_nothingLeft_isRefusedAndGoesOnCountingInEachZone() {
    agent("n");
    put(named("b", pod(8, GI, List.of(share(0, amounts(8_000, GI))))), "n");
    Pod a = named("a", pod(7, GI));
    put(a, "n");

    assertThat(ledger.place(new Unplaced(a, "n", NOW), NOW))
        .isEqualTo(new Assumption.Refused("the zones of node n have no room left for it"));

    assertFreeCpus("n", 0, 0);
    assertThat(ledger.unplaced()).hasSize(1);
  }

  @Test
  void place_podThatIsGone_isUnneededAndLeavesNothing() {
    Unplaced late = new Unplaced(named("a", pod(4, GI)), "n", NOW);

    assertThat(ledger.place(late, NOW)).isEqualTo(new Assumption.Unneeded());
    assertThat(ledger.isEmpty()).isTrue();
  }

  @Test
  void unplace_resultThatCouldNotBeWritten_countsInEachZoneAgain() {
    agent("n");
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    Unplaced late = new Unplaced(a, "n", NOW);
    ledger.place(late, NOW);

    ledger.unplace(late, NOW);

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(ledger.unplaced()).containsExactly(late);
  }

  @Test
  void unplace_podThatHasAResultByNow_keepsIt() {
    agent("n");
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    Unplaced late = new Unplaced(a, "n", NOW);
    ledger.place(late, NOW);
    put(named("a", pod(4, GI, List.of(share(1, amounts(4_000, GI))))), "n");

    ledger.unplace(late, NOW);

    assertFreeCpus("n", 8_000, 2_000);
    assertThat(ledger.unplaced()).isEmpty();
  }

  @Test
  void put_newsFromBeforeItsPlacing_keepsWhatWasChosen() {
    agent("n");
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    ledger.place(new Unplaced(a, "n", NOW), NOW);

    put(a, "n");

    assertFreeCpus("n", 4_000, 6_000);
    assertThat(ledger.unplaced()).isEmpty();
  }

  @Test
  void put_resultTakenAway_countsInEachZone() {
    agent("n");
    put(named("a", pod(4, GI, List.of(share(0, amounts(4_000, GI))))), "n");

    put(named("a", pod(4, GI)), "n");

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(ledger.unplaced()).hasSize(1);
  }

  // Both kinds.

  @Test
  void put_bothKinds_countsTheAgentsIfThereIsAnAgent() {
    kubelet("n", "");
    agent("n");
    assertThat(ledger.zones("n").orElseThrow().hasAgent()).isTrue();

    ledger.remove(Kind.CRANE, "n", NOW);
    assertThat(ledger.zones("n").orElseThrow().hasAgent()).isFalse();

    ledger.remove(Kind.COMMUNITY, "n", NOW);
    assertThat(ledger.zones("n")).isEmpty();
    assertThat(ledger.isEmpty()).isTrue();
  }

  @Test
  void put_bothKindsAndNoAgent_countsTheKubelets() {
    kubelet("n", "");
    ledger.put(
        Zoned.topology(
            "n",
            Kind.CRANE,
            CpuBinding.KUBELET,
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            ZONES,
            Map.of()),
        NOW);

    assertThat(ledger.zones("n").orElseThrow().topology().kind()).isEqualTo(Kind.COMMUNITY);
  }

  @Test
  void unreadable_agentsTopologyBesideTheKubelets_isMissing() {
    kubelet("n", "");
    ledger.unreadable(Kind.CRANE, "n", NOW);

    assertThat(fit("a", pod(4, GI), "n")).isEqualTo(ZoneFit.MISSING);

    ledger.remove(Kind.CRANE, "n", NOW);
    assertThat(fit("a", pod(4, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
  }

  @Test
  void unreadable_kubeletsTopologyBesideTheAgents_isNotNeeded() {
    agent("n");
    ledger.unreadable(Kind.COMMUNITY, "n", NOW);

    assertThat(fit("a", pod(4, GI), "n")).isInstanceOf(ZoneFit.Placed.class);
  }

  // Nodes without an agent.

  @Test
  void put_podWithAResultOnANodeWithoutAgent_countsInEachZone() {
    ledger.put(
        Zoned.topology(
            "n",
            Kind.COMMUNITY,
            CpuBinding.KUBELET,
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            ZONES,
            Map.of()),
        NOW);

    put(named("a", pod(4, GI, List.of(share(1, amounts(4_000, GI))))), "n");

    assertThat(freeCpus("n", "node0")).isEqualTo(4_000);
    assertThat(freeCpus("n", "node1")).isEqualTo(2_000);
  }

  @Test
  void put_podThatWasForetold_countsWhereItWasForetold() {
    kubelet("n", "");
    Pod a = named("a", pod(4, GI));
    var chosen = (Assumption.Chosen) ledger.assume(a, "n", NOW);
    assertThat(chosen.needsResult()).isFalse();

    put(a, "n");
    put(a, "n");

    assertFreeCpus("n", 4_000, 6_000);
    assertThat(ledger.unplaced()).isEmpty();
  }

  @Test
  void put_agentOnANodeThatHadNone_countsForetoldPodsInEachZone() {
    kubelet("n", "");
    Pod a = named("a", pod(4, GI));
    assumed(a, "n");
    put(a, "n");

    agent("n");

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(ledger.unplaced()).containsExactly(new Unplaced(a, "n", NOW));
  }

  @Test
  void unplaced_podThatIsAssumedWhenAnAgentComes_isNotListed() {
    kubelet("n", "");
    assumed(named("a", pod(4, GI)), "n");

    agent("n");

    assertFreeCpus("n", 4_000, 2_000);
    assertThat(ledger.unplaced()).isEmpty();
  }

  @Test
  void put_topologyWhoseFingerprintHolds_hasSeenThePods() {
    Pod a = named("a", pod(4, GI));
    Pod other = named("other", PodTopology.NONE);
    put(a, "n");
    put(other, "n");
    kubelet("n", fingerprint(a));
    assertFreeCpus("n", 4_000, 2_000);

    kubelet("n", fingerprint(a, other));

    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void put_podAfterTheFingerprintHeld_countsAndTheOthersDoNot() {
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    kubelet("n", fingerprint(a));

    put(named("b", pod(2, GI)), "n");

    assertFreeCpus("n", 6_000, 4_000);
  }

  @Test
  void assume_whileTheFingerprintHolds_isNotCovered() {
    Pod a = named("a", pod(4, GI));
    put(a, "n");
    kubelet("n", fingerprint(a));

    assumed(named("b", pod(2, GI)), "n");

    assertFreeCpus("n", 6_000, 6_000);
  }

  @Test
  void put_fingerprintOfExclusivePods_leavesOthersOut() {
    Pod a = named("a", pod(4, GI));
    var half = Zoned.container(new PodTopology.Builder(), Run.CONTAINER, 500, GI).build();
    put(a, "n");
    put(named("half", half), "n");
    put(named("none", PodTopology.NONE), "n");

    ledger.put(
        Zoned.topology(
            "n",
            Kind.COMMUNITY,
            CpuBinding.KUBELET,
            Alignment.SINGLE_NUMA_NODE,
            Scope.POD,
            Zoned.available(List.of(Zoned.cpus(8))),
            Map.of(
                "nodeTopologyPodsFingerprint",
                fingerprint(a),
                "nodeTopologyPodsFingerprintMethod",
                "with-exclusive-resources")),
        NOW);

    assertThat(freeCpus("n", "node-0")).isEqualTo(8_000);
  }

  @Test
  void remove_olderPodOfTheSameName_leavesTheNewOneInTheFingerprint() {
    Pod older = new Pod("1", "default", "web-0", pod(4, GI));
    Pod newer = new Pod("2", "default", "web-0", pod(4, GI));
    put(older, "n");
    put(newer, "n");
    ledger.remove(older, "n", NOW);

    kubelet("n", fingerprint(newer));

    assertFreeCpus("n", 8_000, 6_000);
  }

  @Test
  void expire_podThatNoFingerprintCovers_countsForFiveMinutes() {
    kubelet("n", "");
    put(named("a", pod(4, GI)), "n");
    assertFreeCpus("n", 4_000, 2_000);

    ledger.expire(NOW + 299_999);
    assertFreeCpus("n", 4_000, 2_000);

    ledger.expire(NOW + 300_000);
    assertFreeCpus("n", 8_000, 6_000);
  }

  // The end.

  @Test
  void remove_everything_leavesALedgerAsNew() {
    agent("n");
    kubelet("m", "");
    ledger.unreadable(Kind.CRANE, "x", NOW);
    ledger.aware("y", Optional.of(true), NOW);
    ledger.offer("c", pod(1, GI), Set.of("n", "m"), NOW);
    assumed(named("a", pod(4, GI)), "n");
    put(named("b", pod(2, GI)), "m");
    put(named("d", PodTopology.NONE), "z");

    ledger.remove(named("a", pod(4, GI)), "n", NOW);
    ledger.remove(named("b", pod(2, GI)), "m", NOW);
    ledger.remove(named("c", pod(1, GI)), "", NOW);
    ledger.remove(named("d", PodTopology.NONE), "z", NOW);
    ledger.remove(Kind.CRANE, "n", NOW);
    ledger.remove(Kind.COMMUNITY, "m", NOW);
    ledger.remove(Kind.CRANE, "x", NOW);
    assertThat(ledger.isEmpty()).isFalse();
    ledger.aware("y", Optional.empty(), NOW);

    assertThat(ledger.isEmpty()).isTrue();
  }

  @Test
  void remove_topologyThatNeverWas_leavesALedgerAsNew() {
    ledger.remove(Kind.CRANE, "n", NOW);
    ledger.forget("a", "n", NOW);
    ledger.expire(NOW);

    assertThat(ledger.isEmpty()).isTrue();
    assertThat(fit("a", pod(4, GI), "n")).isEqualTo(ZoneFit.UNBOUND);
  }
}

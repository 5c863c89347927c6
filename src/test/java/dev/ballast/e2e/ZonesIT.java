package dev.ballast.e2e;

import static dev.ballast.e2e.ZoneCluster.RING;
import static dev.ballast.e2e.ZoneCluster.SUB_NUMA;
import static dev.ballast.e2e.ZoneCluster.TWO_SOCKETS;
import static dev.ballast.e2e.ZoneCluster.node;
import static dev.ballast.e2e.ZoneCluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.ZoneJudge;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.PodTopology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stock kube-scheduler places pods in zones of nodes where crane's agent would bind them: Ballast
 * chooses the zones and writes them with the binding. There are no agents here; what they would
 * read is looked at.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ZonesIT {
  private static final String ONE_ZONE = "SingleNUMANodePodLevel";
  private static final String ANY_ZONES = "None";
  private static final String NODE = node(0);
  private static final String OTHER = node(1);
  private static final Duration SOON = ZoneCluster.SOON;

  private ZoneCluster zones;
  private BallastProcess extender;

  @BeforeAll
  void startEverything() {
    zones = ZoneCluster.up(4);
    zones.schedule(zones.binder(true));
    zones.define(Kind.CRANE);
    extender = zones.extender(true, "");
  }

  @AfterAll
  void stopEverything() {
    Closing.all(extender, zones);
  }

  @AfterEach
  void clear() {
    zones.clear(extender);
  }

  /** Starts the extender again with other rules. */
  private void restart(String topology) {
    extender.stop();
    extender = zones.extender(true, topology);
  }

  private static int sum(Map<String, Integer> cpus) {
    return cpus.values().stream().mapToInt(Integer::intValue).sum();
  }

  // --- which zones -----------------------------------------------------------------------------

  @Test
  void place_awareByItsAnnotation_getsOneZoneEach() {
    zones.crane(NODE, RING, ANY_ZONES);
    zones.awaitTopologies();
    var got = new TreeMap<String, Integer>();
    for (int i = 0; i < 4; i++) {
      zones.create(pod("aware-" + i, NODE, "3").aware(true));
    }
    for (int i = 0; i < 4; i++) {
      var placed = zones.awaitPlaced("aware-" + i);
      assertThat(placed.values()).containsExactly(3);
      got.putAll(placed);
    }
    assertThat(got.keySet()).containsExactly("node0", "node1", "node2", "node3");
    zones.create(pod("fifth", NODE, "2").aware(true));
    zones.awaitRefused("fifth", ZoneJudge.SHORT);
  }

  @Test
  void place_nodesLabelSaysOneZone_holdsForPodsThatSayNothing() {
    zones.crane(NODE, RING, ANY_ZONES);
    zones.awaitTopologies();
    zones.create(pod("wide", NODE, "5"));
    assertThat(zones.awaitPlaced("wide")).hasSize(2);
    String label = PodTopology.AWARENESS;
    zones.cluster().kubectl("label", "node", NODE, label + "=true").orFail("label");
    try {
      zones.awaitNodes(extender);
      zones.create(pod("large", NODE, "5"), pod("small", NODE, "3"));
      zones.awaitRefused("large", ZoneJudge.TOO_LARGE);
      assertThat(zones.awaitPlaced("small")).hasSize(1);
      zones.create(pod("says", NODE, "5").aware(false));
      assertThat(zones.awaitPlaced("says")).hasSize(2);
    } finally {
      zones.cluster().kubectl("label", "node", NODE, label + "-").orFail("label");
      zones.awaitNodes(extender);
    }
  }

  @Test
  void place_topologySaysOneZone_holdsForPodsThatSayNothing() {
    zones.crane(NODE, RING, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("large", NODE, "5"), pod("small", NODE, "4"));
    zones.awaitRefused("large", ZoneJudge.TOO_LARGE);
    assertThat(zones.awaitPlaced("small").values()).containsExactly(4);
    zones.create(pod("says", NODE, "5").aware(false));
    assertThat(zones.awaitPlaced("says")).hasSize(2);
  }

  @Test
  void place_needsTwoZones_getsTheClosestPair() {
    zones.crane(NODE, SUB_NUMA, ANY_ZONES);
    zones.crane(OTHER, RING, ANY_ZONES);
    zones.awaitTopologies();
    zones.create(pod("first", NODE, "8"), pod("ring", OTHER, "7"));
    var first = zones.awaitPlaced("first");
    zones.create(pod("second", NODE, "7"));
    var second = zones.awaitPlaced("second");
    assertThat(List.of(first.keySet(), second.keySet()))
        .extracting(List::copyOf)
        .containsExactlyInAnyOrder(List.of("node0", "node1"), List.of("node2", "node3"));
    assertThat(first.values()).containsExactly(4, 4);
    assertThat(sum(second)).isEqualTo(7);

    var ring = zones.awaitPlaced("ring");
    assertThat(ring).hasSize(2);
    assertThat(sum(ring)).isEqualTo(7);
    var pair = List.copyOf(ring.keySet());
    int distance = Math.abs(pair.get(0).charAt(4) - pair.get(1).charAt(4));
    assertThat(distance).as("neighbours, not opposite ones: %s", pair).isNotEqualTo(2);
  }

  @Test
  void place_oneSocketHasLess_pairOfTheOtherIsTaken() {
    zones.crane(NODE, SUB_NUMA, ANY_ZONES);
    zones.awaitTopologies();
    zones.create(pod("filler", NODE, "2").aware(true));
    String taken = zones.awaitPlaced("filler").firstKey();
    zones.create(pod("pair", NODE, "6"));
    var pair = zones.awaitPlaced("pair");
    assertThat(pair).hasSize(2).doesNotContainKey(taken);
    assertThat(sum(pair)).isEqualTo(6);
    zones.create(pod("rest", NODE, "8"));
    var rest = zones.awaitPlaced("rest");
    assertThat(sum(rest)).isEqualTo(8);
    assertThat(rest).containsEntry(taken, 2);
  }

  @Test
  void place_manyAtOnce_noZoneIsGivenTwice() {
    zones.crane(NODE, RING, ANY_ZONES);
    zones.crane(OTHER, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    var pods = new ArrayList<ZoneCluster.Asking>();
    for (int i = 0; i < 16; i++) {
      pods.add(pod("many-" + i, "", "2").with(PodTopology.CPU_POLICY, "exclusive"));
    }
    zones.create(pods.toArray(ZoneCluster.Asking[]::new));
    var used = new TreeMap<String, Integer>();
    for (int i = 0; i < 16; i++) {
      String node = zones.awaitBound("many-" + i);
      zones
          .awaitPlaced("many-" + i)
          .forEach((zone, cpus) -> used.merge(node + " " + zone, cpus, Integer::sum));
    }
    assertThat(used)
        .containsOnly(
            Map.entry(NODE + " node0", 4),
            Map.entry(NODE + " node1", 4),
            Map.entry(NODE + " node2", 4),
            Map.entry(NODE + " node3", 4),
            Map.entry(OTHER + " node0", 8),
            Map.entry(OTHER + " node1", 8));
  }

  // --- annotations -----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"exclusive", "numa", "immovable"})
  void place_policyThatAsks_getsAResultAndAvoidsNodesWithoutTopology(String policy) {
    zones.create(pod("asks", NODE, "3").with(PodTopology.CPU_POLICY, policy));
    zones.awaitRefused("asks", ZoneJudge.MISSING);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.awaitBoundWaking("asks", NODE);
    assertThat(zones.awaitPlaced("asks").values()).containsExactly(3);
  }

  @Test
  void place_policyNone_getsNoResultAndIsNotCounted() {
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("none", NODE, "4").with(PodTopology.CPU_POLICY, "none"));
    zones.awaitBoundWithoutResult("none");
    zones.create(pod("left", NODE, "6"), pod("right", NODE, "6"));
    assertThat(zones.awaitPlaced("left")).hasSize(1);
    assertThat(zones.awaitPlaced("right")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({PodTopology.CPU_POLICY + ",exclusiv", PodTopology.AWARENESS + ",yes"})
  void place_unknownText_countsAsAbsentAndIsTold(String annotation, String text) {
    zones.crane(NODE, TWO_SOCKETS, ANY_ZONES);
    zones.awaitTopologies();
    zones.create(pod("misspelt", NODE, "10").with(annotation, text));
    assertThat(zones.awaitPlaced("misspelt")).hasSize(2);
    Await.until(
        "told",
        SOON,
        () ->
            zones.events("misspelt", "UnreadableTopologyAnnotation").stream()
                .anyMatch(note -> note.contains(annotation + " is \"" + text + "\"")));
    Await.until(
        "explained",
        SOON,
        () -> why("misspelt").contains(annotation + " is \"" + text + "\": it counts as if"));
  }

  private String why(String pod) {
    return Shell.run(
            Shell.ROOT,
            Launcher.environment(""),
            Duration.ofMinutes(1),
            List.of(
                Launcher.PROGRAM,
                "why",
                "default/" + pod,
                "--server",
                extender.url(),
                "--kubeconfig",
                zones.cluster().kubeconfig().toString()))
        .out();
  }

  @Test
  void place_limitIsNotItsRequest_asksForNothing() {
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("burst", NODE, "10").burstable(), pod("half", NODE, "2500m"));
    zones.awaitBoundWithoutResult("burst");
    zones.awaitBoundWithoutResult("half");
  }

  // --- fragments -------------------------------------------------------------------------------

  @Test
  void place_twoFreeInEachOfFourZones_awareIsRefusedOthersLieOverAll() {
    zones.crane(NODE, RING, ANY_ZONES);
    zones.awaitTopologies();
    for (int i = 0; i < 4; i++) {
      zones.create(pod("filler-" + i, NODE, "2").aware(true));
    }
    var used = new TreeMap<String, Integer>();
    for (int i = 0; i < 4; i++) {
      zones
          .awaitPlaced("filler-" + i)
          .forEach((zone, cpus) -> used.merge(zone, cpus, Integer::sum));
    }
    assertThat(used.values()).containsExactly(2, 2, 2, 2);

    zones.create(pod("aware", NODE, "4").aware(true));
    zones.awaitRefused("aware", "1 " + ZoneJudge.SHORT);
    Await.until(
        "told",
        SOON,
        () ->
            zones.events("aware", "FailedScheduling").stream()
                .anyMatch(note -> note.contains("node(s) had insufficient resource of NUMA node")));
    assertThat(why("aware")).contains("Zones that do not fit it").contains(ZoneJudge.SHORT);
    zones.create(pod("wide", NODE, "8"));
    assertThat(zones.awaitPlaced("wide"))
        .isEqualTo(new TreeMap<>(Map.of("node0", 2, "node1", 2, "node2", 2, "node3", 2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mostFree", "leastFree"})
  void place_byPreference_zoneAndNodeAreChosen(String prefer) {
    restart("prefer: " + prefer);
    try {
      for (int i = 0; i < 4; i++) {
        zones.crane(node(i), TWO_SOCKETS, ONE_ZONE);
      }
      zones.awaitTopologies();
      zones.create(pod("filler", NODE, "4"));
      String used = zones.awaitPlaced("filler").firstKey();
      zones.create(pod("zone", NODE, "2"));
      boolean fills = zones.awaitPlaced("zone").containsKey(used);
      assertThat(fills).isEqualTo(prefer.equals("leastFree"));
      // Now 2 or 4 CPUs are free in the fullest zone: more than any other node has in use.
      zones.create(pod("node", "", "2"));
      boolean same = zones.awaitBound("node").equals(NODE);
      assertThat(same).isEqualTo(prefer.equals("leastFree"));
      assertThat(zones.awaitPlaced("node")).hasSize(1);
    } finally {
      restart("");
    }
  }

  // --- eviction --------------------------------------------------------------------------------

  private void priority(String name, int value) {
    zones.apply(
        """
        {"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","metadata":{"name":"%s"},
         "value":%d}
        """
            .formatted(name, value));
  }

  private List<String> leaving(Set<String> pods) {
    return pods.stream()
        .filter(name -> zones.pod(name).getMetadata().getDeletionTimestamp() != null)
        .toList();
  }

  @Test
  void preempt_nodeIsFull_zoneOfTheVictimIsTakenWhenItIsGone() {
    priority("high", 1000);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("low-0", NODE, "8"), pod("low-1", NODE, "8"));
    var low = Map.of("low-0", zones.awaitPlaced("low-0"), "low-1", zones.awaitPlaced("low-1"));
    zones.create(pod("high", NODE, "8").priority("high"));
    Await.until(
        "nominated", SOON, () -> NODE.equals(zones.pod("high").getStatus().getNominatedNodeName()));
    Await.until("a victim", SOON, () -> !leaving(low.keySet()).isEmpty()); // after the nomination
    var victims = leaving(low.keySet());
    assertThat(victims).hasSize(1);
    zones.wake(NODE);
    assertThat(zones.nodeOf("high")).as("the victim still runs").isEmpty();
    zones.delete(victims.get(0));
    zones.awaitBound("high");
    assertThat(zones.awaitPlaced("high")).isEqualTo(low.get(victims.get(0)));
  }

  /** kube-scheduler evicts for what its own filters refuse, and these know of no zones. */
  @Test
  void preempt_onlyTheZonesAreFull_nothingIsEvicted() {
    priority("high", 1000);
    zones.crane(NODE, RING, ONE_ZONE);
    zones.awaitTopologies();
    for (int i = 0; i < 4; i++) {
      zones.create(pod("low-" + i, NODE, "2"));
    }
    for (int i = 0; i < 4; i++) {
      assertThat(zones.awaitPlaced("low-" + i)).hasSize(1);
    }
    zones.create(pod("high", NODE, "4").priority("high"));
    zones.awaitRefused("high", ZoneJudge.SHORT);
    for (int i = 0; i < 4; i++) {
      assertThat(zones.pod("low-" + i).getMetadata().getDeletionTimestamp()).isNull();
    }
    zones.delete("low-2");
    assertThat(zones.awaitPlaced("high").values()).containsExactly(4);
  }

  // --- what is not there -----------------------------------------------------------------------

  @Test
  void place_kubeletBindsCpus_passesWithoutAResult() {
    zones.apply(ZoneCluster.craneObject(NODE, TWO_SOCKETS, "None", ONE_ZONE));
    zones.awaitTopologies();
    zones.create(pod("asks", NODE, "10").aware(true));
    zones.awaitBoundWithoutResult("asks");
  }

  @Test
  void place_kubeletBindsCpusAndNoZonesAreTold_passesWithoutAResult() {
    zones.apply(
        """
        {"apiVersion":"topology.crane.io/v1alpha1","kind":"NodeResourceTopology",
         "metadata":{"name":"%s"},
         "craneManagerPolicy":{"cpuManagerPolicy":"None","topologyManagerPolicy":"None"}}
        """
            .formatted(NODE));
    zones.awaitTopologies();
    zones.create(pod("asks", NODE, "10").aware(true));
    zones.awaitBoundWithoutResult("asks");
  }

  @Test
  void place_kindInstalledLater_isNoticed() {
    extender.stop();
    zones.undefine(Kind.CRANE);
    extender = zones.extender(true, "");
    zones.create(pod("early", NODE, "2").aware(true), pod("plain", NODE, "2"));
    zones.awaitRefused("early", ZoneJudge.MISSING);
    zones.awaitBoundWithoutResult("plain");
    zones.define(Kind.CRANE);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.awaitBoundWaking("early", NODE);
    assertThat(zones.awaitPlaced("early").values()).containsExactly(2);

    zones.undefine(Kind.CRANE);
    Await.until("unknown again", SOON, () -> !zones.knows(NODE));
    zones.define(Kind.CRANE);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("late", NODE, "6").aware(true));
    assertThat(zones.awaitPlaced("late").values()).containsExactly(6);
  }

  @Test
  void place_podsRunWithoutAResult_countInEachZone() {
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("runs-0", NODE, "3").bound(), pod("runs-1", NODE, "3").bound());
    zones.awaitPods(extender);
    zones.create(pod("large", NODE, "4"), pod("small", NODE, "2"));
    zones.awaitRefused("large", ZoneJudge.SHORT);
    assertThat(zones.awaitPlaced("small").values()).containsExactly(2);
    assertThat(extender.metric("ballast_topology_unplaced_pods", "")).isEqualTo(2);
    zones.delete("runs-0");
    zones.delete("runs-1");
    zones.awaitBoundWaking("large", NODE);
    assertThat(zones.awaitPlaced("large").values()).containsExactly(4);
  }

  // --- what is wrong ---------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"name\":\"node1\",\"type\"|\"name\":\"node0\",\"type\"|zones[1].name is \"node0\"",
        "\"capacity\":{\"cpu\":\"8\"|\"capacity\":{\"cpu\":\"-8\"|zones[0].resources.capacity.cpu",
        "\"capacity\"|\"reservedCPUNums\":-1,\"capacity\"|zones[0].resources.reservedCPUNums is -1",
        "\"name\":\"node0\",\"type\"|\"name\":\"\",\"type\"|zones[0].name is \"\"",
        "\"type\":\"Node\"|\"type\":\"Socket\"|zones has none of type Node with an amount of cpu",
        "\"cpu\":|\"example.org/gpu\":|zones has none of type Node with an amount of cpu",
      })
  void place_objectIsMalformed_nodeCountsAsWithoutTopologyAndIsTold(
      String from, String to, String said) {
    String good = ZoneCluster.craneObject(NODE, TWO_SOCKETS, "Static", ONE_ZONE);
    assertThat(good).contains(from);
    int before = extender.log().length();
    zones.apply(good.replace(from, to));
    zones.crane(OTHER, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    assertThat(extender.log().substring(before).lines())
        .as(said)
        .anyMatch(
            line ->
                line.contains("WARN")
                    && line.contains("NodeResourceTopology " + NODE + " of topology.crane.io")
                    && line.contains(said));
    zones.create(
        pod("asks", NODE, "2").aware(true),
        pod("plain", NODE, "2").burstable(),
        pod("other", OTHER, "2").aware(true));
    zones.awaitRefused("asks", ZoneJudge.MISSING);
    zones.awaitBoundWithoutResult("plain");
    assertThat(zones.awaitPlaced("other").values()).containsExactly(2);
    zones.apply(good);
    zones.awaitTopologies();
    zones.awaitBoundWaking("asks", NODE);
    assertThat(zones.awaitPlaced("asks").values()).containsExactly(2);
  }

  // --- the verb --------------------------------------------------------------------------------

  @Test
  void bind_zonesAreFull_isRefusedAndNothingIsWritten() {
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.cluster().stop("scheduler-ballast");
    try {
      zones.create(pod("a", NODE, "8"), pod("b", NODE, "8"), pod("c", NODE, "1"));
      assertThat(bind("a")).isEqualTo("{\"Error\":\"\"}");
      assertThat(bind("b")).isEqualTo("{\"Error\":\"\"}");
      assertThat(bind("c")).contains("the zones of node node-000 have no room left for the pod");
      assertThat(zones.nodeOf("c")).isEmpty();
      assertThat(List.of(zones.awaitPlaced("a").firstKey(), zones.awaitPlaced("b").firstKey()))
          .containsExactlyInAnyOrder("node0", "node1");
      assertThat(bind("a")).as("a second time").contains("already");
      zones.delete("a");
      Await.until("room again", SOON, () -> bind("c").equals("{\"Error\":\"\"}"));
      assertThat(zones.awaitPlaced("c").values()).containsExactly(1);
    } finally {
      zones.cluster().start("scheduler-ballast");
    }
  }

  /** Calls the verb as kube-scheduler does. */
  private String bind(String pod) {
    return zones
        .cluster()
        .postTo(
            "http://127.0.0.1:" + zones.cluster().extenderPort() + "/v1/bind",
            "{\"PodName\":\"%s\",\"PodNamespace\":\"default\",\"PodUID\":\"%s\",\"Node\":\"%s\"}"
                .formatted(pod, zones.pod(pod).getMetadata().getUid(), NODE));
  }
}

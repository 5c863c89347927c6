package dev.ballast.e2e;

import static dev.ballast.e2e.ZoneCluster.RING;
import static dev.ballast.e2e.ZoneCluster.TWO_SOCKETS;
import static dev.ballast.e2e.ZoneCluster.communityObject;
import static dev.ballast.e2e.ZoneCluster.node;
import static dev.ballast.e2e.ZoneCluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.ZoneJudge;
import dev.ballast.topology.Fingerprints;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
 * A stock kube-scheduler and nodes whose kubelet aligns pods itself: Ballast keeps pods away from
 * nodes that would not admit them, by what the community's kind of topology says is available and
 * by the pods that came after it was made.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class CommunityZonesIT {
  private static final String NODE = node(0);
  private static final String OTHER = node(1);

  private ZoneCluster zones;
  private BallastProcess extender;

  @BeforeAll
  void startEverything() {
    zones = ZoneCluster.up(4);
    zones.schedule(zones.binder(true));
    extender = zones.extender(true, ""); // before there is the kind
    zones.define(Kind.COMMUNITY);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(extender, zones);
  }

  @AfterEach
  void clear() {
    zones.clear(extender);
  }

  private static List<String> aligned(String policy, String scope) {
    return List.of("topologyManagerPolicy", policy, "topologyManagerScope", scope);
  }

  /**
   * The attributes of a node that aligns strictly, whose topology was made when these were there.
   */
  private static List<String> seen(String... pods) {
    return Stream.concat(
            aligned("single-numa-node", "container").stream(),
            Stream.of(
                "nodeTopologyPodsFingerprint",
                Fingerprints.of("default", List.of(pods)),
                "nodeTopologyPodsFingerprintMethod",
                "all"))
        .toList();
  }

  private void publish(String object) {
    zones.apply(object);
    zones.awaitTopologies();
  }

  // --- what is available -----------------------------------------------------------------------

  @Test
  void place_scopeOfContainers_eachContainerNeedsAZone() {
    publish(communityObject(NODE, TWO_SOCKETS, aligned("single-numa-node", "container"), 7, 6));
    zones.create(pod("three", NODE, "5").containers(3).guaranteed());
    zones.awaitRefused("three", ZoneJudge.TOO_LARGE); // two zones of 8, whoever is there
    zones.create(pod("large", NODE, "7").containers(2).guaranteed());
    zones.awaitRefused("large", ZoneJudge.SHORT);
    zones.create(pod("two", NODE, "5").containers(2).guaranteed());
    zones.awaitBoundWithoutResult("two");
  }

  @Test
  void place_scopeOfPods_wholePodNeedsAZone() {
    publish(communityObject(NODE, TWO_SOCKETS, aligned("single-numa-node", "pod"), 7, 6));
    zones.create(pod("two", NODE, "4").containers(2).guaranteed());
    zones.awaitRefused("two", ZoneJudge.SHORT);
    zones.create(pod("small", NODE, "3").containers(2).guaranteed());
    zones.awaitBoundWithoutResult("small");
  }

  @Test
  void place_fewerAvailableThanAllocatable_isJudgedByWhatIsAvailable() {
    zones.apply(communityObject(NODE, RING, aligned("single-numa-node", "container"), 1, 1, 2, 1));
    publish(communityObject(OTHER, RING, aligned("single-numa-node", "container"), 1, 1, 1, 3));
    zones.create(pod("anywhere", "", "3").guaranteed(), pod("here", NODE, "3").guaranteed());
    zones.awaitRefused("here", ZoneJudge.SHORT);
    // Nodes without a topology do for a pod that does not ask for one by its annotations.
    assertThat(zones.awaitBound("anywhere")).isNotEqualTo(NODE);
    zones.create(pod("fits", NODE, "2").guaranteed());
    zones.awaitBoundWithoutResult("fits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"restricted", "best-effort", "none"})
  void place_policyMayAdmit_passes(String policy) {
    publish(communityObject(NODE, TWO_SOCKETS, aligned(policy, "container"), 1, 1));
    zones.create(pod("asks", NODE, "8").guaranteed());
    zones.awaitBoundWithoutResult("asks");
  }

  @Test
  void place_podsThatNobodyAligns_pass() {
    publish(communityObject(NODE, TWO_SOCKETS, seen(), 1, 1));
    zones.create(
        pod("burstable", NODE, "4").burstable(),
        pod("limited", NODE, "4"), // of memory it has no limit
        pod("shared", NODE, "3500m").guaranteed());
    zones.awaitBoundWithoutResult("burstable");
    zones.awaitBoundWithoutResult("limited");
    zones.awaitBoundWithoutResult("shared");
  }

  @Test
  void place_awareAnnotation_nodesWithoutTopologyAreAvoided() {
    publish(communityObject(NODE, TWO_SOCKETS, seen(), 8, 8));
    zones.create(pod("asks", OTHER, "2").guaranteed().aware(true));
    zones.awaitRefused("asks", ZoneJudge.MISSING);
    zones.create(pod("fits", "", "2").guaranteed().aware(true));
    assertThat(zones.awaitBound("fits")).isEqualTo(NODE);
  }

  // --- what came afterwards --------------------------------------------------------------------

  @Test
  void place_podsAfterTheReport_countUntilOneHasSeenThem() {
    publish(communityObject(NODE, TWO_SOCKETS, seen(), 8, 8));
    zones.create(pod("first", NODE, "5").guaranteed());
    zones.awaitBoundWithoutResult("first");
    zones.create(pod("second", NODE, "5").guaranteed());
    zones.awaitBoundWithoutResult("second");
    zones.create(pod("third", NODE, "4").guaranteed());
    zones.awaitRefused("third", ZoneJudge.SHORT);

    // Of the first alone: by that nobody can tell what is in it, so both count on.
    publish(communityObject(NODE, TWO_SOCKETS, seen("first"), 3, 8));
    zones.create(pod("fourth", NODE, "4").guaranteed());
    zones.awaitRefused("fourth", ZoneJudge.SHORT);

    publish(communityObject(NODE, TWO_SOCKETS, seen("second", "first"), 3, 3));
    zones.create(pod("fifth", NODE, "2").guaranteed());
    zones.awaitBoundWithoutResult("fifth");
    // What has been seen once stays seen, though the fingerprint is an old one by now.
    zones.create(pod("last", NODE, "2").guaranteed());
    zones.awaitBoundWithoutResult("last");
    zones.create(pod("more", NODE, "2").guaranteed());
    zones.awaitRefused("more", ZoneJudge.SHORT);
  }

  @Test
  void place_manyAtOnceAfterAnOldReport_noZoneIsGivenTwice() {
    publish(communityObject(NODE, RING, seen(), 4, 4, 4, 4));
    zones.create(pod("before", NODE, "1").guaranteed());
    zones.awaitBoundWithoutResult("before"); // and nobody publishes that
    var names = new ArrayList<String>();
    for (int i = 0; i < 6; i++) {
      names.add("many-" + i);
      zones.create(pod("many-" + i, NODE, "3").guaranteed());
    }
    // A zone for each: the lowest holds the first pod beside one of them.
    Await.until(
        "four are bound, the others refused",
        ZoneCluster.SOON,
        () -> {
          var bound = names.stream().filter(name -> !zones.nodeOf(name).isEmpty()).toList();
          assertThat(bound).hasSizeLessThanOrEqualTo(4);
          zones.wake(NODE);
          return bound.size() == 4
              && names.stream().allMatch(name -> bound.contains(name) || zones.isRefused(name));
        });
  }

  @Test
  void place_boundByOthersAfterTheReport_countInEachZone() {
    publish(communityObject(NODE, TWO_SOCKETS, seen(), 8, 8));
    zones.create(pod("other", NODE, "4").guaranteed().bound());
    zones.awaitPods(extender);
    zones.create(pod("large", NODE, "5").guaranteed());
    zones.awaitRefused("large", ZoneJudge.SHORT);
    zones.create(pod("small", NODE, "4").guaranteed());
    zones.awaitBoundWithoutResult("small");
    publish(communityObject(NODE, TWO_SOCKETS, seen("other", "small"), 4, 4));
    zones.create(pod("next", NODE, "4").guaranteed());
    zones.awaitBoundWithoutResult("next");
  }

  @Test
  void place_podEnds_itsZoneIsFreeWhenAReportSaysSo() {
    publish(communityObject(NODE, TWO_SOCKETS, seen(), 8, 8));
    zones.create(pod("first", NODE, "8").guaranteed(), pod("second", NODE, "8").guaranteed());
    zones.awaitBoundWithoutResult("first");
    zones.awaitBoundWithoutResult("second");
    publish(communityObject(NODE, TWO_SOCKETS, seen("first", "second"), 0, 0));
    zones.delete("first");
    zones.create(pod("next", NODE, "8").guaranteed());
    zones.awaitRefused("next", ZoneJudge.SHORT);
    publish(communityObject(NODE, TWO_SOCKETS, seen("second"), 8, 0));
    zones.awaitBoundWaking("next", NODE);
  }

  @Test
  void place_extenderStartsAgain_allCountUntilTheNextReport() {
    publish(communityObject(NODE, TWO_SOCKETS, seen("old"), 8, 2));
    zones.create(pod("old", NODE, "6").guaranteed().bound());
    zones.awaitPods(extender);
    zones.create(pod("new", NODE, "6").guaranteed());
    zones.awaitBoundWithoutResult("new");
    extender.stop();
    extender = zones.extender(true, "");
    zones.awaitPods(extender);
    // Nobody knows any more what the report has seen, and which zone was foretold: all count in
    // each.
    zones.create(pod("small", NODE, "2").guaranteed());
    zones.awaitRefused("small", ZoneJudge.SHORT);
    publish(communityObject(NODE, TWO_SOCKETS, seen("old", "new"), 2, 2));
    zones.awaitBoundWaking("small", NODE);
  }

  @Test
  void place_bothKindsTellOfANode_agentsCountsWhereOneBinds() {
    zones.define(Kind.CRANE);
    try {
      zones.apply(communityObject(NODE, TWO_SOCKETS, seen(), 1, 1));
      zones.crane(NODE, TWO_SOCKETS, "None");
      zones.awaitTopologies();
      zones.create(pod("agents", NODE, "4").guaranteed());
      assertThat(zones.awaitPlaced("agents").values()).containsExactly(4);
      publish(ZoneCluster.craneObject(NODE, TWO_SOCKETS, "None", "None"));
      zones.create(pod("kubelets", NODE, "4").guaranteed());
      zones.awaitRefused("kubelets", ZoneJudge.SHORT);
    } finally {
      zones.undefine(Kind.CRANE);
    }
  }

  /** By an example in the tests of the library that publishers use. */
  @Test
  void fingerprint_ofTheLibrarysExample_isItsOwn() {
    assertThat(Fingerprints.ofExample()).isEqualTo("pfp0v001b92008c14168b3a6");
  }

  // --- what is wrong ---------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "single-numa-node|strict|attribute topologyManagerPolicy is \"strict\"",
        "\"container\"|\"thread\"|attribute topologyManagerScope is \"thread\"",
        "\"name\":\"memory\"|\"name\":\"cpu\"|zones[0].resources[1].name is \"cpu\"",
        "\"available\":\"8\"|\"available\":\"-8\"|zones[0].resources[0].available",
        "\"available\":\"8\"|\"available\":\"many\"|zones[0].resources[0].available",
        "\"name\":\"node-1\",\"type\"|\"name\":\"node-0\",\"type\"|zones[1].name is \"node-0\"",
      })
  void place_objectIsMalformed_nodeCountsAsWithoutTopologyAndIsTold(
      String from, String to, String said) {
    String good =
        communityObject(NODE, TWO_SOCKETS, aligned("single-numa-node", "container"), 8, 8);
    assertThat(good).contains(from);
    int before = extender.log().length();
    zones.apply(communityObject(OTHER, TWO_SOCKETS, aligned("single-numa-node", "pod"), 2, 2));
    publish(good.replace(from, to));
    assertThat(extender.log().substring(before).lines())
        .as(said)
        .anyMatch(
            line ->
                line.contains("WARN")
                    && line.contains("NodeResourceTopology " + NODE + " of topology.node.k8s.io")
                    && line.contains(said));
    zones.create(
        pod("asks", NODE, "2").guaranteed().aware(true),
        pod("large", NODE, "10").guaranteed(), // as on any node that does not tell
        pod("other", OTHER, "3").guaranteed());
    zones.awaitRefused("asks", ZoneJudge.MISSING);
    zones.awaitBoundWithoutResult("large");
    zones.awaitRefused("other", ZoneJudge.SHORT);
  }

  @Test
  void place_noZonesAreTold_passes() {
    publish(
        """
        {"apiVersion":"topology.node.k8s.io/v1alpha2","kind":"NodeResourceTopology",
         "metadata":{"name":"%s"},"zones":[],
         "attributes":[{"name":"topologyManagerPolicy","value":"single-numa-node"}]}
        """
            .formatted(NODE));
    zones.create(pod("asks", NODE, "10").guaranteed().aware(true));
    zones.awaitBoundWithoutResult("asks");
  }
}

package dev.ballast.e2e;

import static dev.ballast.e2e.ZoneCluster.TWO_SOCKETS;
import static dev.ballast.e2e.ZoneCluster.node;
import static dev.ballast.e2e.ZoneCluster.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.ZoneJudge;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Pods that need a topology result where a stock kube-scheduler binds them itself: always, or
 * because Ballast is away or refuses.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ZonesWithoutBindIT {
  private static final String ONE_ZONE = "SingleNUMANodePodLevel";
  private static final String LATE = "lateResult: true";
  private static final String NODE = node(0);
  private static final String OTHER = node(1);

  private ZoneCluster zones;
  private @Nullable BallastProcess extender;
  private @Nullable BallastProcess annotator;

  @BeforeAll
  void startCluster() {
    zones = ZoneCluster.up(3);
    zones.define(Kind.CRANE);
  }

  @AfterEach
  void stopBallast() {
    if (annotator != null) {
      annotator.close();
      annotator = null;
    }
    if (extender != null) {
      zones.clear(extender);
      extender.close();
      extender = null;
    }
  }

  @AfterAll
  void stopCluster() {
    Closing.all(zones);
  }

  private BallastProcess start(boolean bind, String topology) {
    var started = zones.extender(bind, topology);
    extender = started;
    return started;
  }

  @Test
  void place_nobodyWritesResults_podsThatNeedOneAreRefused() {
    zones.schedule();
    start(false, "");
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.apply(ZoneCluster.craneObject(OTHER, TWO_SOCKETS, "None", ONE_ZONE));
    zones.awaitTopologies();
    zones.create(
        pod("needs", NODE, "2"), pod("plain", NODE, "2").burstable(), pod("moves", "", "2"));
    zones.awaitRefused("needs", ZoneJudge.NO_RESULT);
    zones.awaitBoundWithoutResult("plain");
    zones.awaitBoundWithoutResult("moves");
    assertThat(zones.nodeOf("moves")).isEqualTo(OTHER);
  }

  @Test
  void place_resultsMayComeLate_leadingAnnotatorWritesThemAndNoneOverlap() {
    zones.schedule();
    start(false, LATE);
    annotator = zones.annotator(LATE);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("first", NODE, "6"), pod("second", NODE, "6"));
    zones.awaitBoundWaking("first", NODE);
    zones.awaitBoundWaking("second", NODE);
    awaitResult("first");
    awaitResult("second");
    assertThat(List.of(zones.resultOf("first").firstKey(), zones.resultOf("second").firstKey()))
        .containsExactlyInAnyOrder("node0", "node1");
    assertThat(zones.resultOf("second").values()).containsExactly(6);
    zones.create(pod("third", NODE, "3"));
    zones.awaitRefused("third", ZoneJudge.SHORT);
    assertThat(annotator.metric("ballast_topology_late_results_total", "written")).isEqualTo(2);
  }

  private void awaitResult(String pod) {
    Await.until(pod + " has a result", ZoneCluster.SOON, () -> !zones.resultOf(pod).isEmpty());
  }

  @Test
  void place_boundWhereNoRoomIs_isToldAndGetsAResultWhenThereIs() {
    zones.schedule();
    start(false, LATE);
    annotator = zones.annotator(LATE);
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("first", NODE, "6").bound());
    awaitResult("first");
    zones.create(pod("second", NODE, "6").bound());
    awaitResult("second");
    zones.create(
        pod("late", NODE, "4").bound(), pod("others", NODE, "1").bound().scheduler(Pods.DEFAULT));
    Await.until(
        "told",
        ZoneCluster.SOON,
        () ->
            zones.events("late", "NoTopologyResult").stream()
                .anyMatch(note -> note.contains("no room left")));
    zones.delete("second");
    awaitResult("late");
    assertThat(zones.resultOf("late").firstKey()).isNotEqualTo(zones.resultOf("first").firstKey());
    assertThat(zones.resultOf("others")).as("not ours").isEmpty();
  }

  @Test
  void place_ballastIsAway_schedulerBindsAndTheResultComesLater() {
    zones.schedule(zones.binder(true));
    var away = start(true, "");
    annotator = zones.annotator("");
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("before", NODE, "5"));
    String taken = zones.awaitPlaced("before").firstKey();
    away.stop();
    zones.create(pod("meanwhile", NODE, "6"));
    zones.awaitBound("meanwhile");
    awaitResult("meanwhile");
    assertThat(zones.resultOf("meanwhile").firstKey()).isNotEqualTo(taken);
    away.start();
    away.awaitReady();
    zones.awaitPods(away);
    zones.create(pod("after", NODE, "3"));
    assertThat(zones.awaitPlaced("after").firstKey()).isEqualTo(taken);
  }

  @Test
  void bind_refusedAndIgnorable_schedulerBindsWithoutAResult() {
    zones.scheduleOnlyWith(zones.binder(true));
    var ballast = start(true, "");
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("first", NODE, "6"), pod("second", NODE, "6"));
    zones.awaitPlaced("first");
    zones.awaitPlaced("second");
    zones.create(pod("third", NODE, "3"));
    zones.awaitBoundWithoutResult("third");
    Await.until(
        "counted",
        ZoneCluster.SOON,
        () -> ballast.metric("ballast_topology_unplaced_pods", "") == 1);
  }

  @Test
  void bind_refusedAndNotIgnorable_podWaits() {
    zones.scheduleOnlyWith(zones.binder(false));
    var ballast = start(true, "");
    zones.crane(NODE, TWO_SOCKETS, ONE_ZONE);
    zones.awaitTopologies();
    zones.create(pod("first", NODE, "6"), pod("second", NODE, "6"));
    zones.awaitPlaced("first");
    String freed = zones.awaitPlaced("second").firstKey();
    zones.create(pod("third", NODE, "3"));
    Await.until(
        "refused",
        ZoneCluster.SOON,
        () -> ballast.metric("ballast_extender_bindings_total", "refused") > 0);
    assertThat(zones.nodeOf("third")).isEmpty();
    zones.delete("second");
    zones.awaitBound("third");
    assertThat(zones.awaitPlaced("third").firstKey()).isEqualTo(freed);
  }
}

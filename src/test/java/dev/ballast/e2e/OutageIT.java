package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.LoadAnnotations;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What breaks while pods arrive, and that every pod is scheduled all the same: 10 hot nodes
 * (node-00x), 20 cool ones (node-01x and node-02x), readings that live 30 s.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class OutageIT {
  private static final String HOT = "node-00";
  private static final Duration BURST = Duration.ofMinutes(3);
  private static final int METRICS = 3;

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;
  private Annotations annotations;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", "30");
    annotations = new Annotations(cluster);
    cluster.load("node-*", 0.1, 0.2);
    cluster.load("node-00*", 0.9, 0.3);
    Path policy = Setup.policy(cluster, "30s");
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, extender, cluster);
  }

  @BeforeEach
  void awaitFreshLoads() {
    annotations.await(Setup.MEAN, "node-00", 10, v -> v > 0.85);
    annotations.await(Setup.MEAN, "node-01", 10, v -> v < 0.15);
    annotations.await(Setup.MEAN, "node-02", 10, v -> v < 0.15);
    Await.until(
        "all readings fresh", Duration.ofMinutes(1), () -> readings("fresh") == 30 * METRICS);
    awaitJudging();
  }

  private void awaitJudging() {
    Await.until(
        "breaker closed",
        Duration.ofMinutes(1),
        () -> extender.metric("ballast_breaker_open", "") == 0);
  }

  /** What the extender says of its readings in a state, over all metrics and nodes. */
  private double readings(String state) {
    return extender.metric("ballast_readings", "state=\"" + state + "\"");
  }

  private Pods burst(String name, int count) {
    return Pods.create(cluster.admin(), name, count, Pods.OURS, "10m", "1Mi");
  }

  private static void tell(String what, int pods, Duration time) {
    System.out.printf(
        "%s: %d pods bound in %.1f s, %.1f pods/s%n",
        what, pods, time.toMillis() / 1e3, pods * 1e3 / time.toMillis());
  }

  @Test
  void serve_oneExporterStops_itsNodeIsStaleInAllMetricsAndTheOthersAreNot() {
    cluster.post("/down", "[\"node-005\"]");
    try {
      var time =
          Await.until("node-005 marked", Duration.ofMinutes(3), () -> carries("node-005", true));
      Await.until(
          "stale in all metrics", Duration.ofSeconds(10), () -> readings("stale") == METRICS);
      assertThat(readings("fresh")).isEqualTo(29 * METRICS);
      System.out.println(
          "stale in all metrics " + time.toSeconds() + " s after its exporter stopped");
    } finally {
      cluster.post("/up", "[\"node-005\"]");
    }
    Await.until("marker removed", Duration.ofMinutes(1), () -> carries("node-005", false));
  }

  private boolean carries(String node, boolean marker) {
    return annotations.of(node).containsKey(LoadAnnotations.STALE_SINCE) == marker;
  }

  @Test
  void serve_prometheusStops_readingsExpireNothingLooksIdleAndPodsAreScheduled() {
    cluster.stop("prometheus", "--signal", "KILL");
    try {
      Await.until("all stale", Duration.ofMinutes(1), () -> readings("stale") == 30 * METRICS);
      assertThat(annotations.readings(Setup.MEAN).values())
          .as("no reading was turned into another number")
          .hasSize(30)
          .allSatisfy(reading -> assertThat(reading.value()).isGreaterThan(0.05));
      // Each pod lowers the score of its node: of small ones, 32 land on one node after the other.
      var pods = Pods.create(cluster.admin(), "blindfold", 200, Pods.OURS, "400m", "1Mi");
      tell("without Prometheus", 200, pods.awaitBound(BURST));
      // Neither refused nor preferred: by requests alone, the 10 of 30 get about a third.
      assertThat(pods.shareOn(HOT)).isBetween(0.2, 0.5);
      pods.delete();
      assertThat(annotator.log())
          .contains("check that the url is right and can be reached from here");
    } finally {
      cluster.start("prometheus");
    }
  }

  @Test
  void serve_extenderKilledInABurst_everyPodIsScheduled() {
    var start = System.nanoTime();
    var pods = burst("killed", 300);
    Await.until("some bound", BURST, () -> pods.bound().size() >= 50);
    extender.kill();
    var more = burst("killed-more", 100);
    pods.awaitBound(BURST);
    more.awaitBound(BURST);
    tell("killed", 400, Duration.ofNanos(System.nanoTime() - start));
    extender.start();
    extender.awaitReady();
    pods.delete();
    more.delete();
    var after = burst("revived", 50);
    after.awaitBound(BURST);
    assertThat(after.shareOn(HOT)).as("decides again after its restart").isZero();
    after.delete();
  }

  @Test
  void serve_extenderFrozenForAMinuteInABurst_everyPodIsScheduledAndNothingIsStuck() {
    var pods = burst("frozen", 100);
    Await.until("some bound", BURST, () -> pods.bound().size() >= 30);
    extender.freeze();
    try {
      int before = pods.bound().size();
      var more = burst("frozen-more", 400);
      Await.pause(Duration.ofMinutes(1));
      int during = pods.bound().size() - before + more.bound().size();
      tell("frozen", during, Duration.ofMinutes(1));
      // Two timeouts of 200 ms a pod: 2.5 pods a second, less what the machine is slow.
      assertThat(during).isGreaterThan(60);
      extender.thaw();
      tell("thawed", 500 - before - during, more.awaitBound(BURST));
      pods.awaitBound(BURST);
      more.delete();
    } finally {
      extender.thaw();
    }
    pods.delete();
    // What it knew was a minute old when it came back, and the breaker takes its time to close.
    awaitJudging();
    var after = burst("thawed", 50);
    after.awaitBound(BURST);
    assertThat(after.shareOn(HOT)).isZero();
    after.delete();
    assertThat(extender.log()).doesNotContain("ERROR");
  }

  @Test
  void serve_apiServerAway_answersFromWhatItKnowsAndFollowsAgain() {
    cluster.stop("apiserver", "--signal", "KILL");
    Await.pause(Duration.ofSeconds(5));
    assertThat(extender.page("/readyz?verbose")).contains("[+]nodes 30 listed");
    cluster.start("apiserver");
    cluster.load("node-029", 0.97, 0.2);
    try {
      annotations.await(Setup.MEAN, "node-029", 1, v -> v > 0.9);
      Await.pause(Duration.ofSeconds(2));
      var pods = burst("followed", 100);
      pods.awaitBound(BURST);
      assertThat(pods.shareOn("node-029", HOT)).isZero();
      pods.delete();
    } finally {
      cluster.load("node-029", 0.1, 0.2);
    }
  }
}

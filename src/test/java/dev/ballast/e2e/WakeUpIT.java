package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A pod that was refused for load, in a cluster where nothing else happens: kube-scheduler tries it
 * again at an event and not before (its own check comes after 5 min), so what happens to nodes is
 * counted.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class WakeUpIT {
  private static final int NODES = 4;
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration LIFE = Duration.ofSeconds(60);

  /** Of the mean; what it holds of before a pause in the samples is gone after this time. */
  private static final Duration WINDOW = Duration.ofSeconds(35);

  private LocalCluster cluster;
  private Annotations annotations;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES));
    annotations = new Annotations(cluster);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(cluster);
  }

  private Path policy(String period, String staleAfter) {
    return Setup.file(
        cluster,
        "policy",
        """
        apiVersion: scheduling.ballast.dev/v1alpha1
        kind: DynamicSchedulerPolicy
        spec:
          clockTolerance: 0s
          syncPolicy:
          - {name: cpu_usage_avg_30s, period: %s, staleAfter: %s}
          predicate:
          - {name: cpu_usage_avg_30s, maxLimitPercent: 0.65}
          priority:
          - {name: cpu_usage_avg_30s, weight: 1}
          whenAllOverloaded: reject
          maxRefusedShare: 1
        """
            .formatted(period, staleAfter));
  }

  /** What all nodes carry, without the wake-ups. */
  private Map<String, Map<String, String>> withoutWakeUps() {
    var all = new HashMap<String, Map<String, String>>();
    annotations
        .all()
        .forEach(
            (node, texts) -> {
              var rest = new HashMap<>(texts);
              rest.remove(LoadAnnotations.ACCEPTING_SINCE);
              all.put(node, rest);
            });
    return all;
  }

  private long wokenNodes() {
    return annotations.all().values().stream()
        .filter(texts -> texts.containsKey(LoadAnnotations.ACCEPTING_SINCE))
        .count();
  }

  private void heatUp() {
    cluster.load("node-*", 0.9, 0.2);
    annotations.await(Setup.MEAN, "node-", NODES, v -> v > 0.8);
  }

  /** A pod that waits for load, as both processes know. */
  private Pods refusedPod(String name, BallastProcess extender, BallastProcess annotator) {
    // When all readings had expired the breaker opened, and it takes its time to close.
    for (var process : List.of(extender, annotator)) {
      Await.until(
          "breaker closed",
          Duration.ofMinutes(1),
          () -> process.metric("ballast_breaker_open", "") == 0);
    }
    // What is written is not known to the extender yet, and one answer would bind the pod.
    Await.until(
        "all nodes refused",
        Duration.ofSeconds(30),
        () -> extender.page("/v1/nodes").split("\"verdict\":\"refused\"", -1).length - 1 == NODES);
    var pods = Pods.create(cluster.admin(), name, 1, Pods.OURS, "10m", "1Mi");
    Await.until(
        "refused for load",
        Duration.ofSeconds(30),
        () -> {
          assertThat(pods.bound())
              .as(
                  "nodes with their readings: %s, decisions: %s",
                  annotations.all(), extender.page("/v1/decisions?limit=4&rows=1"))
              .isEmpty();
          return waiting(extender) == 1 && waiting(annotator) == 1;
        });
    return pods;
  }

  private static double waiting(BallastProcess process) {
    return process.metric("ballast_pods_waiting_for_load", "");
  }

  /** The end of the life of the reading that expires last, after which nothing is refused. */
  private Instant lastExpiry() {
    long newest =
        annotations.readings(Setup.MEAN).values().stream()
            .mapToLong(Measurement::epochMillis)
            .max()
            .orElseThrow();
    return Instant.ofEpochMilli(newest).plus(LIFE);
  }

  private static void pauseUntil(Instant time) {
    var left = Duration.between(Instant.now(), time);
    if (!left.isNegative()) {
      Await.pause(left);
    }
  }

  private static Duration boundAfter(Pods pods, Instant time) {
    Pod pod = pods.list().get(0);
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("True"))
        .map(c -> Duration.between(time, Instant.parse(c.getLastTransitionTime())))
        .findFirst()
        .orElseThrow();
  }

  /** Lets readings become the last ones, as Prometheus is away from now on. */
  private void stopMeasuring(BallastProcess annotator) {
    cluster.stop("prometheus", "--signal", "KILL");
    Await.until(
        "nothing more to write",
        Duration.ofSeconds(20),
        () -> annotator.metric("ballast_annotator_pending_patches", "") == 0);
  }

  @Test
  void serve_refusalEndsWithoutAnyWrite_podIsWokenAndWithoutTheAnnotatorItIsNot() {
    var policy = policy("3s", LIFE.toSeconds() + "s");
    try (var extender = Setup.extender(cluster, policy)) {
      // The control: nobody wakes the pod.
      try (var annotator = Setup.annotator(cluster, policy)) {
        heatUp();
        var asleep = refusedPod("asleep", extender, annotator);
        stopMeasuring(annotator);
        annotator.kill();
        var before = annotations.all();
        pauseUntil(lastExpiry().plus(SOON));
        assertThat(extender.metric("ballast_readings", "state=\"fresh\"")).isZero();
        assertThat(asleep.bound()).as("accepted by all nodes, and still asleep").isEmpty();
        assertThat(annotations.all()).as("nothing happened to a node").isEqualTo(before);
        cluster.kubectl("annotate", "node", "node-000", "any=event").orFail("annotate");
        asleep.awaitBound(SOON);
        asleep.delete();
      }
      cluster.start("prometheus");
      cluster.awaitMeasured(NODES, "> 0.8");
      try (var annotator = Setup.annotator(cluster, policy)) {
        Await.until(
            "measured again",
            Duration.ofMinutes(2),
            () -> extender.metric("ballast_readings", "state=\"fresh\"") == NODES);
        heatUp();
        var woken = refusedPod("woken", extender, annotator);
        stopMeasuring(annotator);
        assertThat(annotator.metric("ballast_annotator_wakeups_total", "")).isZero();
        var before = withoutWakeUps();
        var expiry = lastExpiry();
        woken.awaitBound(LIFE.plus(SOON));
        assertThat(withoutWakeUps()).as("nothing else happened to a node").isEqualTo(before);
        assertThat(annotator.metric("ballast_annotator_wakeups_total", "")).isPositive();
        assertThat(wokenNodes()).isPositive();
        System.out.println("woken " + boundAfter(woken, expiry) + " after the last expiry");
        assertThat(boundAfter(woken, expiry)).isLessThan(SOON);
        woken.delete();
        Await.until("nobody waits", Duration.ofSeconds(10), () -> waiting(annotator) == 0);
      }
    }
  }

  @Test
  void serve_loadFallsUnderALongPeriod_podIsBoundSoonAfterTheOneWriteThatSaysSo() {
    cluster.load("node-*", 0.9, 0.2);
    cluster.awaitMeasured(NODES, "> 0.895 < 0.905");
    Await.pause(WINDOW); // so that it stays: a new leader has nothing else to write
    cluster.awaitMeasured(NODES, "> 0.895 < 0.905");
    var policy = policy("10m", "15m");
    try (var extender = Setup.extender(cluster, policy);
        var annotator = Setup.annotator(cluster, policy)) {
      heatUp();
      var pods = refusedPod("long-period", extender, annotator);
      cluster.load("node-003", 0.1, 0.2);
      cluster.awaitMeasured(1, "< 0.5");
      assertThat(pods.bound()).isEmpty();
      var before = withoutWakeUps();
      // Its next reading is due in ten minutes; a new leader reads at once.
      annotator.stop();
      annotator.start();
      annotations.await(Setup.MEAN, "node-003", 1, v -> v < Setup.LIMIT);
      var time = pods.awaitBound(SOON);
      System.out.println("bound " + time + " after the write of the lower load");
      assertThat(pods.bound()).containsValue("node-003");
      var after = withoutWakeUps();
      before.remove("node-003");
      after.remove("node-003");
      assertThat(after).as("no other node was written").isEqualTo(before);
      pods.delete();
    }
  }
}

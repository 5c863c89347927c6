package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.PodFeed;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.InFlightPolicy;
import dev.ballast.policy.SyncPolicy;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Bindings of a real kube-scheduler become charges, by times of the real API server. */
final class InFlightIT {
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final double CORES = 0.5;
  private static final double ESTIMATE = CORES * InFlightPolicy.DEFAULT.cpuFactor();
  private static final double ANNOTATED = 2;
  private static final List<String> NODES = List.of("node-000", "node-001", "node-002");
  private static final MetricTable TABLE =
      MetricTable.of(
          DynamicSchedulerPolicy.of(
              Dialect.BALLAST,
              List.of(Pods.OURS),
              List.of(SyncPolicy.of("cpu", Duration.ofMinutes(3))),
              List.of(),
              List.of(),
              List.of()),
          Map.of("cpu", new MetricShape(Resource.CPU, MetricKind.MEAN, WINDOW)));

  private final List<String> unreadable = new CopyOnWriteArrayList<>();

  private static InFlight ledger() {
    return new InFlight(new Estimate(InFlightPolicy.DEFAULT));
  }

  /** Cores in flight on a node, for a reading of this time. */
  private static double cores(InFlight ledger, String node, Instant reading) {
    var load =
        NodeLoad.builder(TABLE)
            .name(node)
            .reading(0, new Measurement(0.1, reading.toEpochMilli()))
            .build();
    return ledger.charge(node).inScore(load, 0);
  }

  private static double expected(List<Pod> pods, String node, Instant reading) {
    return pods.stream()
        .filter(pod -> node.equals(pod.getSpec().getNodeName()))
        .mapToDouble(
            pod -> {
              double age = Duration.between(scheduled(pod), reading).toMillis();
              double cores = pod.getMetadata().getName().endsWith("-0") ? ANNOTATED : ESTIMATE;
              return cores * (1 - age / WINDOW.toMillis());
            })
        .sum();
  }

  private static Instant scheduled(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("True"))
        .map(c -> Instant.parse(c.getLastTransitionTime()))
        .findFirst()
        .orElseThrow();
  }

  private static Pod annotated(Pod pod) {
    String key =
        pod.getMetadata().getName().endsWith("-0")
            ? "ballast.dev/estimated-cpu"
            : "ballast.dev/warm-up";
    String text = pod.getMetadata().getName().endsWith("-1") ? "a while" : "2";
    return pod.getMetadata().getName().matches(".*-[01]")
        ? new PodBuilder(pod).editMetadata().addToAnnotations(key, text).endMetadata().build()
        : pod;
  }

  @Test
  void ledger_bindingsAndDeletions_areFollowed() {
    var ledger = ledger();
    var restarted = ledger();
    try (var cluster = LocalCluster.up("--nodes", "3", "--no-prometheus");
        var connection = KubeConnection.general(Optional.of(cluster.kubeconfig()));
        var feed =
            new PodFeed(
                connection,
                List.of(ledger),
                (pod, what, text, why) -> unreadable.add(pod + " " + what + "=" + text));
        var second = new PodFeed(connection, List.of(restarted), PodFeed.Unreadable.IGNORED)) {
      feed.start();
      var pods =
          Pods.create(
              cluster.admin(), "web", 9, Pods.DEFAULT, "500m", "64Mi", InFlightIT::annotated);
      pods.awaitBound(Duration.ofMinutes(1));

      var bound = pods.list();
      var reading = Instant.now().plus(WINDOW.dividedBy(3));
      Await.until("all bindings", SOON, () -> asExpected(ledger, bound, reading));
      assertThat(NODES).allSatisfy(node -> assertThat(cores(ledger, node, reading)).isPositive());
      Await.until("the text", SOON, () -> !unreadable.isEmpty());
      assertThat(unreadable).containsExactly("default/web-1 ballast.dev/warm-up=a while");

      second.start();
      Await.until("a restart", SOON, () -> asExpected(restarted, bound, reading));
      for (String node : NODES) {
        assertThat(cores(restarted, node, reading)).isEqualTo(cores(ledger, node, reading));
      }

      var running = bound.get(2);
      var ending =
          bound.stream()
              .filter(pod -> !pod.getSpec().getNodeName().equals(running.getSpec().getNodeName()))
              .findFirst()
              .orElseThrow();
      String itsNode = ending.getSpec().getNodeName();
      cluster
          .kubectl("delete", "pod", ending.getMetadata().getName(), "--wait=false")
          .orFail("delete");
      followTheKubelet(cluster, ledger, running);
      assertThat(cores(ledger, itsNode, reading)) // it still runs, for what we know
          .isCloseTo(expected(bound, itsNode, reading), within(1e-9));
      pods.delete();
      Await.until(
          "all gone",
          SOON,
          () -> NODES.stream().allMatch(node -> ledger.charge(node).equals(Charge.NONE)));
      Await.until("counted as gone", SOON, () -> feed.counts().get(PodFeed.State.BOUND) == 0);
    }
  }

  private static boolean asExpected(InFlight ledger, List<Pod> bound, Instant reading) {
    return NODES.stream()
        .allMatch(
            node -> Math.abs(cores(ledger, node, reading) - expected(bound, node, reading)) < 1e-9);
  }

  /** Writes what a kubelet would write: it has taken the pod, then its container runs. */
  private static void followTheKubelet(LocalCluster cluster, InFlight ledger, Pod pod) {
    String node = pod.getSpec().getNodeName();
    var late = scheduled(pod).plus(WINDOW.multipliedBy(2));
    assertThat(cores(ledger, node, late)).isZero();
    var taken = scheduled(pod).plusSeconds(1);
    status(cluster, pod, taken, Optional.empty());
    Await.until("taken", SOON, () -> cores(ledger, node, late) > 0);
    assertThat(cores(ledger, node, late)).isCloseTo(ESTIMATE, within(1e-9));
    status(cluster, pod, taken, Optional.of(scheduled(pod).plus(WINDOW)));
    Await.until("runs", SOON, () -> cores(ledger, node, late) == 0);
    assertThat(cores(ledger, node, late.minus(WINDOW.dividedBy(2))))
        .isCloseTo(ESTIMATE / 2, within(1e-9));
  }

  private static void status(
      LocalCluster cluster, Pod pod, Instant taken, Optional<Instant> started) {
    var container =
        new ContainerStatusBuilder()
            .withName("main")
            .withImage("none")
            .withImageID("none")
            .withReady(started.isPresent())
            .withRestartCount(0);
    started.ifPresentOrElse(
        time ->
            container
                .withNewState()
                .withNewRunning()
                .withStartedAt(time.toString())
                .endRunning()
                .endState(),
        () ->
            container
                .withNewState()
                .withNewWaiting()
                .withReason("ContainerCreating")
                .endWaiting()
                .endState());
    cluster
        .admin()
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .editStatus(
            now ->
                new PodBuilder(now)
                    .editStatus()
                    .withStartTime(taken.toString())
                    .withContainerStatuses(container.build())
                    .endStatus()
                    .build());
  }
}

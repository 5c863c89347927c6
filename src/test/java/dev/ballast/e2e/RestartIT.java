package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.PodFeed;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * 10,000 pods on 1,000 nodes, 300 of them over the limit, while Ballast is killed and started again
 * five times.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class RestartIT {
  private static final int NODES = 1000;
  private static final String[] HOT = {"node-0", "node-1", "node-2"};
  private static final int WAVE = 8;
  private static final Duration WAVE_EVERY = Duration.ofMillis(250);
  private static final int PODS = 10_000;
  private static final String PODS_PATH = "/api/v1/namespaces/default/pods";
  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod-%d"},
       "spec": {"schedulerName": "load-aware-scheduler", "containers": [
         {"name": "main", "image": "none",
          "resources": {"requests": {"cpu": "10m", "memory": "1Mi"}}}]}}""";
  private static final int RESTARTS = 5;
  private static final Duration DOWN = Duration.ofSeconds(2);
  private static final Duration ALL_BOUND = Duration.ofMinutes(8);

  /**
   * A decision without Ballast may be bound this much later: times of bindings are whole seconds,
   * and kube-scheduler binds after it has decided.
   */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private record Outage(Instant from, Instant until) {
    boolean covers(Instant time) {
      return !time.isBefore(from.minus(SLACK)) && !time.isAfter(until.plus(SLACK));
    }
  }

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;
  private KubeConnection connection;
  private PodFeed pods;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES), "--scrape-interval", "5s");
    cluster.load("node-*", 0.3, 0.3);
    for (var hot : HOT) {
      cluster.load(hot + "*", 0.9, 0.3);
    }
    connection = KubeConnection.general(Optional.of(cluster.kubeconfig()));
    pods = new PodFeed(connection);
    pods.start();
    Path policy = Setup.policy(cluster, "10m");
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
    var annotations = new Annotations(cluster);
    for (var hot : HOT) {
      annotations.await(Setup.MEAN, hot, NODES / 10, v -> v > 0.85);
    }
    Await.until(
        "all readings fresh", Duration.ofMinutes(1), () -> fresh(extender.metrics()) == 3 * NODES);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(pods, connection, annotator, extender, cluster);
  }

  private static double fresh(BallastProcess.Samples metrics) {
    return metrics.sum("ballast_readings", "fresh");
  }

  private static double judged(BallastProcess.Samples metrics) {
    return metrics.sum("ballast_extender_calls_total", "outcome=\"judged\",verb=\"prioritize\"");
  }

  /**
   * From a start to the first ranking by a fresh reading, by the process's own record: it is asked
   * once a second, as each answer delays what is timed.
   */
  private Duration firstDecision(Instant start) {
    var found = new ArrayList<Instant>();
    Instant deadline = start.plus(Duration.ofMinutes(1));
    while (found.isEmpty()) {
      assertThat(Instant.now()).as("no decision with fresh data").isBefore(deadline);
      Await.pause(Duration.ofSeconds(1));
      if (extender.answers()) {
        decisions(start).filter(RestartIT::byFreshData).map(RestartIT::time).forEach(found::add);
      }
    }
    return Duration.between(start, Collections.min(found));
  }

  private Stream<JsonNode> decisions(Instant since) {
    try {
      var page =
          new ObjectMapper()
              .readTree(
                  extender.page(
                      "/v1/decisions?verb=prioritize&outcome=judged&rows=1&limit=500&since="
                          + since));
      assertThat(page.has("continue")).as("there are older ones").isFalse();
      return StreamSupport.stream(page.path("decisions").spliterator(), false);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean byFreshData(JsonNode decision) {
    return StreamSupport.stream(decision.at("/rows/0/readings").spliterator(), false)
        .anyMatch(reading -> reading.path("state").asText().equals("fresh"));
  }

  private static Instant time(JsonNode decision) {
    return Instant.parse(decision.path("time").asText());
  }

  @Test
  void serve_killedFiveTimesInABurstOf10000_losesNothingAndDecidesMost() {
    long begin = System.nanoTime();
    var arrivals = Executors.newSingleThreadScheduledExecutor();
    var creating = arrive(arrivals, new ApiClient(cluster));
    var outages = new ArrayList<Outage>();
    var firstDecisions = new ArrayList<Duration>();
    double judged = 0;
    for (int i = 0; i < RESTARTS; i++) {
      int due = (i + 1) * PODS / (RESTARTS + 2);
      Await.until(due + " pods bound", ALL_BOUND, () -> boundPods() >= due);
      judged += judged(extender.metrics());
      var from = Instant.now();
      extender.kill();
      annotator.kill();
      Await.pause(DOWN);
      var start = Instant.now();
      extender.start();
      var first = firstDecision(start);
      firstDecisions.add(first);
      outages.add(new Outage(from, start.plus(first)));
      annotator.start();
    }
    creating.join();
    arrivals.shutdownNow();
    Await.until("all pods bound", ALL_BOUND, () -> boundPods() == PODS);
    Duration whole = Duration.ofNanos(System.nanoTime() - begin);
    judged += judged(extender.metrics());
    System.out.printf(
        "restarts: %d pods in %.0f s, %.0f judged; first decision with fresh data after %s%n",
        PODS, whole.toMillis() / 1e3, judged, firstDecisions);

    var all = cluster.admin().pods().inNamespace("default").list().getItems();
    assertThat(all)
        .as("none lost, none stuck")
        .hasSize(PODS)
        .allMatch(pod -> pod.getSpec().getNodeName() != null);
    assertThat(judged / PODS).as("share decided by Ballast").isGreaterThanOrEqualTo(0.7);
    assertThat(boundOnHotNodes(all))
        .as("bound to a node over the limit, outside of " + outages)
        .allMatch(time -> outages.stream().anyMatch(outage -> outage.covers(time)));
    assertThat(firstDecisions)
        .as("from start to the first decision with fresh data")
        .allSatisfy(time -> assertThat(time).isLessThanOrEqualTo(Duration.ofSeconds(5)));
  }

  /**
   * Lets pods arrive faster than a cluster sees them, but such that half of a machine of two cores
   * is left for the process that starts: what is timed is a start, not a queue for the CPU.
   */
  private static CompletableFuture<Void> arrive(ScheduledExecutorService timer, ApiClient api) {
    var done = new CompletableFuture<Void>();
    var created = new AtomicInteger();
    var unused =
        timer.scheduleAtFixedRate(
            () -> {
              int from = created.getAndAdd(WAVE);
              if (from >= PODS) {
                done.complete(null);
                return;
              }
              try {
                int count = Math.min(WAVE, PODS - from);
                ApiClient.each(count, i -> api.post(PODS_PATH, POD.formatted(from + i)));
              } catch (RuntimeException e) {
                done.completeExceptionally(e);
              }
            },
            0,
            WAVE_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
    return done;
  }

  /** By watch: to list 10,000 pods again and again would be the load that is measured. */
  private long boundPods() {
    return pods.counts().getOrDefault(PodFeed.State.BOUND, 0L);
  }

  private static List<Instant> boundOnHotNodes(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> Stream.of(HOT).anyMatch(pod.getSpec().getNodeName()::startsWith))
        .map(
            pod ->
                pod.getStatus().getConditions().stream()
                    .filter(c -> c.getType().equals("PodScheduled"))
                    .map(c -> Instant.parse(c.getLastTransitionTime()))
                    .findFirst()
                    .orElseThrow())
        .toList();
  }
}

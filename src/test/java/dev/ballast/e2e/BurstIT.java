package dev.ballast.e2e;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A burst that comes faster than averages move: 200 bare pods that request a hundredth of a core
 * and use 0.7 of one, on 50 nodes of 16 cores, of which 5 run at 10 % and 45 at 40 %. What pods use
 * is fed back through the exporter and Prometheus. Limits and weights are those of the shipped
 * policy, the scheduler's plugins and the extender's weight are as shipped, and only windows are
 * shorter.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class BurstIT {
  private static final int NODES = 50;
  private static final int COOL = 5;
  private static final double COOL_LOAD = 0.10;
  private static final double WARM_LOAD = 0.40;
  private static final double CORES = 16;
  private static final double USE = 0.7;
  private static final int PODS = 200;
  private static final Duration BOUND = Duration.ofMinutes(3);

  private LocalCluster cluster;
  private BallastProcess annotator;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES), "--cpus", "16");
    setLoads(Map.of());
    annotator =
        BallastProcess.serve(
            cluster,
            "annotator",
            cluster.kubeconfigOf("ballast-annotator"),
            Setup.shippedMetrics(cluster),
            Setup.shippedPolicy(cluster, ""));
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, cluster);
  }

  @Test
  void place_burstWithoutPodsInFlight_pilesUpOnTheCoolest() {
    var loads = burst("blind", "inFlight: {enabled: false}");

    double onCool = IntStream.range(0, COOL).mapToDouble(i -> pods(i, load(loads, i))).sum() / PODS;
    assertThat(onCool).as("share on the five coolest").isGreaterThan(0.6);
    assertThat(IntStream.range(0, COOL).mapToDouble(i -> load(loads, i)).max().orElseThrow())
        .as("highest of them")
        .isGreaterThan(Setup.LIMIT);
  }

  @Test
  void place_burstWithPodsInFlight_levelsTheNodes() {
    var loads = burst("counted", "");

    double most = loads.values().stream().mapToDouble(l -> l).max().orElseThrow();
    double least = loads.values().stream().mapToDouble(l -> l).min().orElseThrow();
    assertThat(most).as("highest true load").isLessThanOrEqualTo(Setup.LIMIT);
    assertThat(most - least).as("between highest and lowest").isLessThanOrEqualTo(0.15);
  }

  private static double load(Map<String, Double> loads, int node) {
    return Objects.requireNonNull(loads.get(name(node)));
  }

  private static double pods(int node, double load) {
    return (load - base(node)) * CORES / USE;
  }

  private static double base(int node) {
    return node < COOL ? COOL_LOAD : WARM_LOAD;
  }

  private static String name(int node) {
    return String.format(Locale.ROOT, "node-%03d", node);
  }

  /** Places a burst and gives back the true load of each node, a fraction, which may pass 1. */
  private Map<String, Double> burst(String name, String setting) {
    setLoads(Map.of());
    awaitReadings();
    var extender =
        BallastProcess.serve(
            cluster,
            "extender",
            cluster.kubeconfigOf("ballast-extender"),
            Setup.shippedMetrics(cluster),
            Setup.shippedPolicy(cluster, setting));
    var feedback = Executors.newSingleThreadScheduledExecutor();
    try {
      var pods =
          Pods.create(
              cluster.admin(),
              name,
              PODS,
              Pods.OURS,
              "10m",
              "1Mi",
              pod -> Pods.withCpuLimit(pod, "1"));
      var unused =
          feedback.scheduleWithFixedDelay(() -> setLoads(pods.bound()), 0, 1, TimeUnit.SECONDS);
      var time = pods.awaitBound(BOUND);
      feedback.shutdownNow();
      var loads = loads(pods.bound());
      System.out.printf(
          Locale.ROOT,
          "burst %s: bound in %.1f s, true load %.3f..%.3f, %s%n",
          name,
          time.toMillis() / 1e3,
          loads.values().stream().mapToDouble(l -> l).min().orElseThrow(),
          loads.values().stream().mapToDouble(l -> l).max().orElseThrow(),
          loads);
      System.out.printf(
          "burst %s: first-ranked node bound %.0f times, another %.0f times%n",
          name,
          extender.metric("ballast_first_ranked_bound_total", "same"),
          extender.metric("ballast_first_ranked_bound_total", "other"));
      pods.delete();
      return loads;
    } finally {
      feedback.shutdownNow();
      extender.close();
    }
  }

  private static Map<String, Double> loads(Map<String, String> bound) {
    var loads = new TreeMap<String, Double>();
    for (int i = 0; i < NODES; i++) {
      loads.put(name(i), base(i));
    }
    bound.values().forEach(node -> loads.merge(node, USE / CORES, Double::sum));
    return loads;
  }

  private void setLoads(Map<String, String> bound) {
    String body =
        loads(bound).entrySet().stream()
            .map(
                node ->
                    String.format(
                        Locale.ROOT,
                        "\"%s\":{\"cpu\":%.4f,\"mem\":0.3}",
                        node.getKey(),
                        Math.min(0.99, node.getValue())))
            .collect(joining(",", "{", "}"));
    cluster.post("/load", body);
  }

  /** Waits until windows of all lengths show nothing but the loads without pods. */
  private void awaitReadings() {
    var annotations = new Annotations(cluster);
    for (var metric : Setup.SHIPPED_CPU) {
      Await.until(
          metric + " of all nodes at rest",
          Duration.ofMinutes(4),
          () -> {
            var readings = annotations.readings(metric);
            return readings.size() == NODES
                && IntStream.range(0, NODES)
                    .allMatch(
                        i -> {
                          var reading = Objects.requireNonNull(readings.get(name(i)));
                          return Math.abs(reading.value() - base(i)) < 0.03;
                        });
          });
    }
  }
}

package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.LoadAnnotations;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/**
 * A clock that is off by ten minutes, either way, under the shipped policy. Shifted are the times
 * in the annotations, which the test writes: to the extender it is the same as its own clock being
 * off the other way.
 */
final class ClockSkewIT {
  private static final Path POLICY = Shell.ROOT.resolve("policy/default.yaml");
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);
  private static final int NODES = 6;

  /** Writes a load on every node, over the limit on the first; taken so long ahead of our clock. */
  private static void annotate(LocalCluster cluster, Duration ahead) {
    var time = Instant.now().plus(ahead);
    for (int node = 0; node < NODES; node++) {
      cluster
          .kubectl(
              "annotate",
              "--overwrite",
              "node",
              "node-00" + node,
              "cpu_usage_avg_5m=" + TEXT.format(node == 0 ? 0.9 : 0.1, time))
          .orFail("annotate");
    }
  }

  private static double shareOnHot(LocalCluster cluster, String name) {
    // A core each: kube-scheduler itself spreads what is not refused over all nodes.
    var pods = Pods.create(cluster.admin(), name, 30, Pods.OURS, "1", "1Mi");
    pods.awaitBound(Duration.ofMinutes(1));
    double share = pods.shareOn("node-000");
    pods.delete();
    return share;
  }

  @Test
  void serve_clockIsTenMinutesOff_opensRefusesNothingAndDoctorNamesIt() {
    try (var cluster = LocalCluster.up("--nodes", String.valueOf(NODES), "--no-prometheus");
        var extender =
            BallastProcess.serve(
                cluster, "extender", cluster.kubeconfigOf("ballast-extender"), "", POLICY)) {
      assertThat(extender.page("/readyz?verbose")).contains("breaker closed: no load data yet");
      for (int minutes : new int[] {10, -10}) {
        annotate(cluster, Duration.ZERO);
        Await.until(
            "closed",
            Duration.ofMinutes(2),
            () -> extender.metric("ballast_breaker_open", "") == 0);
        annotate(cluster, Duration.ofSeconds(minutes < 0 ? -100 : 100));
        Await.pause(Duration.ofSeconds(3));
        assertThat(extender.metric("ballast_breaker_open", "")).as("within 2 minutes").isZero();
        assertThat(shareOnHot(cluster, "right" + (minutes + 10))).isZero();

        annotate(cluster, Duration.ofMinutes(minutes));
        Await.until(
            "open", Duration.ofMinutes(1), () -> extender.metric("ballast_breaker_open", "") == 1);
        assertThat(shareOnHot(cluster, "skewed" + (minutes + 10))).isPositive();
        assertThat(extender.metric("ballast_readings", "state=\"fresh\"")).isZero();
        var doctor = BallastProcess.run(cluster, "doctor", POLICY);
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
            .containsPattern(
                minutes > 0
                    ? "broken +annotations +cpu_usage_avg_5m: fresh on 0 of [0-9]+ nodes; implausible"
                    : "broken +annotations +cpu_usage_avg_5m: fresh on 0 of [0-9]+ nodes; stale");
      }
    }
  }
}

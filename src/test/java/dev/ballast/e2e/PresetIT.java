package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The shipped default policy and the default preset, as an installation has them. */
final class PresetIT {
  private static final Path DEFAULT_POLICY = Shell.ROOT.resolve("policy/default.yaml");
  private static final int NODES = 10;

  private static String prometheus(LocalCluster cluster) {
    return "prometheus: {url: \"" + cluster.get("PROMETHEUS_URL") + "\", scrapeInterval: 2s}\n";
  }

  private static BallastProcess annotator(LocalCluster cluster) {
    return BallastProcess.serve(
        cluster,
        "annotator",
        cluster.kubeconfigOf("ballast-annotator"),
        prometheus(cluster),
        DEFAULT_POLICY);
  }

  @Test
  void annotate_prometheusHasADayOfHistory_allSixMetricsAreThereAtOnce() {
    try (var cluster =
            LocalCluster.up(
                "--nodes", String.valueOf(NODES), "--history", "24h", "--no-scheduler");
        var annotator = annotator(cluster)) {
      var annotations = new Annotations(cluster);
      for (String window : new String[] {"avg_5m", "max_avg_1h", "max_avg_1d"}) {
        // The fleet's loads from its start: 10 % CPU, 20 % memory.
        annotations.await("cpu_usage_" + window, "node-0", NODES, v -> Math.abs(v - 0.1) < 0.02);
        annotations.await("mem_usage_" + window, "node-0", NODES, v -> Math.abs(v - 0.2) < 0.02);
      }
      assertThat(annotator.metric("ballast_annotator_leader", "")).isEqualTo(1);
    }
  }

  @Test
  void annotate_prometheusIsYoung_meansAreRightAndMaximaAreMissing() {
    try (var cluster = LocalCluster.up("--nodes", String.valueOf(NODES), "--no-scheduler")) {
      cluster.load("node-*", 0.3, 0.4);
      Await.pause(Duration.ofSeconds(30)); // a tenth of the window
      try (var annotator = annotator(cluster)) {
        var annotations = new Annotations(cluster);
        annotations.await("cpu_usage_avg_5m", "node-0", NODES, v -> v >= 0);
        assertThat(annotations.readings("cpu_usage_avg_5m").values())
            .allSatisfy(reading -> assertThat(reading.value()).isCloseTo(0.3, within(0.06)));
        assertThat(annotations.readings("cpu_usage_max_avg_1h")).isEmpty();
        assertThat(annotations.readings("mem_usage_max_avg_1d")).isEmpty();
        assertThat(annotator.log()).doesNotContain("ERROR");
      }
    }
  }
}

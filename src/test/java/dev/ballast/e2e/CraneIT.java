package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Moving over from crane: its stock policy, the names of its recording rules, and annotations whose
 * times are local time with a literal Z, in both directions.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class CraneIT {
  private static final Path STOCK_POLICY = Shell.ROOT.resolve("policy/crane-stock.yaml");
  private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai"); // crane's default TZ
  private static final DateTimeFormatter CRANE_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);
  private static final int NODES = 5;
  private static final String IN_SHANGHAI = "annotations: {timeZone: Asia/Shanghai}\n";

  private LocalCluster cluster;
  private Annotations annotations;

  @BeforeAll
  void startCluster() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES));
    cluster.load("node-*", 0.3, 0.4);
    annotations = new Annotations(cluster);
  }

  @AfterAll
  void stopCluster() {
    Closing.all(cluster);
  }

  private String craneText(double value, Instant time) {
    return String.format(
        Locale.ROOT, "%.5f,%s", value, CRANE_TIME.format(LocalDateTime.ofInstant(time, SHANGHAI)));
  }

  private void annotateAsCrane(String node, double value) {
    cluster
        .kubectl(
            "annotate",
            "--overwrite",
            "node",
            node,
            "cpu_usage_avg_5m=" + craneText(value, Instant.now()))
        .orFail("annotate");
  }

  @Test
  void annotate_cranesRulesAndZone_craneCanReadIt() {
    Await.until(
        "the rules have spoken of every node", // a young one may have been scraped only once
        Duration.ofMinutes(3),
        () ->
            cluster
                    .read(cluster.get("PROMETHEUS_URL") + "/api/v1/query?query=cpu_usage_avg_5m")
                    .split("10\\.100\\.", -1)
                    .length
                > NODES);
    cluster.kubectl("annotate", "nodes", "--all", "cpu_usage_avg_5m-").orFail("annotate");
    try (var annotator =
        BallastProcess.serve(
            cluster,
            "annotator",
            cluster.kubeconfigOf("ballast-annotator"),
            "prometheus: {url: \""
                + cluster.get("PROMETHEUS_URL")
                + "\", scrapeInterval: 2s}\nmetrics: {preset: crane-rules}\n"
                + IN_SHANGHAI,
            STOCK_POLICY)) {
      Await.until(
          "all nodes annotated",
          Duration.ofMinutes(1),
          () ->
              annotations.all().values().stream().allMatch(a -> a.containsKey("cpu_usage_avg_5m")));
      String text = annotations.of("node-003").getOrDefault("cpu_usage_avg_5m", "");
      // A fraction of the rule's percent. The fleet starts at 0.2, and the rule's window holds
      // that.
      assertThat(text).matches("0\\.(19|2[0-9]|3[0-2])[0-9]+,[0-9-]{10}T[0-9:]{8}Z");
      // As crane reads it: the literal Z means nothing, the time is local.
      var time = LocalDateTime.parse(text.substring(text.indexOf(',') + 1), CRANE_TIME);
      assertThat(time.atZone(SHANGHAI).toInstant().until(Instant.now(), ChronoUnit.SECONDS))
          .isBetween(-5L, 60L);
      assertThat(annotator.log()).doesNotContain("ERROR");
    }
  }

  @Test
  void filter_annotationsByCraneInItsZone_areJudged() {
    annotateAsCrane("node-000", 0.9);
    for (int node = 1; node < NODES; node++) {
      annotateAsCrane("node-00" + node, 0.1);
    }
    try (var extender =
        BallastProcess.serve(
            cluster,
            "extender",
            cluster.kubeconfigOf("ballast-extender"),
            IN_SHANGHAI,
            STOCK_POLICY)) {
      Await.until(
          "fresh readings",
          Duration.ofSeconds(10),
          () -> extender.metric("ballast_readings", "state=\"fresh\"") >= NODES);
      var pods = Pods.create(cluster.admin(), "shanghai", 30, Pods.OURS, "10m", "1Mi");
      pods.awaitBound(Duration.ofMinutes(1));
      assertThat(pods.shareOn("node-000")).isZero();
      pods.delete();
    }
  }

  @Test
  void filter_annotationsByCraneInAnotherZone_areNoNumbersAndTheLogNamesTheZone() {
    try (var extender =
        BallastProcess.serve(
            cluster, "extender", cluster.kubeconfigOf("ballast-extender"), "", STOCK_POLICY)) {
      for (int round = 0; round < 2; round++) { // a stamp is looked at when it is seen to change
        for (int node = 0; node < NODES; node++) {
          annotateAsCrane("node-00" + node, 0.9);
        }
        Await.pause(Duration.ofSeconds(2));
      }
      Await.until(
          "eight hours ahead is implausible",
          Duration.ofSeconds(10),
          () -> extender.metric("ballast_readings", "state=\"implausible\"") == NODES);
      var pods = Pods.create(cluster.admin(), "utc", 10, Pods.OURS, "10m", "1Mi");
      pods.awaitBound(Duration.ofMinutes(1)); // nothing is refused for it
      pods.delete();
      Await.until(
          "the log names the zone",
          Duration.ofMinutes(2),
          () -> extender.log().contains("set annotations.timeZone: Asia/Shanghai"));
    }
  }
}

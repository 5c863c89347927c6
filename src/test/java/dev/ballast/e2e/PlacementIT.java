package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A stock kube-scheduler places pods by load that a real Prometheus measured: 10 hot nodes
 * (node-00x), 20 warm ones (node-01x and node-02x), 20 cool ones (node-03x and node-04x), and this
 * machine's own node_exporter as node-050. Extender and annotator run under the rights of their
 * roles.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class PlacementIT {
  private static final String REAL_NODE = "node-050";
  private static final String[] COOL = {"node-03", "node-04"};
  private static final String HOT = "node-00";
  private static final Duration BURST = Duration.ofMinutes(2);

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;
  private Annotations annotations;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", "51", "--real-node", REAL_NODE);
    // Readings that live long are rarely repeated: the cluster is quiet while loads stand still.
    Path policy = Setup.policy(cluster, "10m");
    annotations = new Annotations(cluster);
    setLoads();
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, extender, cluster);
  }

  @BeforeEach
  void setLoads() {
    cluster.load("node-00*", 0.9, 0.5);
    cluster.load("node-01*", 0.5, 0.4);
    cluster.load("node-02*", 0.5, 0.4);
    cluster.load("node-03*", 0.1, 0.2);
    cluster.load("node-04*", 0.1, 0.2);
  }

  private void awaitLoads() {
    annotations.await(Setup.MEAN, "node-00", 10, v -> v > 0.85);
    annotations.await(Setup.MEAN, "node-01", 10, v -> v > 0.45 && v < 0.55);
    annotations.await(Setup.MEAN, "node-02", 10, v -> v > 0.45 && v < 0.55);
    annotations.await(Setup.MEAN, "node-03", 10, v -> v < 0.15);
    annotations.await(Setup.MEAN, "node-04", 10, v -> v < 0.15);
    annotations.await(Setup.MAX, "node-0", 51, v -> v >= 0);
    annotations.await(Setup.MEMORY, "node-0", 51, v -> v >= 0);
  }

  @Test
  void annotate_equalsAnIndependentEvaluation() throws IOException {
    awaitLoads();
    String query = "1 - avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[30s]))";
    var written = annotations.readings(Setup.MEAN);
    long now = System.currentTimeMillis() / 1000;
    JsonNode answer =
        new ObjectMapper()
            .readTree(
                cluster.read(
                    cluster.get("PROMETHEUS_URL")
                        + "/api/v1/query_range?step=1&start="
                        + (now - 60)
                        + "&end="
                        + now
                        + "&query="
                        + URLEncoder.encode(query, StandardCharsets.UTF_8)));
    JsonNode series = answer.path("data").path("result");
    assertThat(series.size()).isEqualTo(51);
    int compared = 0;
    for (var node : cluster.admin().nodes().list().getItems()) {
      String ip =
          node.getStatus().getAddresses().stream()
              .filter(a -> a.getType().equals("InternalIP"))
              .findFirst()
              .orElseThrow()
              .getAddress();
      var reading = Objects.requireNonNull(written.get(node.getMetadata().getName()));
      for (JsonNode one : series) {
        if (one.path("metric").path("instance").asText().equals(ip + ":9100")) {
          double least = Double.MAX_VALUE;
          double most = -Double.MAX_VALUE;
          for (JsonNode sample : one.path("values")) {
            double value = Double.parseDouble(sample.path(1).asText());
            least = Math.min(least, value);
            most = Math.max(most, value);
          }
          // Written when it moved by minChange, so what is carried may be that much behind.
          assertThat(reading.value())
              .as("%s in %s..%s", node.getMetadata().getName(), least, most)
              .isBetween(least - 0.011, most + 0.011);
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(51);
  }

  @Test
  void place_400PodsOverHotWarmAndCool_noneOnHotMostOnCool() {
    awaitLoads();
    // Requests that count, as of small ones 16 or 32 in a row land on one node after the other.
    var blind = Pods.create(cluster.admin(), "blind", 400, Pods.DEFAULT, "400m", "1Mi");
    blind.awaitBound(BURST);
    assertThat(blind.shareOn(COOL))
        .as("without Ballast, else the test means nothing")
        .isLessThanOrEqualTo(0.6);
    blind.delete();

    var aware = Pods.create(cluster.admin(), "aware", 400, Pods.OURS, "10m", "1Mi");
    aware.awaitBound(BURST);
    assertThat(aware.shareOn(HOT)).isZero();
    assertThat(aware.shareOn(COOL)).isGreaterThanOrEqualTo(0.8);
    aware.delete();
  }

  @Test
  void place_aNodeHeatsUp_itReceivesNothingMore() {
    awaitLoads();
    cluster.load("node-03*", 0.95, 0.2);
    annotations.await(Setup.MEAN, "node-03", 10, v -> v > Setup.LIMIT);
    Await.pause(Duration.ofSeconds(1)); // the watch of the extender
    var pods = Pods.create(cluster.admin(), "heated", 100, Pods.OURS, "10m", "1Mi");
    pods.awaitBound(BURST);
    assertThat(pods.shareOn("node-03", HOT)).isZero();
    assertThat(pods.shareOn("node-04")).isGreaterThanOrEqualTo(0.8);
    pods.delete();
  }

  @Test
  void place_everyNodeOverItsLimit_podWaitsWithAReasonAndIsBoundSoonAfterLoadFalls() {
    awaitLoads();
    cluster.stop("node-exporter"); // the machine itself is not hot enough to be refused
    cluster.kubectl("cordon", REAL_NODE).orFail("cordon");
    try {
      cluster.load("node-*", 0.9, 0.3);
      annotations.await(Setup.MEAN, "node-0", 50, v -> v > 0.85);
      var pods = Pods.create(cluster.admin(), "waiting", 3, Pods.OURS, "10m", "1Mi");
      Await.pause(Duration.ofSeconds(30)); // long enough for the backoff to reach its maximum
      assertThat(pods.bound()).isEmpty();
      String described = cluster.kubectl("describe", "pod", "waiting-0").orFail("describe").out();
      assertThat(described)
          .contains("FailedScheduling")
          .contains("node(s) had cpu_usage_avg_30s over the limit of the load policy");

      // One write says that the load has fallen: nothing else is to happen in the cluster.
      annotator.stop();
      cluster.load("node-042", 0.1, 0.2);
      cluster.awaitMeasured(1, "< 0.2");
      annotator.start();
      annotations.await(Setup.MEAN, "node-042", 1, v -> v <= Setup.LIMIT);
      var waited = pods.awaitBound(Duration.ofMinutes(1));
      assertThat(waited).isLessThan(Duration.ofSeconds(15));
      assertThat(pods.bound().values()).containsOnly("node-042");
      System.out.println(
          "bound " + waited.toMillis() + " ms after the reading that lifted the refusal");
      pods.delete();
    } finally {
      cluster.kubectl("uncordon", REAL_NODE).orFail("uncordon");
      cluster.start("node-exporter");
    }
  }

  @Test
  void place_daemonSetPods_landOnHotNodesToo() {
    awaitLoads();
    var next = new AtomicInteger();
    var pods =
        Pods.create(
            cluster.admin(),
            "daemon",
            10,
            Pods.OURS,
            "10m",
            "1Mi",
            pod -> ofDaemonSet(pod, "node-00" + next.getAndIncrement()));
    pods.awaitBound(BURST);
    assertThat(pods.bound().values()).hasSize(10).doesNotHaveDuplicates();
    assertThat(pods.shareOn(HOT)).isEqualTo(1.0);
    pods.delete();
  }

  /** A pod as the DaemonSet controller makes it: owned, and bound to one node by its name. */
  private static Pod ofDaemonSet(Pod pod, String node) {
    var byName =
        new NodeSelectorTermBuilder()
            .addNewMatchField()
            .withKey("metadata.name")
            .withOperator("In")
            .withValues(node)
            .endMatchField()
            .build();
    return new PodBuilder(pod)
        .editMetadata()
        .addNewOwnerReference()
        .withApiVersion("apps/v1")
        .withKind("DaemonSet")
        .withName("agent")
        .withUid("0b9a8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d")
        .withController(true)
        .endOwnerReference()
        .endMetadata()
        .editSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .withNewRequiredDuringSchedulingIgnoredDuringExecution()
        .withNodeSelectorTerms(byName)
        .endRequiredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .endSpec()
        .build();
  }

  @Test
  void place_podsOfAnotherSchedulerInTheSameProcess_areJudgedAsWithoutUs() throws IOException {
    awaitLoads();
    var stock = choosy("stock");
    stock.awaitBound(BURST);
    var withoutUs = List.copyOf(stock.bound().values());
    assertThat(stock.shareOn(HOT)).as("else the comparison means nothing").isPositive();
    stock.delete();

    // One kube-scheduler process for both names, so that other pods are sent to the extender, too.
    String both =
        java.nio.file.Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")))
            .replace(
                "- schedulerName: load-aware-scheduler",
                "- schedulerName: default-scheduler\n- schedulerName: load-aware-scheduler");
    cluster.stop("scheduler-default");
    cluster.stop("scheduler-ballast");
    cluster.start("scheduler-ballast", "--config", Setup.file(cluster, "both", both).toString());
    double before = extender.metric("ballast_extender_calls_total", "outcome=\"other_scheduler\"");

    var others = choosy("other");
    others.awaitBound(BURST);
    assertThat(List.copyOf(others.bound().values())).isEqualTo(withoutUs);
    others.delete();
    double after = extender.metric("ballast_extender_calls_total", "outcome=\"other_scheduler\"");
    assertThat(after - before).isGreaterThanOrEqualTo(100); // a filter and a prioritize call each

    cluster.stop("scheduler-ballast");
    cluster.start("scheduler-ballast", "--config", cluster.get("SCHEDULER_BALLAST_CONFIG"));
    cluster.start("scheduler-default");
  }

  /**
   * Pods that want a node of their own each, hot ones too: the preference decides where they go.
   */
  private Pods choosy(String name) {
    return Pods.create(
        cluster.admin(),
        name,
        50,
        Pods.DEFAULT,
        "10m",
        "1Mi",
        pod -> {
          int number = Integer.parseInt(pod.getMetadata().getName().substring(name.length() + 1));
          return preferring(pod, nodeName(number));
        });
  }

  private static String nodeName(int i) {
    return String.format(Locale.ROOT, "node-%03d", i);
  }

  private static Pod preferring(Pod pod, String node) {
    var byName =
        new NodeSelectorTermBuilder()
            .addNewMatchExpression()
            .withKey("kubernetes.io/hostname")
            .withOperator("In")
            .withValues(node)
            .endMatchExpression()
            .build();
    return new PodBuilder(pod)
        .editSpec()
        .withNewAffinity()
        .withNewNodeAffinity()
        .addNewPreferredDuringSchedulingIgnoredDuringExecution()
        .withWeight(100)
        .withPreference(byName)
        .endPreferredDuringSchedulingIgnoredDuringExecution()
        .endNodeAffinity()
        .endAffinity()
        .endSpec()
        .build();
  }
}

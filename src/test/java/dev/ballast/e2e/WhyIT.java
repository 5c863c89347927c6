package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * One command explains a pod that is bound, and one a pod that waits, on a real control plane: 2
 * cool nodes and 4 hot ones.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class WhyIT {
  private static final Path JAR = Shell.ROOT.resolve("target/ballast.jar");

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;
  private Annotations annotations;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", "6");
    annotations = new Annotations(cluster);
    var policy = Setup.policy(cluster, "10m");
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, extender, cluster);
  }

  /** Loads of node-000 and node-001, and of the others. */
  private void load(double two, double others) {
    cluster.load("node-*", others, 0.2);
    cluster.load("node-000", two, 0.2);
    cluster.load("node-001", two, 0.2);
    annotations.await(Setup.MEAN, "node-00", 4, v -> Math.abs(v - others) < 0.06);
    annotations.await(Setup.MEAN, "node-000", 1, v -> Math.abs(v - two) < 0.06);
    annotations.await(Setup.MEAN, "node-001", 1, v -> Math.abs(v - two) < 0.06);
    Await.pause(Duration.ofSeconds(1)); // the watch of the extender
  }

  private Shell.Result ballast(String... arguments) {
    var command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("--server", extender.url(), "--kubeconfig", cluster.kubeconfig().toString()));
    return Shell.run(Shell.ROOT, Map.of(), Duration.ofMinutes(1), command);
  }

  @Test
  void why_podBoundThenOnePending_areExplainedByOneCommandEach() throws IOException {
    load(0.1, 0.9);
    var pods = Pods.create(cluster.admin(), "bound", 1, Pods.OURS, "10m", "1Mi");
    pods.awaitBound(Duration.ofMinutes(1));
    String node = Objects.requireNonNull(pods.bound().get("bound-0"));
    Await.until(
        "the binding is seen",
        Duration.ofSeconds(10),
        () -> ballast("why", "default/bound-0").out().contains(" is on " + node));

    String text = ballast("why", "default/bound-0", "--node", "node-004").orFail("why").out();
    assertThat(text)
        .startsWith("default/bound-0 is on " + node + ", which Ballast ranked ")
        .contains("6 candidates: 2 passed, 4 refused (4 by " + Setup.MEAN + ")")
        .contains("node-004 was refused: " + Setup.MEAN)
        .contains(extender.url() + "  knows the pod");
    JsonNode json =
        new ObjectMapper()
            .readTree(ballast("why", "default/bound-0", "-o", "json").orFail("why").out());
    assertThat(json.at("/explanation/node").asText()).isEqualTo(node);
    assertThat(json.at("/explanation/prioritize/rows/0/readings/0/state").asText())
        .isEqualTo("fresh");

    load(0.9, 0.9);
    Pods.create(cluster.admin(), "pending", 1, Pods.OURS, "10m", "1Mi");
    Await.until(
        "refused and told",
        Duration.ofSeconds(30),
        () -> ballast("why", "default/pending-0").out().contains("kube-scheduler says"));
    assertThat(ballast("why", "default/pending-0").orFail("why").out())
        .startsWith("default/pending-0 waits: Ballast refused all 6 nodes")
        .contains("6 candidates: 0 passed, 6 refused (6 by " + Setup.MEAN + ")")
        .contains("Closest to passing:")
        .contains("0/6 nodes are available");

    Pods.create(cluster.admin(), "huge", 1, Pods.OURS, "1000", "1Mi");
    Await.until(
        "judged by requests",
        Duration.ofSeconds(30),
        () -> ballast("why", "default/huge-0").out().contains("Insufficient cpu"));
    assertThat(ballast("why", "default/huge-0").orFail("why").out())
        .contains("Ballast never overrides");

    var nobody = ballast("why", "default/nobody");
    assertThat(nobody.exitCode()).isEqualTo(1);
    assertThat(nobody.out())
        .startsWith("default/nobody: Ballast has not seen this pod.")
        .contains("there is no pod of this name now");

    assertThat(ballast("top", "--sort", "name").orFail("top").out())
        .contains("6 nodes, 6 refused")
        .contains("node-005");
  }
}

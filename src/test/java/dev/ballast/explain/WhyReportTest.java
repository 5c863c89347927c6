package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.scoring.Decision.Verb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The texts are files beside this class; run with -Dballast.snapshots=write to renew them. */
final class WhyReportTest {
  private static final Path TEXTS = Path.of("src/test/resources/why");
  private static final Instant NOW = Sample.TIME.plusSeconds(30);
  private static final String HERE = "http://127.0.0.1:9444";
  private static final String NO_CLUSTER = "not asked, as there is no kubeconfig.";

  private final DecisionRing ring = new DecisionRing(100, 10_000);
  private final Explanations explanations = new Explanations(ring, () -> Sample.FACTS, () -> {});

  private Answers.Explanation explanation(String node) throws IOException {
    var endpoints =
        new ExplainEndpoints(
            new ExplainEndpoints.Parts(
                "ballast-0",
                "0.1.0",
                Sample.NOW - 60_000,
                () -> Sample.FACTS,
                () -> dev.ballast.load.LoadSnapshot.EMPTY,
                () -> true,
                () -> false,
                name -> dev.ballast.inflight.Charge.NONE,
                (loads, charges, now) -> {
                  throw new AssertionError("not asked for nodes");
                },
                () -> Sample.NOW),
            ring,
            explanations);
    String query = "namespace=default&pod=web" + (node.isEmpty() ? "" : "&node=" + node);
    var handler =
        java.util.Objects.requireNonNull(endpoints.routes().get("/v1/explanations")).get("GET");
    var response =
        java.util.Objects.requireNonNull(handler)
            .handle(new dev.ballast.http.Request(query, new byte[0], 0, 0));
    return Json.read(
        new String(response.body(), 0, response.length(), java.nio.charset.StandardCharsets.UTF_8),
        Answers.Explanation.class);
  }

  private static WhyReport report(
      String node,
      List<Reply<Answers.Explanation>> replies,
      Optional<ClusterPod> cluster,
      Optional<Weighing> weighing) {
    return new WhyReport(
        new WhyReport.Facts(
            "default",
            "web",
            node,
            replies,
            cluster,
            cluster.isEmpty() ? NO_CLUSTER : "",
            weighing,
            ""),
        NOW);
  }

  private WhyReport report(String node) throws IOException {
    return report(
        node, List.of(Reply.of(HERE, explanation(node))), Optional.empty(), Optional.empty());
  }

  private static Optional<ClusterPod> pending(String scheduler, String message) {
    return Optional.of(
        new ClusterPod("uid-web", scheduler, "", "Pending", "Unschedulable", message));
  }

  private void bind(String node) {
    explanations.bound("uid-web", "default", "web", node, Sample.NOW + 26_000);
  }

  private static void compare(String name, WhyReport report) throws IOException {
    Path file = TEXTS.resolve(name + ".txt");
    if ("write".equals(System.getProperty("ballast.snapshots"))) {
      Files.createDirectories(TEXTS);
      Files.writeString(file, report.text());
    }
    assertThat(report.text()).isEqualTo(Files.readString(file));
  }

  @Test
  void text_boundOnFirstRank_saysByWhat() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9, 0.102, 0.2, 0.7));
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.3, 0.102, 0.2));
    bind("node-1");

    compare("bound-first", report(""));
    assertThat(report("").explained()).isTrue();
  }

  @Test
  void text_boundElsewhereWithAnEstimate_saysTheWeightNeeded() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.6, 0.102, 0.2));
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.6, 0.102, 0.2));
    bind("node-0");
    var weighing =
        new Weighing(
            false,
            "node-1",
            9,
            new InTreeScores(
                Map.of("NodeResourcesFit", 40L, "NodeResourcesBalancedAllocation", 74L)),
            "node-0",
            4,
            new InTreeScores(
                Map.of("NodeResourcesFit", 191L, "NodeResourcesBalancedAllocation", 76L)));

    compare(
        "bound-elsewhere",
        report(
            "", List.of(Reply.of(HERE, explanation(""))), Optional.empty(), Optional.of(weighing)));
  }

  @Test
  void text_boundElsewhereWithTheSchedulersLog_isExact() throws IOException {
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.6, 0.102));
    bind("node-0");
    var weighing =
        new Weighing(
            true,
            "node-1",
            9,
            new InTreeScores(Map.of("NodeResourcesFit", 40L, "PodTopologySpread", 0L)),
            "node-0",
            4,
            new InTreeScores(Map.of("NodeResourcesFit", 41L, "PodTopologySpread", 200L)));

    String text =
        report(
                "",
                List.of(Reply.of(HERE, explanation(""))),
                Optional.empty(),
                Optional.of(weighing))
            .text();
    assertThat(text)
        .contains("With a weight of 5 or more for this extender node-1 would have won.")
        .contains("difference in-tree: PodTopologySpread +200, NodeResourcesFit +1")
        .doesNotContain("stimate");
  }

  @Test
  void text_boundElsewhereSentTheSame_saysSo() throws IOException {
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.14, 0.12));
    bind("node-0");

    assertThat(report("").text()).contains("Both were sent as 9:");
  }

  @Test
  void text_refusedEverywhere_saysByWhatAndWhatHelps() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9, 0.71, 0.66));

    compare(
        "refused-everywhere",
        report(
            "",
            List.of(Reply.of(HERE, explanation(""))),
            pending(
                "load-aware-scheduler",
                "0/3 nodes are available: 3 node(s) had cpu_usage_avg_5m over the limit of the load"
                    + " policy."),
            Optional.empty()));
  }

  @Test
  void text_otherScheduler_isNotOurs() throws IOException {
    compare(
        "not-ours",
        report(
            "",
            List.of(Reply.of(HERE, explanation(""))),
            pending("default-scheduler", "0/3 nodes are available: 3 Insufficient cpu."),
            Optional.empty()));
  }

  @Test
  void text_requestsDoNotFit_isNotBallast() throws IOException {
    compare(
        "requests",
        report(
            "",
            List.of(Reply.of(HERE, explanation(""))),
            pending("load-aware-scheduler", "0/3 nodes are available: 3 Insufficient cpu."),
            Optional.empty()));
  }

  @Test
  void text_breakerOpen_saysThatBallastHadNoSay() throws IOException {
    ring.accept(Sample.notJudged(Verb.FILTER, "web", "breaker_open", 3));
    ring.accept(Sample.notJudged(Verb.PRIORITIZE, "web", "breaker_open", 3));
    bind("node-1");

    compare("fail-open", report(""));
  }

  @Test
  void text_neverSeen_saysWhatThatMeans() throws IOException {
    compare("never-seen", report(""));
    assertThat(report("").explained()).isFalse();
  }

  @Test
  void text_twoReplicasOneDead_saysWhichAnswered() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9, 0.102));
    bind("node-1");

    compare(
        "one-dead",
        report(
            "",
            List.of(
                Reply.failed("http://10.0.0.7:9444", "connection refused"),
                Reply.of(HERE, explanation(""))),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void text_nobodyAnswers_saysHowToFindThem() throws IOException {
    var report =
        report(
            "",
            List.of(Reply.failed(HERE, "connection refused")),
            Optional.empty(),
            Optional.empty());

    assertThat(report.text())
        .startsWith("default/web: no replica of Ballast answered.")
        .contains("--server URL");
    assertThat(report.explained()).isFalse();
  }

  @Test
  void text_replicasContradict_newestCountsAndTheOtherIsTold() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.1));
    var waiting = explanation("");
    bind("node-0");
    String text =
        report(
                "",
                List.of(Reply.of("http://a", waiting), Reply.of("http://b", explanation(""))),
                Optional.empty(),
                Optional.empty())
            .text();

    assertThat(text)
        .startsWith("default/web is on node-0")
        .contains("http://a says: waiting; http://b says later: bound to node-0");
  }

  @Test
  void text_askedForARefusedNode_saysWhyNot() throws IOException {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9, 0.102, 0.2));
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.5, 0.102, 0.2));
    bind("node-1");

    assertThat(report("node-0").text())
        .contains("node-0 was refused: cpu_usage_avg_5m at 90.0 %, limit 65.0 %.");
    assertThat(report("node-2").text()).contains("node-2 passed and was ranked 2nd of 3.");
    assertThat(report("node-9").text()).contains("Nothing is known of node-9 in this decision");
  }

  @Test
  void json_boundPod_hasSummaryExplanationAndReplicas() throws IOException {
    ring.accept(Sample.ranked("web", Sample.NOW, 0.1));
    bind("node-0");
    var json = new ObjectMapper().readTree(report("").json());

    assertThat(json.path("summary").asText())
        .isEqualTo("default/web is on node-0, which Ballast ranked 1st of 1.");
    assertThat(json.at("/explanation/node").asText()).isEqualTo("node-0");
    assertThat(json.at("/replicas/0/answered").asBoolean()).isTrue();
    assertThat(json.at("/replicas/0/status").asText()).isEqualTo("bound");
    assertThat(json.path("contradictions").size()).isZero();
  }
}

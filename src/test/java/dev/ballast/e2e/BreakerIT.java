package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.LoadAnnotations;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * When load data is lost: 4 hot nodes (node-00[0-3]) and 8 cool ones, means that live 30 s, and a
 * maximum that lives 10 minutes and has a limit, as long as which a dead source would go unnoticed
 * and hot nodes stay refused.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class BreakerIT {
  private static final int NODES = 12;
  private static final int METRICS = 3;
  private static final int PODS = 36;
  private static final String HOT = "node-00[0-3]";
  private static final String[] HOT_NODES = {"node-000", "node-001", "node-002", "node-003"};
  private static final Duration BURST = Duration.ofMinutes(2);

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;
  private Annotations annotations;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES));
    annotations = new Annotations(cluster);
    cluster.load("node-*", 0.1, 0.2);
    cluster.load(HOT, 0.9, 0.2);
    Path policy =
        Setup.file(
            cluster,
            "breaker",
            """
            apiVersion: scheduling.ballast.dev/v1alpha1
            kind: DynamicSchedulerPolicy
            spec:
              clockTolerance: 0s
              breaker: {silence: 30s}
              syncPolicy:
              - {name: cpu_usage_avg_30s, period: 3s, staleAfter: 30s}
              - {name: cpu_usage_max_avg_2m, period: 5s, staleAfter: 10m}
              - {name: mem_usage_avg_30s, period: 3s, staleAfter: 30s}
              predicate:
              - {name: cpu_usage_avg_30s, maxLimitPercent: 0.65}
              - {name: cpu_usage_max_avg_2m, maxLimitPercent: 0.7}
              priority:
              - {name: cpu_usage_avg_30s, weight: 0.5}
              - {name: mem_usage_avg_30s, weight: 0.5}
            """);
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, extender, cluster);
  }

  @BeforeEach
  void awaitJudging() {
    annotations.await(Setup.MAX, "node-", NODES, v -> v >= 0);
    Await.until(
        "all fresh",
        Duration.ofMinutes(2),
        () -> readings("fresh") == NODES * METRICS && open() == 0);
    annotations.await(Setup.MAX, "node-00", HOT_NODES.length, v -> v > 0.75);
    annotations.await(Setup.MEAN, "node-00", HOT_NODES.length, v -> v > 0.75);
    // A window that is not full reads too high; so it may be for the first two minutes.
    Await.until(
        "only full windows",
        Duration.ofMinutes(4),
        () ->
            Objects.requireNonNull(annotations.readings(Setup.MAX).get("node-005")).value() < 0.4);
    inBurst("judged", pods -> assertThat(pods.shareOn(HOT_NODES)).as("refused").isZero());
    assertThat(passing()).containsExactly("node-009");
    assertThat(prioritize()).contains("node-009");
  }

  private double readings(String state) {
    return extender.metric("ballast_readings", "state=\"" + state + "\"");
  }

  private double open() {
    return extender.metric("ballast_breaker_open", "");
  }

  /** Binds pods, looks where they are, and takes them away whatever that says. */
  private void inBurst(String name, Consumer<Pods> look) {
    var pods = Pods.create(cluster.admin(), name, PODS, Pods.OURS, "10m", "1Mi");
    try {
      pods.awaitBound(BURST);
      look.accept(pods);
    } finally {
      pods.delete();
    }
  }

  private String prioritize() {
    return call("prioritize");
  }

  /** Which of a hot node and a cool one filter lets pass. */
  private List<String> passing() {
    var names = Pattern.compile("\"NodeNames\":\\[([^]]*)]").matcher(call("filter"));
    assertThat(names.find()).isTrue();
    return Pattern.compile("node-\\d+")
        .matcher(names.group(1))
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private String call(String verb) {
    return cluster.postTo(
        "http://127.0.0.1:" + cluster.extenderPort() + "/v1/" + verb,
        """
        {"Pod": {"metadata": {"name": "p", "namespace": "default", "uid": "u"},
                 "spec": {"schedulerName": "load-aware-scheduler"}},
         "Nodes": null, "NodeNames": ["node-000", "node-009"]}
        """);
  }

  private List<Event> events(String reason) {
    return cluster
        .admin()
        .events()
        .v1()
        .events()
        .inNamespace("ballast-system")
        .list()
        .getItems()
        .stream()
        .filter(event -> reason.equals(event.getReason()))
        .toList();
  }

  private void assertNothingIsJudged(String why) {
    assertThat(extender.page("/readyz?verbose"))
        .contains("[ ]breaker open: ", why)
        .endsWith("ok\n");
    assertThat(prioritize().strip()).isEqualTo("[]");
    assertThat(passing()).as("nothing is refused").containsExactly("node-000", "node-009");
    inBurst("neutral", pods -> assertThat(pods.bound()).hasSize(PODS));
  }

  @Test
  void serve_prometheusDies_opensAfterTheSilenceAndClosesWhenItIsBack() {
    int before = events("LoadBreakerOpened").size();
    int closed = events("LoadBreakerClosed").size();
    cluster.stop("prometheus", "--signal", "KILL");
    try {
      var time = Await.until("open", Duration.ofMinutes(2), () -> open() == 1);
      System.out.println("breaker open " + time.toSeconds() + " s after Prometheus was killed");
      assertThat(
              extender.metric("ballast_readings", "metric=\"" + Setup.MAX + "\",state=\"fresh\""))
          .as("the maxima, over their limit on hot nodes, are still fresh")
          .isEqualTo(NODES);
      assertNothingIsJudged("the newest fresh reading is ");
      Await.until(
          "the event",
          Duration.ofSeconds(20),
          () -> events("LoadBreakerOpened").size() == before + 1);
      Event event = events("LoadBreakerOpened").get(before);
      assertThat(event.getType()).isEqualTo("Warning");
      assertThat(event.getRegarding().getKind()).isEqualTo("Lease");
      assertThat(event.getNote()).contains("All nodes pass");
      assertThat(cluster.kubectl("-n", "ballast-system", "get", "events").orFail("events").out())
          .contains("LoadBreakerOpened", "lease/ballast-annotator");
    } finally {
      cluster.start("prometheus");
    }
    Await.until("closed", Duration.ofMinutes(2), () -> open() == 0);
    Await.until(
        "the other event",
        Duration.ofSeconds(20),
        () -> events("LoadBreakerClosed").size() == closed + 1);
    assertThat(extender.log().split("The load breaker opened", -1)).hasSize(before + 2);
    assertThat(extender.log()).doesNotContain("cannot be written");
  }

  @Test
  void serve_exportersFreeze_areImplausibleAndAllOfThemOpenTheBreaker() {
    cluster.post("/freeze", "[\"node-005\",\"node-006\"]");
    try {
      var time =
          Await.until(
              "two frozen nodes",
              Duration.ofMinutes(1),
              () -> readings("implausible") == 2 * METRICS);
      System.out.println("frozen exporters found after " + time.toSeconds() + " s");
      assertThat(annotations.of("node-005")).containsKey(LoadAnnotations.FROZEN_SINCE);
      assertThat(readings("fresh")).isEqualTo((NODES - 2) * METRICS);
      assertThat(open()).isZero();
      assertThat(annotator.metric("ballast_annotator_frozen_nodes", "")).isEqualTo(2);

      cluster.post("/freeze", "");
      Await.until("open", Duration.ofMinutes(1), () -> open() == 1);
      assertNothingIsJudged("nodes that had usable load data lack it");
    } finally {
      cluster.post("/thaw", "");
    }
    Await.until(
        "all are back",
        Duration.ofMinutes(2),
        () -> readings("fresh") == NODES * METRICS && open() == 0);
    assertThat(annotations.of("node-005")).doesNotContainKey(LoadAnnotations.FROZEN_SINCE);
    assertThat(Objects.requireNonNull(annotations.readings(Setup.MEAN).get("node-005")).value())
        .as("no mean over a time in which the counters stood still")
        .isLessThan(0.2);
    assertThat(Objects.requireNonNull(annotations.readings(Setup.MAX).get("node-005")).value())
        .isLessThan(0.4);
  }
}

package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.ballast.cli.doctor.Doctor;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A healthy installation in which one thing at a time is broken and repaired: {@code doctor} calls
 * each by the name of one check, and finds nothing else.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class DoctorIT {
  private static final String METRIC = "cpu_usage_avg_5m";
  private static final String QUERY =
      "1 - avg by (%s) (rate(node_cpu_seconds_total{mode=\"idle\"}[1m]))";

  private LocalCluster cluster;
  private String configuration;
  private String scheduler;

  @BeforeAll
  void startEverything() throws IOException {
    cluster = LocalCluster.up("--nodes", "10", "--ballast", "--history", "24h");
    configuration =
        """
        apiVersion: scheduling.ballast.dev/v1alpha1
        kind: BallastConfiguration
        extender: {port: %d}
        prometheus: {url: "%s", scrapeInterval: 2s}
        """
            .formatted(cluster.extenderPort(), cluster.get("PROMETHEUS_URL"));
    // The cluster's own has no leader election; here it is the shape that people install.
    scheduler =
        Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")))
            .replace("leaderElect: false", "leaderElect: true");
    Await.until(
        "a healthy installation",
        Duration.ofMinutes(2),
        () -> problems(examine(configuration, scheduler)).isEmpty());
  }

  @AfterAll
  void stopEverything() {
    Closing.all(cluster);
  }

  private Doctor.Options options(String config, String schedulerConfig) {
    return new Doctor.Options(
        Path.of("policy/default.yaml"),
        Optional.of(Setup.file(cluster, "doctor", config)),
        Optional.of(cluster.kubeconfig()),
        true,
        true,
        Optional.of(Setup.file(cluster, "scheduler", schedulerConfig)),
        Optional.empty());
  }

  private JsonNode examine(String config, String schedulerConfig) {
    return examine(options(config, schedulerConfig));
  }

  private static JsonNode examine(Doctor.Options options) {
    try {
      return new ObjectMapper().readTree(Doctor.examine(options).json());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private JsonNode healthyBut(Path kubeconfig, Path policy) {
    var all = options(configuration, scheduler);
    return examine(
        new Doctor.Options(
            policy,
            all.config(),
            Optional.of(kubeconfig),
            true,
            true,
            all.schedulerConfig(),
            Optional.empty()));
  }

  /** What is broken or worth a warning, as name and status. */
  private static List<String> problems(JsonNode report) {
    var problems = new ArrayList<String>();
    for (var finding : report.path("findings")) {
      String status = finding.path("status").asText();
      if (!status.equals("ok") && !status.equals("skipped")) {
        problems.add(finding.path("check").asText() + " " + status);
      }
    }
    return problems;
  }

  /** The one thing that is wrong; it says what was seen and what to do. */
  private static String only(JsonNode report, String check, String status) {
    var problems = problems(report);
    if (!check.equals("scrapeInterval")) {
      problems.remove("scrapeInterval warning"); // a busy machine scrapes less often than it should
    }
    assertThat(problems).as(report.toPrettyString()).containsOnly(check + " " + status);
    for (var finding : report.path("findings")) {
      boolean asked = finding.path("check").asText().equals(check);
      if (asked && finding.path("status").asText().equals(status)) {
        assertThat(finding.path("seen").asText()).isNotEmpty();
        assertThat(finding.path("advice").asText()).isNotEmpty();
        return finding.path("seen").asText() + " -> " + finding.path("advice").asText();
      }
    }
    throw new AssertionError(report.toPrettyString());
  }

  private JsonNode withMetric(String promql, String more) {
    return examine(
        configuration
            + """
            metrics:
              definitions:
              - name: %s
                promql: '%s'
                resource: cpu
                window: 5m
            %s
            """
                .formatted(METRIC, promql, more.isEmpty() ? "" : "    " + more),
        scheduler);
  }

  @Test
  void run_healthyInstallation_findsNothingAndExitsWithZero() throws IOException {
    var options = options(configuration, scheduler);
    var result = run(options);
    assertThat(result.out()).contains("0 warnings, 0 broken, 0 skipped").doesNotContain("->");
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
  }

  @Test
  void run_somethingBroken_exitsWithOneAndSaysWhatToDo() throws IOException {
    var result =
        run(options(configuration, scheduler.replace("ignorable: true", "ignorable: false")));
    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.out())
        .containsPattern(
            "broken +ignorable +false: no Ballast, no scheduling\n +-> set ignorable: true")
        .contains("1 broken");
  }

  @Test
  void run_noSuchFile_exitsWithTwo() throws IOException {
    var options = options(configuration, scheduler);
    Files.delete(options.schedulerConfig().orElseThrow());
    var result = run(options);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("there is no such file");
  }

  private static Shell.Result run(Doctor.Options options) {
    return Shell.run(
        Shell.ROOT,
        Map.of(),
        Duration.ofMinutes(1),
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            "target/ballast.jar",
            "doctor",
            "--policy",
            options.policy().toString(),
            "--config",
            options.config().orElseThrow().toString(),
            "--kubeconfig",
            options.kubeconfig().orElseThrow().toString(),
            "--scheduler-config",
            options.schedulerConfig().orElseThrow().toString()));
  }

  // --- Prometheus ------------------------------------------------------------------------------

  @Test
  void examine_prometheusIsNotThere_isPrometheus() throws IOException {
    String nowhere =
        configuration.replace(cluster.get("PROMETHEUS_URL"), "http://127.0.0.1:" + freePort());
    assertThat(only(examine(nowhere, scheduler), "prometheus", "broken"))
        .contains("correct prometheus.url");
  }

  @Test
  void examine_httpsForHttp_isPrometheus() {
    String https = cluster.get("PROMETHEUS_URL").replace("http:", "https:");
    assertThat(
            only(
                examine(configuration.replace(cluster.get("PROMETHEUS_URL"), https), scheduler),
                "prometheus",
                "broken"))
        .contains("scheme");
  }

  @Test
  void examine_credentialsRefused_isPrometheus() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
    try {
      String guarded =
          configuration.replace(
              cluster.get("PROMETHEUS_URL"), "http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(only(examine(guarded, scheduler), "prometheus", "broken"))
          .contains("401", "give valid credentials");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void examine_misspeltMetric_isItsQuery() {
    String misspelt = QUERY.formatted("instance").replace("seconds", "secunds");
    assertThat(only(withMetric(misspelt, ""), "query", "broken"))
        .contains("no series", "node_cpu_secunds_total");
  }

  @Test
  void examine_badPromql_isItsQuery() {
    assertThat(only(withMetric("avg by (instance (x)", ""), "query", "broken"))
        .contains("parse error");
  }

  @Test
  void examine_labelThatNamesNoNode_isNodeMatch() {
    assertThat(
            only(
                withMetric(QUERY.formatted("instance, job"), "label: job"), "node-match", "broken"))
        .contains("job=\"node-exporter\"", "InternalIP 10.", "relabel it");
  }

  @Test
  void examine_percentsForFractions_isValues() {
    assertThat(
            only(
                withMetric("50 + 0 * " + QUERY.formatted("instance").substring(4), ""),
                "values",
                "broken"))
        .contains("no load on 10 of 10 nodes", "unit: percent");
  }

  @Test
  void examine_seriesOfARuleThatIsNotLoaded_isRecordingRules() {
    assertThat(only(withMetric("cpu_usage_avg_5m_of_a_rule", ""), "recording-rules", "broken"))
        .contains("deploy/prometheus/rules.yaml");
  }

  @Test
  void examine_exportersStop_isSamples() {
    String impatient = configuration + "metrics: {sampleTimes: {staleAfter: 6s}}\n";
    cluster.post("/down", "[\"node-001\", \"node-002\", \"node-003\"]");
    try {
      Await.until(
          "three stopped",
          Duration.ofMinutes(1),
          () -> examine(impatient, scheduler).toString().contains("on 3 of 10 nodes"));
      assertThat(only(examine(impatient, scheduler), "samples", "broken"))
          .contains("3 of 10 nodes, as on node-001, node-002, node-003");
    } finally {
      cluster.post("/up", "[\"node-001\", \"node-002\", \"node-003\"]");
    }
    Await.until(
        "samples again",
        Duration.ofMinutes(1),
        () -> problems(examine(impatient, scheduler)).isEmpty());
  }

  @Test
  void examine_otherScrapeIntervalThanReal_isScrapeInterval() {
    String wrong = configuration.replace("scrapeInterval: 2s", "scrapeInterval: 30s");
    Await.until( // a scrape that the machine had no time for looks like a longer interval
        "scrapes at their pace",
        Duration.ofMinutes(1),
        () -> examine(wrong, scheduler).toString().contains("set prometheus.scrapeInterval: 2"));
    assertThat(only(examine(wrong, scheduler), "scrapeInterval", "warning"))
        .contains("set prometheus.scrapeInterval: 2");
  }

  @ParameterizedTest
  @CsvSource({"PT10M, 'Prometheus is 10m', ahead of", "PT-10M, 'Prometheus is 10m', behind"})
  void examine_clockOfPrometheusIsWrong_isClock(Duration shift, String whose, String sign) {
    try (var proxy = new ShiftedClock(cluster.get("PROMETHEUS_URL"), authority(), shift)) {
      String shifted = configuration.replace(cluster.get("PROMETHEUS_URL"), proxy.url());
      assertThat(only(examine(shifted, scheduler), "clock", "broken"))
          .contains(whose.replace("10m", ""), sign);
    }
  }

  // --- API server ------------------------------------------------------------------------------

  private Path authority() {
    return Path.of(cluster.get("PKI")).resolve("ca.crt");
  }

  private Path kubeconfig(String server) throws IOException {
    String text = Files.readString(cluster.kubeconfig());
    return Setup.file(cluster, "kubeconfig", text.replace(cluster.get("APISERVER_URL"), server));
  }

  @Test
  void examine_clockOfTheApiServerIsWrong_isClock() throws IOException {
    try (var proxy =
        new ShiftedClock(cluster.get("APISERVER_URL"), authority(), Duration.ofMinutes(-10))) {
      var report = healthyBut(kubeconfig(proxy.url()), Path.of("policy/default.yaml"));
      assertThat(only(report, "clock", "broken")).contains("the API server is ", "behind");
    }
  }

  @Test
  void examine_apiServerIsNotThere_isApiServer() throws IOException {
    var report =
        healthyBut(kubeconfig("https://127.0.0.1:" + freePort()), Path.of("policy/default.yaml"));
    assertThat(only(report, "api-server", "broken")).contains("check the server of the kubeconfig");
  }

  @Test
  void examine_tokenIsUnknown_isApiServer() throws IOException {
    String text = Files.readString(cluster.kubeconfig());
    Path file =
        Setup.file(
            cluster, "kubeconfig", text.replaceAll("token: \"[^\"]*\"", "token: \"unknown\""));
    assertThat(only(healthyBut(file, Path.of("policy/default.yaml")), "api-server", "broken"))
        .contains("renew the token");
  }

  @Test
  void examine_accountWithoutARight_isPermissions() {
    Path extender = cluster.kubeconfigOf("ballast-extender");
    assertThat(only(healthyBut(extender, Path.of("policy/default.yaml")), "permissions", "broken"))
        .contains("patch nodes", "get leases ballast-annotator in ballast-system")
        .contains(
            "bind ClusterRole ballast-annotator and Role ballast-annotator in ballast-system");
  }

  @Test
  void examine_accountThatMayNothing_isPermissions() throws IOException {
    cluster.kubectl("-n", "ballast-system", "create", "serviceaccount", "nobody").orFail("create");
    assertThat(
            only(
                healthyBut(cluster.kubeconfigOf("nobody"), Path.of("policy/default.yaml")),
                "permissions",
                "broken"))
        .contains("list pods", "watch nodes", "ClusterRole ballast-extender");
  }

  @Test
  void examine_policyInError_isPolicy() throws IOException {
    String policy = Files.readString(Path.of("policy/default.yaml"));
    Path file =
        Setup.file(
            cluster, "policy", policy.replace("maxLimitPercent: 0.65", "maxLimitPercent: 65"));
    assertThat(only(healthyBut(cluster.kubeconfig(), file), "policy", "broken")).contains("65");
  }

  // --- annotations -----------------------------------------------------------------------------

  @Test
  void examine_annotationsOfAnotherTimeZone_isTimeZone() {
    String zone = configuration + "annotations: {timeZone: Asia/Shanghai}\n";
    assertThat(only(examine(zone, scheduler), "time-zone", "broken"))
        .contains("10 of 10 nodes", "set annotations.timeZone: UTC");
  }

  @Test
  void examine_textThatIsNoReading_isAnnotations() {
    String before = annotate("node-004", "half", "ballast");
    try {
      assertThat(only(examine(configuration, scheduler), "annotations", "broken"))
          .contains("unreadable: 1, as node-004 has \"half\"");
    } finally {
      annotate("node-004", before, "ballast");
    }
  }

  @Test
  void examine_anotherWriter_isWriters() {
    String before = annotate("node-005", "0.40000,2026-11-22T12:00:00Z", "ballast");
    annotate("node-005", before, "crane-scheduler-controller");
    try {
      assertThat(only(examine(configuration, scheduler), "writers", "broken"))
          .contains("crane-scheduler-controller on 1 node", "stop the other one");
    } finally {
      cluster
          .kubectl("annotate", "node", "node-005", METRIC + "-", "--field-manager=ballast")
          .orFail("remove");
      annotate("node-005", before, "ballast");
    }
  }

  /** Writes the annotation and gives back what was there. */
  private String annotate(String node, String text, String manager) {
    String before = new Annotations(cluster).of(node).getOrDefault(METRIC, "");
    cluster
        .kubectl(
            "annotate",
            "--overwrite",
            "node",
            node,
            METRIC + "=" + text,
            "--field-manager=" + manager)
        .orFail("annotate");
    return before;
  }

  @Test
  void examine_noAnnotatorEver_isLeader() {
    String other = configuration + "leaderElection: {name: nobody}\n";
    assertThat(only(examine(other, scheduler), "leader", "broken")).contains("does not exist");
  }

  @Test
  void examine_leaderIsGone_isLeader() {
    var lease =
        new LeaseBuilder()
            .withNewMetadata()
            .withName("abandoned")
            .withNamespace("ballast-system")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("annotator-1")
            .withLeaseDurationSeconds(15)
            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).minusMinutes(10))
            .endSpec()
            .build();
    cluster.admin().resource(lease).create();
    try {
      String other = configuration + "leaderElection: {name: abandoned}\n";
      assertThat(only(examine(other, scheduler), "leader", "broken"))
          .containsPattern("held by annotator-1, renewed (10m|9m59s)");
    } finally {
      cluster.admin().resource(lease).delete();
    }
  }

  // --- kube-scheduler --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nodeCacheCapable: true | nodeCacheCapable: false | nodeCacheCapable | broken",
        "ignorable: true | ignorable: false | ignorable | broken",
        "httpTimeout: 200ms | httpTimeout: 5s | httpTimeout | broken",
        "httpTimeout: 200ms | httpTimeout: 100ms | httpTimeout | broken",
        "httpTimeout: 200ms | httpTimeout: 400ms | httpTimeout | warning",
        "weight: 5 | weight: 1 | weight | warning",
        "weight: 5 | weight: 50 | weight | warning",
        "weight: 5 | weight: 0 | weight | broken",
        "enableHTTPS: false | enableHTTPS: true | enableHTTPS | warning",
        "ignorable: true | 'ignorable: true\n  bindVerb: bind' | bindVerb | broken",
        "schedulerName: load-aware-scheduler | schedulerName: another-scheduler | profile | broken",
        "resourceName: ballast-scheduler | 'resourceName: kube-scheduler' | scheduler-lease | broken",
        "extenders: | 'extenders:\n- {urlPrefix: http://127.0.0.1:1/, filterVerb: filter}' | other-extenders | warning",
        "extenders: | extenderz: | scheduler-config | broken",
        "filterVerb: filter | filterVerb: filters | extender | broken",
      })
  void examine_schedulerConfigurationIsWrong_isNamedByItsField(
      String right, String wrong, String check, String status) {
    assertThat(scheduler).contains(right);
    String changed = scheduler.replace(right, wrong);
    if (check.equals("scheduler-lease")) {
      changed =
          changed.replace("resourceNamespace: ballast-system", "resourceNamespace: kube-system");
    } else if (check.equals("profile")) { // its pods are not the only ones then
      changed =
          changed.replace(
              "ignorable: true",
              "ignorable: true\n  managedResources: [{name: ballast.dev/load-aware}]");
    }
    only(examine(configuration, changed), check, status);
  }

  @Test
  void examine_nothingListensAtUrlPrefix_isExtender() throws IOException {
    int port = freePort();
    String nowhere = scheduler.replace(":" + cluster.extenderPort() + "/", ":" + port + "/");
    assertThat(only(examine(configuration, nowhere), "extender", "broken"))
        .contains("start Ballast there");
  }

  @Test
  void examine_autoscaler_isAutoscalers() {
    var autoscaler =
        new DeploymentBuilder()
            .withNewMetadata()
            .withName("cluster-autoscaler")
            .withNamespace("default")
            .endMetadata()
            .withNewSpec()
            .withNewSelector()
            .addToMatchLabels("app", "autoscaler")
            .endSelector()
            .withNewTemplate()
            .withNewMetadata()
            .addToLabels("app", "autoscaler")
            .endMetadata()
            .withNewSpec()
            .addNewContainer()
            .withName("main")
            .withImage("none")
            .endContainer()
            .endSpec()
            .endTemplate()
            .endSpec()
            .build();
    cluster.admin().resource(autoscaler).create();
    try {
      assertThat(only(examine(configuration, scheduler), "autoscalers", "warning"))
          .contains("Deployment default/cluster-autoscaler", "does not ask extenders");
    } finally {
      cluster.admin().resource(autoscaler).delete();
    }
  }

  @Test
  void examine_topologyThatCannotBeRead_isTopology() throws IOException {
    try {
      cluster.define("deploy/topology/crd.yaml", "noderesourcetopologies.topology.crane.io");
      cluster.kubectl("apply", "-f", "deploy/topology/example.yaml").orFail("apply");
      assertThat(examine(configuration, scheduler).toString())
          .contains("1 NodeResourceTopology of crane's kind");
      cluster
          .kubectl(
              "patch",
              "nrt",
              "node-000",
              "--type=json",
              "-p",
              "[{\"op\":\"replace\",\"path\":\"/zones/0/resources/capacity/cpu\",\"value\":\"-1\"}]")
          .orFail("patch");
      assertThat(only(examine(configuration, scheduler), "topology", "warning"))
          .contains("of node-000, zones[0].resources.capacity.cpu is");
    } finally {
      cluster.kubectl("delete", "-f", "deploy/topology/crd.yaml").orFail("delete");
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

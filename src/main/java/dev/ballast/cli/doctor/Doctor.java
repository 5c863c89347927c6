package dev.ballast.cli.doctor;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.Checked;
import dev.ballast.config.ConfigLoader;
import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfigurationReader;
import dev.ballast.config.YamlSource;
import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.SeenNode;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.ProbeException;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks at an installation from the user's seat: policy, API server, Prometheus, annotations, the
 * way from kube-scheduler to Ballast. What cannot be looked at because something before it is
 * broken is skipped, so that one fault has one name. Confined to one thread.
 */
public final class Doctor {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int WRITTEN_NODES = 50;

  /**
   * What to look at.
   *
   * @param policy the policy file
   * @param config the configuration file; its defaults hold without one
   * @param kubeconfig how to reach the API server
   * @param answers whether the role answers kube-scheduler
   * @param annotates whether the role annotates nodes
   * @param schedulerConfig the KubeSchedulerConfiguration that calls Ballast
   * @param extender the urlPrefix under which kube-scheduler reaches Ballast
   */
  public record Options(
      Path policy,
      Optional<Path> config,
      Optional<Path> kubeconfig,
      boolean answers,
      boolean annotates,
      Optional<Path> schedulerConfig,
      Optional<String> extender) {}

  private final Options options;
  private final BallastConfiguration configuration;
  private final DynamicSchedulerPolicy policy;
  private final List<Finding> findings;
  private final List<ClockCheck.Clock> clocks = new ArrayList<>();
  private Optional<Collection<AnnotatedNode>> nodes = Optional.empty();
  private Optional<Set<String>> expected = Optional.empty();

  private Doctor(Options options, ConfigLoader.Loaded loaded, List<Finding> findings) {
    this.options = options;
    this.configuration = loaded.configuration();
    this.policy = loaded.policy();
    this.findings = findings;
  }

  /**
   * Runs all checks.
   *
   * @throws IOException when a file cannot be read; the message names it
   * @throws IllegalArgumentException when the kubeconfig or a setting cannot be used
   */
  public static Report examine(Options options) throws IOException, InterruptedException {
    for (Path file : files(options)) {
      try {
        YamlSource.read(file);
      } catch (IOException e) {
        throw new IOException("cannot read " + file + ": " + YamlSource.reason(e), e);
      }
    }
    Installation.Read read = Installation.read(options.policy(), options.config());
    var findings = new ArrayList<>(read.findings());
    if (read.loaded().isEmpty()) {
      findings.add(
          Finding.skipped("all others", "policy and configuration have to be right first", ""));
    } else {
      new Doctor(options, read.loaded().get(), findings).run();
    }
    return new Report(findings);
  }

  private static List<Path> files(Options options) {
    var files = new ArrayList<Path>(List.of(options.policy()));
    options.config().ifPresent(files::add);
    options.schedulerConfig().ifPresent(files::add);
    return files;
  }

  private void run() throws IOException, InterruptedException {
    try (var connection = KubeConnection.forCommand(options.kubeconfig(), TIMEOUT)) {
      var probe = new ClusterProbe(connection, TIMEOUT);
      boolean reached = server(probe);
      if (reached) {
        cluster(probe);
      }
      var source =
          new SourceChecks(configuration, policy, nodes, expected, System::currentTimeMillis);
      findings.addAll(source.findings());
      source.clock().ifPresent(clocks::add);
      findings.add(ClockCheck.of(clocks, policy.data().clockTolerance()));
      annotations(source.stopped());
      if (reached) {
        annotator(probe);
      }
      scheduler();
      if (reached) {
        findings.add(AutoscalerCheck.of(probe));
        var topology = policy.topology();
        boolean answered = configuration.extender().bind() || topology.lateResult();
        findings.add(TopologyCheck.of(probe, topology.enabled() && !answered));
      }
    }
  }

  private boolean server(ClusterProbe probe) throws InterruptedException {
    long before = System.currentTimeMillis();
    try {
      var server = probe.server();
      long after = System.currentTimeMillis();
      findings.add(ApiServerCheck.reached(server, Duration.ofMillis(after - before)));
      ClockCheck.Clock.of("the API server", server.date(), before, after).ifPresent(clocks::add);
      return true;
    } catch (ProbeException e) {
      findings.add(ApiServerCheck.unreached(e));
      for (String check :
          List.of(
              ApiServerCheck.PERMISSIONS,
              NodeCheck.NAME,
              AnnotatorCheck.LEADER,
              AnnotatorCheck.WRITERS,
              AutoscalerCheck.NAME,
              TopologyCheck.NAME)) {
        findings.add(Finding.skipped(check, "the API server does not answer", ""));
      }
      return false;
    }
  }

  private void cluster(ClusterProbe probe) {
    var needed =
        new ArrayList<>(
            ApiServerCheck.needed(
                options.answers(), options.annotates(), configuration.leaderElection()));
    needed.addAll(
        ApiServerCheck.neededForResults(
            options.answers() && configuration.extender().bind(),
            options.annotates() && policy.topology().enabled() && policy.topology().lateResult()));
    findings.add(ApiServerCheck.permissions(probe, needed));
    try {
      List<SeenNode> seen = probe.nodes();
      findings.add(NodeCheck.of(seen));
      nodes = Optional.of(seen.stream().map(SeenNode::node).toList());
      expected =
          Optional.of(
              seen.stream()
                  .filter(node -> !node.noLoadData())
                  .map(node -> node.node().name())
                  .collect(Collectors.toSet()));
    } catch (ProbeException e) {
      findings.add(Finding.skipped(NodeCheck.NAME, "cannot be listed: " + e.getMessage(), ""));
    }
  }

  private void annotations(Set<String> stopped) {
    if (nodes.isEmpty() || expected.isEmpty()) {
      findings.add(Finding.skipped(AnnotationCheck.NAME, "the nodes are not known", ""));
      return;
    }
    var names = expected.get();
    var carrying = nodes.get().stream().filter(node -> names.contains(node.name())).toList();
    var check =
        new AnnotationCheck(
            carrying,
            policy,
            configuration.annotations().timeZone(),
            stopped,
            System.currentTimeMillis());
    findings.addAll(check.findings());
  }

  private void annotator(ClusterProbe probe) throws InterruptedException {
    if (!options.annotates()) {
      findings.add(Finding.skipped(AnnotatorCheck.LEADER, "this role does not annotate", ""));
    } else {
      leader(probe);
    }
    writers(probe);
  }

  private void leader(ClusterProbe probe) {
    var election = configuration.leaderElection();
    try {
      var lease = probe.lease(election.namespace(), election.name());
      var ahead =
          clocks.stream()
              .filter(clock -> !clock.owner().equals(SourceChecks.OWNER))
              .map(ClockCheck.Clock::ahead)
              .findFirst()
              .orElse(Duration.ZERO);
      var now = Instant.ofEpochMilli(System.currentTimeMillis()).plus(ahead);
      findings.add(AnnotatorCheck.leader(lease, election, now, policy.data().clockTolerance()));
    } catch (ProbeException e) {
      findings.add(
          Finding.skipped(
              AnnotatorCheck.LEADER,
              "the lease cannot be read: " + e.getMessage(),
              "let this account get leases in " + election.namespace()));
    }
  }

  private void writers(ClusterProbe probe) throws InterruptedException {
    var keys = new HashSet<String>();
    policy.syncPolicies().stream().map(SyncPolicy::name).forEach(keys::add);
    keys.add(LoadAnnotations.HOT_VALUE);
    keys.add(LoadAnnotations.STALE_SINCE);
    try {
      findings.add(AnnotatorCheck.writers(probe.writers(keys, WRITTEN_NODES)));
    } catch (ProbeException e) {
      findings.add(
          Finding.skipped(
              AnnotatorCheck.WRITERS, "the nodes cannot be read: " + e.getMessage(), ""));
    }
  }

  private void scheduler() throws IOException {
    Optional<SchedulerConfiguration.Extender> entry = Optional.empty();
    if (options.schedulerConfig().isEmpty()) {
      findings.add(
          Finding.skipped(
              SchedulerCheck.FILE,
              "its profiles, verbs, weight, timeout and other extenders are not known",
              "give kube-scheduler's configuration by --scheduler-config FILE; in a ConfigMap: kubectl"
                  + " get configmap NAME -o jsonpath='{.data.*}'"));
    } else {
      entry = schedulerConfiguration(options.schedulerConfig().get());
    }
    if (options.extender().isPresent()) {
      entry = Optional.of(at(options.extender().get(), entry));
    }
    findings.add(entry.map(this::call).orElseGet(Doctor::notCalled));
  }

  private Optional<SchedulerConfiguration.Extender> schedulerConfiguration(Path file)
      throws IOException {
    Checked<SchedulerConfiguration> read = SchedulerConfigurationReader.read(YamlSource.read(file));
    if (read.value().isEmpty()) {
      findings.add(
          Finding.broken(
              SchedulerCheck.FILE,
              String.valueOf(read.problems().get(0)),
              "give the file that kube-scheduler's --config names"));
      return Optional.empty();
    }
    var scheduler = read.value().get();
    var entries = Entries.of(scheduler, options.extender(), configuration.extender().port());
    if (entries.isEmpty()) {
      findings.add(SchedulerCheck.none(scheduler.extenders().size()));
      return Optional.empty();
    }
    var check =
        new SchedulerCheck(
            scheduler,
            policy.schedulerNames(),
            configuration.extender().clientTimeout(),
            configuration.extender().bind());
    findings.addAll(check.findings(entries.get()));
    return entries.map(Entries::judging);
  }

  private static String prefix(String url) {
    return url.replaceAll("/+$", "");
  }

  /** An entry with another address; without one, as the shipped configurations have it. */
  private SchedulerConfiguration.Extender at(
      String url, Optional<SchedulerConfiguration.Extender> entry) {
    return new SchedulerConfiguration.Extender(
        prefix(url),
        entry.map(SchedulerConfiguration.Extender::filterVerb).orElse("filter"),
        entry.map(SchedulerConfiguration.Extender::prioritizeVerb).orElse("prioritize"),
        "",
        0,
        false,
        entry
            .map(SchedulerConfiguration.Extender::httpTimeout)
            .orElse(configuration.extender().clientTimeout()),
        true,
        true,
        List.of());
  }

  private Finding call(SchedulerConfiguration.Extender entry) {
    var names =
        nodes.orElse(List.of()).stream().map(AnnotatedNode::name).collect(Collectors.toList());
    if (names.isEmpty()) {
      return Finding.skipped(ExtenderCheck.NAME, "there is no node to ask about", "");
    }
    return ExtenderCheck.call(
        entry,
        policy.schedulerNames().get(0),
        names,
        entry.httpTimeout(),
        System.currentTimeMillis(),
        System::nanoTime);
  }

  private static Finding notCalled() {
    return Finding.skipped(
        ExtenderCheck.NAME,
        "it is not known where kube-scheduler calls it",
        "give --scheduler-config FILE or --extender URL, where kube-scheduler runs");
  }
}

package dev.ballast.cli;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.config.ConfigLoader;
import dev.ballast.config.MetricDefinition;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.NodeFeed;
import dev.ballast.prometheus.PrometheusClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast doctor}: looks at an installation from the user's seat, a line a finding. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Check policy, API server, load annotations, clocks and time zones, and Prometheus.",
      "Prints a line a finding, and what to do where something is wrong."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all is well", "1:something is broken", "2:usage, policy or configuration"})
final class DoctorCommand implements Callable<Integer> {
  private static final long LIST_MILLIS = 15_000;
  private static final long POLL_MILLIS = 50;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "the DynamicSchedulerPolicy, ours or crane's")
  private Path policy = Path.of("");

  @Option(names = "--config", paramLabel = "FILE", description = "the BallastConfiguration")
  private @Nullable Path config;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "how to reach the API server (default: $KUBECONFIG, or the pod's own account)")
  private @Nullable Path kubeconfig;

  @Override
  public Integer call() throws InterruptedException {
    var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    var checked = ConfigLoader.load(Optional.ofNullable(config), policy);
    checked.problems().forEach(line.getErr()::println);
    if (checked.value().isEmpty()) {
      return ExitCode.USAGE;
    }
    var findings = new ArrayList<Finding>();
    findings.add(Finding.good("policy", checked.problems().size() + " warnings, see lint"));
    try {
      findings.addAll(cluster(checked.value().get()));
    } catch (IllegalArgumentException e) {
      line.getErr().println("ballast doctor: " + e.getMessage());
      return ExitCode.USAGE;
    }
    findings.addAll(prometheus(checked.value().get()));
    findings.forEach(line.getOut()::println);
    return findings.stream().allMatch(Finding::ok) ? ExitCode.OK : ExitCode.SAYS_NO;
  }

  private List<Finding> cluster(ConfigLoader.Loaded loaded) throws InterruptedException {
    try (var connection = KubeConnection.general(Optional.ofNullable(kubeconfig));
        var nodes = new NodeFeed(connection, key -> true, new Unheard())) {
      nodes.start();
      long deadline = System.currentTimeMillis() + LIST_MILLIS;
      while (!nodes.hasSynced() && System.currentTimeMillis() < deadline) {
        Thread.sleep(POLL_MILLIS);
      }
      if (!nodes.hasSynced()) {
        return List.of(
            Finding.bad(
                "API server",
                "no list of nodes within 15 s: check the kubeconfig, the network, and that this"
                    + " account may list and watch nodes"));
      }
      var findings = new ArrayList<Finding>();
      findings.add(Finding.good("API server", nodes.nodes().size() + " nodes listed"));
      findings.addAll(
          AnnotationCheck.of(
              nodes.nodes(),
              loaded.policy(),
              loaded.configuration().annotations().timeZone(),
              System.currentTimeMillis()));
      return findings;
    }
  }

  private static List<Finding> prometheus(ConfigLoader.Loaded loaded) throws InterruptedException {
    var configuration = loaded.configuration();
    if (configuration.prometheus().url().isEmpty()) {
      return List.of(
          Finding.good("Prometheus", "not looked at: prometheus.url is not configured here"));
    }
    var findings = new ArrayList<Finding>();
    var times = configuration.metrics().sampleTimes();
    try (var client = new PrometheusClient(configuration.prometheus())) {
      String label = times.node().label();
      long before = System.currentTimeMillis();
      var answer = ask(client, "sample times", times.promql(), label, findings);
      long middle = (before + System.currentTimeMillis()) / 2;
      answer.ifPresent(
          a ->
              findings.add(
                  ClockCheck.ofSource(a.evaluatedAt().toEpochMilli(), loaded.policy(), middle)));
      if (times.moving().isPresent()) {
        ask(client, "moving", times.moving().get(), label, findings);
      }
      for (var sync : loaded.policy().syncPolicies()) {
        Optional<MetricDefinition> metric = configuration.metrics().find(sync.name());
        if (metric.isEmpty()) {
          findings.add(
              Finding.bad(
                  "query " + sync.name(), "is not in metrics: add it, or correct the policy"));
        } else if (metric.get().source() instanceof MetricDefinition.Query query) {
          ask(client, sync.name(), query.promql(), metric.get().node().label(), findings);
        }
      }
    }
    return findings;
  }

  /** Asks a query and adds what is found; gives back the answer when it has series. */
  private static Optional<InstantAnswer> ask(
      PrometheusClient client, String name, String promql, String label, List<Finding> findings)
      throws InterruptedException {
    String check = "query " + name;
    try {
      var answer = client.query(promql, label);
      int series = answer.samples().size();
      if (series > 0) {
        findings.add(Finding.good(check, series + " series"));
        return Optional.of(answer);
      }
      findings.add(
          Finding.bad(
              check,
              "no series with label "
                  + label
                  + " for "
                  + promql
                  + ": check that Prometheus"
                  + " scrapes the nodes, or that the rules are loaded"));
    } catch (SourceException e) {
      findings.add(Finding.bad(check, String.valueOf(e.getMessage())));
    }
    return Optional.empty();
  }

  /** Nobody needs to be told here: the list is enough. */
  private static final class Unheard implements NodeFeed.Listener {
    @Override
    public void put(AnnotatedNode node) {}

    @Override
    public void remove(String name) {}
  }
}

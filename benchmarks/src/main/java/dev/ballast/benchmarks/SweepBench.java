package dev.ballast.benchmarks;

import dev.ballast.config.ConfigLoader;
import dev.ballast.config.MetricDefinition;
import dev.ballast.e2e.BallastProcess;
import dev.ballast.e2e.LocalCluster;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a sweep of the annotator costs, with a real Prometheus and a real API server, and
 * what crane's way of asking costs the same Prometheus.
 */
@Command(
    name = "bench-sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true,
    description = {
      "Starts a control plane, Prometheus with its default limits and one exporter of a whole fleet,",
      "then 'ballast serve --role annotator' of target/ballast.jar, and measures its sweeps: the",
      "first, some while loads stand still, some while the loads of all nodes move. Every sweep reads",
      "all metrics of the policy. Progress goes to standard error, a Markdown table to standard output."
    })
final class SweepBench implements Callable<Integer> {
  private static final Path RULES = Path.of("deploy/prometheus/rules.yaml");
  private static final int POLL_MILLIS = 500;
  private static final long SEED = 42;
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  enum Preset {
    node_exporter("node-exporter"),
    crane_rules("crane-rules");

    private final String word;

    Preset(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  @Option(names = "--nodes", description = "nodes of the cluster")
  private int nodes = 5000;

  @Option(names = "--cpus", description = "cpus of a node: so many series for each of 4 modes")
  private int cpus = 32;

  @Option(names = "--preset", description = "the metric catalogue: ${COMPLETION-CANDIDATES}")
  private Preset preset = Preset.node_exporter;

  @Option(names = "--policy", paramLabel = "FILE", description = "its periods are replaced")
  private Path policy = Path.of("policy/default.yaml");

  @Option(
      names = "--sweeps",
      description = "sweeps measured while loads stand still, and again while they move")
  private int sweeps = 5;

  @Option(
      names = "--period",
      paramLabel = "SECONDS",
      description =
          "of every metric; the shipped policy reads means each 180 s. A reading lives 8/3 of it")
  private int periodSeconds = 60;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "time that Prometheus collects before the annotator starts, at least; windows of 5 min are full after 300")
  private int warmUpSeconds = 330;

  @Option(names = "--scrape-interval", paramLabel = "SECONDS", description = "of Prometheus")
  private int scrapeSeconds = 15;

  @Option(
      names = "--rule-interval",
      paramLabel = "SECONDS",
      description =
          "of all recording rules; 0: as deploy/prometheus/rules.yaml has them, the slowest 300")
  private int ruleSeconds = 0;

  @Option(
      names = "--idle",
      paramLabel = "SECONDS",
      description = "time in which idle use is measured")
  private int idleSeconds = 60;

  @Option(
      names = "--crane-sample",
      paramLabel = "NODES",
      description = "nodes asked for in crane's way")
  private int craneSample = 50;

  @Option(
      names = "--java-options",
      description =
          "of the annotator, separated by spaces; as in the container of deploy/base, which has 512Mi")
  private String javaOptions = "-XX:TieredStopAtLevel=4 -Xmx307m -XX:-UsePerfData";

  @Option(names = "--json", paramLabel = "FILE", description = "writes all figures there")
  private @Nullable Path json;

  private final Random random = new Random(SEED);

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new SweepBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    say("starting a cluster of %d nodes with %d cpus", nodes, cpus);
    try (var cleanup = new Cleanup()) {
      var cluster =
          cleanup.add(
              LocalCluster.up(
                  "--nodes",
                  String.valueOf(nodes),
                  "--cpus",
                  String.valueOf(cpus),
                  "--cpu-series",
                  String.valueOf(cpus),
                  "--scrape-interval",
                  scrapeSeconds + "s",
                  "--no-scheduler"));
      SweepBenchReport report = new Run(cluster, cleanup).measure();
      System.out.println(report.markdown());
      if (json != null) {
        report.writeJson(json);
      }
    }
    return 0;
  }

  private static void say(String format, Object... values) {
    System.err.println("bench-sweep: " + String.format(Locale.ROOT, format, values));
  }

  /** One run on a cluster. */
  private final class Run {
    private final LocalCluster cluster;
    private final Cleanup cleanup;
    private final SweepBenchPrometheus prometheus;
    private final SweepBenchProcess prometheusUsage;
    private final SweepBenchProcess apiserverUsage;
    private final SweepBenchProcess etcdUsage;
    private final List<String> metrics = new ArrayList<>();
    private final List<SweepBenchAnnotator.Memory> memory = new ArrayList<>();

    Run(LocalCluster cluster, Cleanup cleanup) {
      this.cluster = cluster;
      this.cleanup = cleanup;
      prometheus = new SweepBenchPrometheus(cluster.get("PROMETHEUS_URL"));
      prometheusUsage = process("prometheus");
      apiserverUsage = process("apiserver");
      etcdUsage = process("etcd");
    }

    private SweepBenchProcess process(String component) {
      return SweepBenchProcess.ofPidFile(cluster.folder().resolve("run/" + component + ".pid"));
    }

    SweepBenchReport measure() throws IOException, InterruptedException {
      setLoads();
      if (ruleSeconds > 0) {
        hurryRules();
      }
      Path own = folder().resolve("sweep-policy.yaml");
      Duration period = Duration.ofSeconds(periodSeconds);
      Files.writeString(own, SweepBenchPolicy.withPeriod(Files.readString(policy), period));
      warmUp(queries(own));
      long series = prometheus.seriesInHead();
      say("measuring idle use for %d s", idleSeconds);
      SweepBenchMoment start = moment(Optional.empty());
      pause(idleSeconds * 1000L);
      SweepBenchMoment begun = moment(Optional.empty());
      SweepBenchInterval idle = begun.since(start);
      double idleMiB = prometheusUsage.residentMiB();
      prometheusUsage.forgetPeak();
      var process =
          cleanup.add(
              BallastProcess.serve(
                  cluster,
                  "annotator",
                  cluster.kubeconfigOf("ballast-annotator"),
                  configuration(),
                  own,
                  List.of(javaOptions.split(" "))));
      var annotator = new SweepBenchAnnotator(process);
      SweepBenchInterval first = first(annotator, begun);
      List<SweepBenchInterval> still = steady(annotator, "still", false);
      List<SweepBenchInterval> moving = steady(annotator, "moving", true);
      double peakMiB = prometheusUsage.peakMiB();
      var crane = crane(idle);
      return new SweepBenchReport(
          setup(series),
          notes(),
          idle,
          first,
          still,
          moving,
          memory,
          peakMiB,
          idleMiB,
          crane,
          crane.scaledTo(nodes));
    }

    private Path folder() {
      return cluster.folder();
    }

    /** Gives each node a load of its own. */
    private void setLoads() {
      var loads = new StringJoiner(",", "{", "}");
      for (int i = 0; i < nodes; i++) {
        loads.add(
            String.format(
                Locale.ROOT,
                "\"node-%03d\":{\"cpu\":%.3f,\"mem\":%.3f}",
                i,
                0.05 + 0.55 * random.nextDouble(),
                0.1 + 0.5 * random.nextDouble()));
      }
      cluster.post("/load", loads.toString());
    }

    /** Lets Prometheus evaluate all rules more often. */
    private void hurryRules() throws IOException, InterruptedException {
      String rules =
          Files.readString(RULES)
              .replaceAll("(?m)^( *)interval: \\S+$", "$1interval: " + ruleSeconds + "s");
      Path file = Files.writeString(folder().resolve("sweep-rules.yaml"), rules);
      Path config = folder().resolve("prometheus/prometheus.yml");
      String text = Files.readString(config);
      Files.writeString(
          config, text.replaceAll("(?m)^rule_files: .*$", "rule_files: [\"" + file + "\"]"));
      prometheus.reload();
    }

    /** The queries of the policy's metrics; what the annotator computes has none. */
    private List<String> queries(Path own) throws IOException {
      Path file = folder().resolve("sweep-config.yaml");
      Files.writeString(
          file,
          "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n"
              + configuration());
      var loaded = ConfigLoader.load(Optional.of(file), own);
      var all = loaded.value().orElseThrow(() -> new IllegalStateException(loaded.problems() + ""));
      var found = new ArrayList<String>();
      for (var sync : all.policy().syncPolicies()) {
        metrics.add(sync.name());
        var metric = all.configuration().metrics().find(sync.name()).orElseThrow();
        if (metric.source() instanceof MetricDefinition.Query query) {
          found.add(query.promql());
        }
      }
      return found;
    }

    private String configuration() {
      double rate = Math.max(100, 2.0 * nodes / periodSeconds);
      return String.format(
          Locale.ROOT,
          """
          prometheus: {url: "%s", scrapeInterval: %ds}
          metrics: {preset: %s}
          annotations: {maxWritesPerSecond: %.0f}
          """,
          cluster.get("PROMETHEUS_URL"),
          scrapeSeconds,
          preset,
          rate);
    }

    /** Waits until every metric answers for every node and the windows are full. */
    private void warmUp(List<String> queries) throws InterruptedException {
      long start = System.nanoTime();
      long told = 0;
      while (true) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        boolean full = seconds >= warmUpSeconds && answersAll(queries);
        if (full) {
          return;
        }
        if (seconds > warmUpSeconds + START_LIMIT.toSeconds()) {
          throw new IllegalStateException(
              "not every metric answers for all nodes; see the log in " + folder());
        }
        if (seconds >= told) {
          told = seconds + 30;
          say("Prometheus collects: %d of %d s", seconds, warmUpSeconds);
        }
        pause(2000);
      }
    }

    private boolean answersAll(List<String> queries) throws InterruptedException {
      for (String query : queries) {
        if (prometheus.number("count(" + query + ")") < nodes) {
          return false;
        }
      }
      return true;
    }

    /** From the start of the process until as many patches are written as there are nodes. */
    private SweepBenchInterval first(SweepBenchAnnotator annotator, SweepBenchMoment begun)
        throws InterruptedException {
      SweepBenchMoment now;
      long deadline = System.nanoTime() + START_LIMIT.toNanos();
      do {
        pause(POLL_MILLIS);
        now = moment(Optional.of(annotator));
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "only " + now.ballast().patches() + " nodes are written; see the log in " + folder());
        }
      } while (now.ballast().patches() < nodes);
      tell("first sweep", now.since(begun));
      return now.since(begun);
    }

    /** Whole periods, each from the end of a sweep to the end of the next. */
    private List<SweepBenchInterval> steady(
        SweepBenchAnnotator annotator, String what, boolean moves) throws InterruptedException {
      var intervals = new ArrayList<SweepBenchInterval>();
      awaitSweep(annotator, 0);
      for (int i = 0; i < sweeps; i++) {
        memory.add(annotator.memory());
        SweepBenchMoment before = moment(Optional.of(annotator));
        if (moves) {
          setLoads();
        }
        SweepBenchInterval interval = awaitSweep(annotator, periodSeconds - 3).since(before);
        tell(String.format(Locale.ROOT, "%s %d of %d", what, i + 1, sweeps), interval);
        intervals.add(interval);
      }
      return intervals;
    }

    /** Waits for the end of the next sweep; asks little, as asking costs the annotator time. */
    private SweepBenchMoment awaitSweep(SweepBenchAnnotator annotator, int quietSeconds)
        throws InterruptedException {
      double ended = annotator.counters().sweeps();
      pause(Math.max(0, quietSeconds) * 1000L);
      long deadline = System.nanoTime() + START_LIMIT.toNanos();
      SweepBenchMoment now = moment(Optional.of(annotator));
      while (now.ballast().sweeps() == ended) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("no sweep ends; see the log in " + folder());
        }
        pause(POLL_MILLIS);
        now = moment(Optional.of(annotator));
      }
      return now;
    }

    private SweepBenchMoment moment(Optional<SweepBenchAnnotator> annotator) {
      return new SweepBenchMoment(
          System.nanoTime(),
          annotator.map(SweepBenchAnnotator::counters).orElse(SweepBenchAnnotator.Counters.NONE),
          annotator.map(a -> a.usage().cpuSeconds()).orElse(0.0),
          prometheusUsage.cpuSeconds(),
          apiserverUsage.cpuSeconds(),
          etcdUsage.cpuSeconds());
    }

    private SweepBenchCrane.Cost crane(SweepBenchInterval idle) throws InterruptedException {
      say("asking in crane's way for %d nodes", Math.min(craneSample, nodes));
      List<Node> all = cluster.admin().nodes().list().getItems();
      int step = Math.max(1, all.size() / craneSample);
      var sample = new ArrayList<SweepBenchCrane.Target>();
      for (int i = 0; i < all.size() && sample.size() < craneSample; i += step) {
        Node node = all.get(i);
        String ip =
            node.getStatus().getAddresses().stream()
                .filter(address -> address.getType().equals("InternalIP"))
                .map(address -> address.getAddress())
                .findFirst()
                .orElseThrow();
        sample.add(new SweepBenchCrane.Target(node.getMetadata().getName(), ip));
      }
      double idleCpu = idle.prometheusCpu() / idle.seconds();
      return SweepBenchCrane.run(prometheus, prometheusUsage, idleCpu, sample, metrics);
    }

    private Map<String, String> setup(long series) throws InterruptedException {
      var setup = new LinkedHashMap<String, String>();
      setup.put("nodes", nodes + ", each with " + cpus + " cpus of 4 modes");
      setup.put("preset", preset.toString());
      setup.put(
          "policy",
          policy + ", " + metrics.size() + " metrics, each read every " + periodSeconds + " s");
      setup.put(
          "Prometheus",
          prometheus.version()
              + ", scrape every "
              + scrapeSeconds
              + " s, warm-up "
              + warmUpSeconds
              + " s, "
              + series
              + " series in its head");
      setup.put("machine", Machine.here().toString());
      setup.put("JVM options of the annotator", javaOptions);
      return setup;
    }

    private List<String> notes() {
      var notes = new ArrayList<String>();
      notes.add(
          "Prometheus has no history from before the warm-up: windows of an hour and a day hold what"
              + " was collected since.");
      if (warmUpSeconds < 300) {
        notes.add("The warm-up is shorter than the 5 minutes of the means, so queries read less.");
      }
      if (ruleSeconds > 0) {
        notes.add("All recording rules are evaluated every " + ruleSeconds + " s, not as shipped.");
      }
      notes.add(
          "A steady sweep is one period: its queries, its patches, the events of nodes that they"
              + " cause, and all else that the process does meanwhile. Medians of "
              + sweeps
              + ".");
      return notes;
    }

    private void tell(String what, SweepBenchInterval i) {
      say(
          "%s: %.0f s, sweep %.2f s, %.0f queries, %.0f patches, CPU s: Ballast %.2f, Prometheus"
              + " %.2f, kube-apiserver %.2f, etcd %.2f",
          what,
          i.seconds(),
          i.sweepSeconds(),
          i.queries(),
          i.patches(),
          i.ballastCpu(),
          i.prometheusCpu(),
          i.apiserverCpu(),
          i.etcdCpu());
    }
  }

  private static void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }
}

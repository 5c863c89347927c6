package dev.ballast.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How long Ballast takes to answer, from the moment on when it says that it is ready. */
@Command(
    name = "make bench-latency",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    description =
        "How long Ballast takes to answer a call at a steady rate, from the moment on when it says"
            + " that it is ready, with the shipped policy. A fresh process for each number of names.")
public final class LatencyBench implements Callable<Integer> {
  @Option(names = "--seconds", paramLabel = "S", description = "How long to call.")
  private int seconds = 60;

  @Option(names = "--rate", paramLabel = "N", description = "Pods a second, two calls each.")
  private int rate = 50;

  @Option(names = "--nodes", paramLabel = "N", description = "Nodes of the cluster.")
  private int nodes = 5000;

  @Option(
      names = "--names",
      paramLabel = "N",
      split = ",",
      description = "Node names in a filter call.")
  private List<Integer> names = List.of(500, 5000);

  @Option(
      names = "--bound-pods",
      paramLabel = "N",
      description = "Pods that were bound before Ballast starts; they count as in flight.")
  private int boundPods = 3000;

  @Option(
      names = "--real",
      description = "Create pods for a real kube-scheduler instead of calling Ballast directly.")
  private boolean real = false;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new LatencyBench()).execute(arguments));
  }

  /**
   * The time of the calls of a verb.
   *
   * @param p50Micros in Ballast, interpolated between the edges of its histogram, as the next two
   * @param mostMicros the upper edge of the highest bucket that holds a call
   * @param within60Micros share of calls that took at most 60 microseconds: exact, as the next two
   * @param clientP50Micros round trip as the client sees it; 0 with a real scheduler
   */
  record Verb(
      String verb,
      double calls,
      double p50Micros,
      double p99Micros,
      double p999Micros,
      double mostMicros,
      double within60Micros,
      double within300Micros,
      double within1Milli,
      double clientP50Micros,
      double clientP99Micros,
      double clientMostMicros) {
    static Verb of(String name, BucketHistogram calls, List<Double> client) {
      return new Verb(
          name,
          calls.count(),
          calls.quantile(0.5) * 1e6,
          calls.quantile(0.99) * 1e6,
          calls.quantile(0.999) * 1e6,
          calls.most() * 1e6,
          calls.shareWithin(60e-6),
          calls.shareWithin(300e-6),
          calls.shareWithin(1e-3),
          client.isEmpty() ? 0 : Arithmetic.quantile(client, 0.5),
          client.isEmpty() ? 0 : Arithmetic.quantile(client, 0.99),
          client.isEmpty() ? 0 : Arithmetic.quantile(client, 1));
    }
  }

  /** What was measured with so many names in a call. */
  record Figures(
      int names, List<Verb> verbs, double cpuMicrosPerDecision, double judged, GcPauses gc) {}

  private record Result(
      String command,
      Machine machine,
      int nodes,
      int boundPods,
      int seconds,
      int rate,
      boolean realScheduler,
      List<Figures> figures) {}

  @Override
  public Integer call() throws IOException {
    check();
    var machine = Machine.here();
    var all = new ArrayList<Figures>();
    try (var cleanup = new Cleanup()) {
      var cluster = BenchCluster.up(cleanup, nodes);
      tell("the cluster is up");
      for (int count : names) {
        all.add(measure(cluster, cleanup, count));
        tell(count + " names: done");
      }
    }
    System.out.printf(
        "%n%d s at %d pods/s from ready on, %d nodes, %d pods in flight, %s; %s%n%n%s",
        seconds,
        rate,
        nodes,
        boundPods,
        real ? "called by kube-scheduler" : "called by a loader",
        machine,
        table(all));
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(
              json.toFile(),
              new Result("bench-latency", machine, nodes, boundPods, seconds, rate, real, all));
      System.out.println("\nAll figures: " + json);
    }
    return 0;
  }

  private static void tell(String what) {
    System.out.println(what);
  }

  private void check() {
    within("--seconds", seconds, 1, 86_400);
    within("--rate", rate, 1, 1000);
    within("--nodes", nodes, 2, 15_000);
    within("--bound-pods", boundPods, 0, 300_000);
    for (int count : names) {
      within("--names", count, 2, nodes);
    }
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      var text = "%s is %d, it has to be from %d to %d".formatted(option, value, least, most);
      if (spec == null) {
        throw new IllegalStateException(text);
      }
      throw new ParameterException(spec.commandLine(), text);
    }
  }

  private Figures measure(BenchCluster cluster, Cleanup cleanup, int count) throws IOException {
    var pods = new BenchPods(cluster.api());
    if (boundPods > 0) {
      pods.create(boundPods);
      pods.bind(boundPods, nodes);
    }
    tell("%d names: %d pods are bound, Ballast starts".formatted(count, boundPods));
    Path gcLog = cluster.local().folder().resolve("log/gc-" + count + ".log");
    var ballast =
        cleanup.add(
            BallastExtender.start(
                cluster, cluster.policy(0), List.of("-Xlog:gc:file=" + gcLog + ":uptime"), false));
    int gcLines = lines(gcLog).size();
    double cpu = ballast.cpuSeconds();
    var filterBefore = ballast.seconds("filter");
    var prioritizeBefore = ballast.seconds("prioritize");
    int decisions = seconds * rate;
    List<Double> filterClient = List.of();
    List<Double> prioritizeClient = List.of();
    if (real) {
      schedule(cluster, cleanup, pods, count, decisions);
    } else {
      try (var loader = new ExtenderLoader(cluster.local().extenderPort(), nodes, count)) {
        loader.run(decisions, rate);
        filterClient = loader.filterMicros();
        prioritizeClient = loader.prioritizeMicros();
      }
    }
    cpu = ballast.cpuSeconds() - cpu;
    var work = ballast.work();
    if (work.calls() < 2L * decisions || work.judged() <= 0.99) {
      throw new IllegalStateException(
          "Ballast was called %.0f times for %d pods and judged %.1f %% of the calls"
              .formatted(work.calls(), decisions, work.judged() * 100));
    }
    var figures =
        new Figures(
            count,
            List.of(
                Verb.of("filter", ballast.seconds("filter").since(filterBefore), filterClient),
                Verb.of(
                    "prioritize",
                    ballast.seconds("prioritize").since(prioritizeBefore),
                    prioritizeClient)),
            cpu / decisions * 1e6,
            work.judged(),
            GcPauses.of(lines(gcLog).stream().skip(gcLines).toList()));
    cleanup.release(ballast);
    pods.delete();
    return figures;
  }

  private static List<String> lines(Path file) {
    return BenchCluster.read(file).lines().toList();
  }

  /** Creates pods at the rate while kube-scheduler runs, and waits until they are bound. */
  private void schedule(
      BenchCluster cluster, Cleanup cleanup, BenchPods pods, int count, int decisions) {
    var config =
        SchedulerFile.write(
            cluster, new Variant(Variant.Kind.BALLAST, 0), Math.max(1, 100 * count / nodes));
    var watch = cleanup.add(BindingWatch.open(cluster.api(), decisions));
    cluster.local().start(BenchCluster.SCHEDULER, "--config", config.toString());
    long start = System.nanoTime();
    for (int i = 0; i < decisions; i++) {
      long left = start + i * 1_000_000_000L / rate - System.nanoTime();
      try {
        TimeUnit.NANOSECONDS.sleep(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      pods.createOne(boundPods + i);
    }
    watch.await(Duration.ofMinutes(2));
    cluster.local().stop(BenchCluster.SCHEDULER);
    cleanup.release(watch);
  }

  private static String table(List<Figures> all) {
    var text = new StringBuilder();
    text.append(
        """
        | names | verb | calls | in Ballast: p50 | p99 | p99.9 | all within | <= 60 us | <= 300 us \
        | <= 1 ms | client: p50 | p99 | max | CPU a pod | GC pauses, longest |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """);
    for (var figures : all) {
      for (var verb : figures.verbs()) {
        boolean client = verb.clientMostMicros() > 0;
        text.append(
            "| %d | %s | %.0f | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                    figures.names(),
                    verb.verb(),
                    verb.calls(),
                    SchedulerReport.micros(verb.p50Micros()),
                    SchedulerReport.micros(verb.p99Micros()),
                    SchedulerReport.micros(verb.p999Micros()),
                    SchedulerReport.micros(verb.mostMicros()),
                    percent(verb.within60Micros()),
                    percent(verb.within300Micros()),
                    percent(verb.within1Milli()),
                    client ? SchedulerReport.micros(verb.clientP50Micros()) : "",
                    client ? SchedulerReport.micros(verb.clientP99Micros()) : "",
                    client ? SchedulerReport.micros(verb.clientMostMicros()) : "",
                    SchedulerReport.micros(figures.cpuMicrosPerDecision()),
                    "%d, %.1f ms".formatted(figures.gc().count(), figures.gc().longestMillis())));
      }
    }
    return text.toString();
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(share * 100);
  }
}

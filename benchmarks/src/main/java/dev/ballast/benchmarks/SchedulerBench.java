package dev.ballast.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ballast.benchmarks.SchedulerRun.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How many pods a second kube-scheduler binds, by the extender beside it. */
@Command(
    name = "make bench-scheduler",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    description = {
      "How many pods a second a real kube-scheduler binds, by the extender beside it. Runs each"
          + " variant once a round, in rotated order, and prints medians and ratios.",
      "Variants: stock, not-interested, noop, ceiling, ballast, ballast-bind where Ballast writes the"
          + " bindings, and with a shortlist of K nodes ceiling-K, ballast-K."
    })
public final class SchedulerBench implements Callable<Integer> {
  @Option(names = "--nodes", paramLabel = "N", description = "Nodes of the cluster.")
  private int nodes = 5000;

  @Option(names = "--pods", paramLabel = "N", description = "Pods of a run.")
  private int pods = 3000;

  @Option(names = "--rounds", paramLabel = "N", description = "Runs of each variant.")
  private int rounds = 5;

  @Option(names = "--variants", paramLabel = "NAME", split = ",", description = "What to compare.")
  private List<String> variants = SchedulerFile.ALL;

  @Option(
      names = "--percentage-of-nodes-to-score",
      paramLabel = "P",
      description = "As in KubeSchedulerConfiguration; 0 lets kube-scheduler decide.")
  private int percentageOfNodesToScore = 0;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures to a file.")
  private @Nullable Path json;

  @Spec private @Nullable CommandSpec spec;

  /** Runs it. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SchedulerBench()).execute(arguments));
  }

  /** All that was measured, as it is written to the file. */
  private record Result(
      String command,
      Machine machine,
      int nodes,
      int pods,
      int rounds,
      int percentageOfNodesToScore,
      int qps,
      List<SchedulerReport.Row> medians,
      List<Figures> runs) {}

  @Override
  public Integer call() throws IOException {
    var compared = checked();
    var machine = Machine.here();
    System.out.printf(
        "%d nodes, %d pods, %d rounds of %s%n%s%n", nodes, pods, rounds, variants, machine);
    var runs = new ArrayList<Figures>();
    try (var cleanup = new Cleanup()) {
      var progress = new Progress(rounds * compared.size());
      var cluster = BenchCluster.up(cleanup, nodes);
      progress.tell("the cluster is up");
      var run = new SchedulerRun(cluster, cleanup, pods, percentageOfNodesToScore);
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < compared.size(); i++) {
          var figures = run.of(compared.get((i + round) % compared.size()), round + 1);
          runs.add(figures);
          progress.done(
              "round %d: %-14s %5.0f pods/s"
                  .formatted(figures.round(), figures.variant(), figures.podsPerSecond()));
        }
      }
    }
    var order = compared.stream().map(Variant::label).toList();
    runs.sort(
        Comparator.comparingInt((Figures run) -> order.indexOf(run.variant()))
            .thenComparingInt(Figures::round));
    var report = new SchedulerReport(runs);
    System.out.printf(
        "%n%d nodes, %d pods, medians of %d rounds, percentageOfNodesToScore %d, client QPS and burst"
            + " %d; %s%n%n%s",
        nodes, pods, rounds, percentageOfNodesToScore, SchedulerFile.QPS, machine, report.table());
    if (json != null) {
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(
              json.toFile(),
              new Result(
                  "bench-scheduler",
                  machine,
                  nodes,
                  pods,
                  rounds,
                  percentageOfNodesToScore,
                  SchedulerFile.QPS,
                  report.rows(),
                  runs));
      System.out.println("\nAll figures: " + json);
    }
    return 0;
  }

  private List<Variant> checked() {
    within("--nodes", nodes, 2, 15_000);
    within("--rounds", rounds, 1, 1000);
    within("--pods", pods, 2, 100_000);
    within("--percentage-of-nodes-to-score", percentageOfNodesToScore, 0, 100);
    try {
      return variants.stream().map(Variant::parse).distinct().toList();
    } catch (IllegalArgumentException e) {
      throw misuse(String.valueOf(e.getMessage()));
    }
  }

  private void within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw misuse("%s is %d, it has to be from %d to %d".formatted(option, value, least, most));
    }
  }

  private ParameterException misuse(String text) {
    if (spec == null) {
      throw new IllegalStateException(text);
    }
    return new ParameterException(spec.commandLine(), text);
  }

  /** Says how far it is. */
  private static final class Progress {
    private final long start = System.nanoTime();
    private final int steps;
    private long firstStep;
    private int done;

    Progress(int steps) {
      this.steps = steps;
    }

    void tell(String what) {
      firstStep = System.nanoTime();
      System.out.printf("[%s] %s%n", minutes(firstStep - start), what);
    }

    void done(String what) {
      done++;
      long now = System.nanoTime();
      long left = (now - firstStep) / done * (steps - done);
      System.out.printf(
          "[%s, %d of %d runs, about %s left] %s%n",
          minutes(now - start), done, steps, minutes(left), what);
    }

    private static String minutes(long nanos) {
      var time = Duration.ofNanos(nanos);
      return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
  }
}

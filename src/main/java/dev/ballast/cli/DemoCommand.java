package dev.ballast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.simulate.Scenario;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ballast demo}: two simulated clusters side by side, one of them with Ballast. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Shows in under a minute what Ballast does, without a cluster.",
    description = {
      "",
      "Two simulated clusters get the same nodes, the same load and the same pods, placed by the same"
          + " small scheduler. One places by requests alone; the other also asks the real Ballast, over"
          + " HTTP on a loopback port. Nodes have work of their own that changes, on some of them far"
          + " more than was requested.",
      "",
      "One second shows two simulated minutes. Ctrl-C ends the demo with the sums so far.",
      ""
    },
    footer = {
      "",
      "The model is simple: a pod's use is constant, nothing is evicted, work that a full node could"
          + " not do is not made up for. The same seed gives the same figures, but for the time of"
          + " calls."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:it ran, to the end or to Ctrl-C", "2:wrong usage"})
final class DemoCommand implements Callable<Integer> {
  private static final int DEFAULT_SECONDS = 45;
  private static final int MAX_SECONDS = 3_600;
  private static final String LOG_PROPERTY = "logback.configurationFile";
  private static final String QUIET_LOG = "logback-demo.xml";

  /** Form of the output. */
  enum Output {
    text,
    json
  }

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "45",
      description =
          "How long it takes; 0 shows as much as 45, at full speed. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides nodes, load and pods. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "24",
      description =
          "Number of nodes, "
              + Scenario.MIN_NODES
              + " to "
              + Scenario.MAX_NODES
              + ". Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(
      names = "--no-color",
      description =
          "No colours and no redrawing: a line every ten simulated minutes. So it is anyway when the"
              + " output is no terminal.")
  private boolean noColor;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description =
          "text, or json: the sums at the end and nothing else. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.text;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException, InterruptedException {
    check("--seconds", seconds, 0, MAX_SECONDS);
    check("--nodes", nodes, Scenario.MIN_NODES, Scenario.MAX_NODES);
    if (System.getProperty(LOG_PROPERTY) == null) {
      System.setProperty(LOG_PROPERTY, QUIET_LOG); // read with the first log line, further down
    }
    int shown = seconds == 0 ? DEFAULT_SECONDS : seconds;
    var duration = Duration.ofSeconds((long) shown * DemoRun.SIMULATED_PER_SECOND);
    var scenario = Scenario.draw(seed, nodes, duration);
    try (var stack = DemoStack.start(DemoPolicy.standard(), scenario, System::nanoTime)) {
      var out = commandLine().getOut();
      boolean live = !noColor && Ansi.AUTO.enabled() && output == Output.text;
      var paint = new DemoPaint(live, blocks());
      var run = new DemoRun(stack.simulation(), new DemoScreen(scenario, paint), out);
      var interrupt = DemoInterrupt.stops(run);
      try {
        run.run(seconds > 0, live, output == Output.text);
        report(new DemoReport(stack.simulation().summary(), stack.medianCall()), paint, out);
      } finally {
        interrupt.disarm();
      }
    }
    return 0;
  }

  private void report(DemoReport report, DemoPaint paint, PrintWriter out)
      throws JsonProcessingException {
    if (output == Output.json) {
      out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.json()));
    } else {
      report.lines(paint).forEach(out::println);
    }
    out.flush();
  }

  /** Whether the output's character set has the characters that the demo would like to use. */
  private static boolean blocks() {
    var fallback = System.getProperty("native.encoding", "US-ASCII");
    var charset = Charset.forName(System.getProperty("stdout.encoding", fallback));
    return charset.newEncoder().canEncode(DemoPaint.NEEDED);
  }

  private void check(String option, int value, int lowest, int highest) {
    if (value < lowest || value > highest) {
      throw new ParameterException(
          commandLine(), "%s is %d; it can be %d to %d".formatted(option, value, lowest, highest));
    }
  }

  private CommandLine commandLine() {
    return Objects.requireNonNull(spec, "picocli sets it").commandLine();
  }
}

package dev.ballast.cli;

import dev.ballast.explain.Answers;
import dev.ballast.explain.Json;
import dev.ballast.explain.Reply;
import dev.ballast.explain.TopReport;
import dev.ballast.kube.ClusterReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast top}: the nodes as Ballast sees them now. */
@Command(
    name = "top",
    mixinStandardHelpOptions = true,
    description = {
      "Show the nodes as Ballast sees them now: load, in flight, verdict, score, state.",
      "Verdict and score are for a pod that would use nothing. The first replica that answers is",
      "shown, as all see the same load; with -o json all answers are."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:a replica answered", "1:none answered", "2:wrong usage"})
final class TopCommand implements Callable<Integer> {
  private static final String CLEAR = "\u001b[H\u001b[2J";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "2",
      paramLabel = "SECONDS",
      description = "show them again every so many seconds (default 2), until interrupted")
  private @Nullable Integer watchSeconds;

  @Option(
      names = "--sort",
      paramLabel = "ORDER",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private TopReport.Sort sort = TopReport.Sort.LOAD;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private LintCommand.Output output = LintCommand.Output.text;

  @Mixin private ReplicaOptions options = new ReplicaOptions();

  @Override
  public Integer call() throws InterruptedException {
    var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    if (watchSeconds != null && (watchSeconds < 1 || watchSeconds > 3_600)) {
      line.getErr()
          .println("ballast top: --watch is " + watchSeconds + ": give seconds from 1 to 3600");
      return ExitCode.USAGE;
    }
    var out = line.getOut();
    try {
      var connection = options.cluster();
      try {
        var replicas = options.replicas(connection.map(ClusterReader::new));
        while (true) {
          var replies = replicas.ask("/v1/nodes", Answers.Nodes.class);
          String text = output == LintCommand.Output.json ? json(replies) : text(replies);
          out.print(
              watchSeconds == null || output == LintCommand.Output.json ? text : CLEAR + text);
          out.flush();
          if (watchSeconds == null) {
            boolean answered = replies.stream().anyMatch(reply -> reply.answer() != null);
            return answered ? ExitCode.OK : ExitCode.SAYS_NO;
          }
          Thread.sleep(1_000L * watchSeconds);
        }
      } finally {
        connection.ifPresent(c -> c.close());
      }
    } catch (IllegalArgumentException e) {
      line.getErr().println("ballast top: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private String text(List<Reply<Answers.Nodes>> replies) {
    var text = new StringBuilder();
    boolean shown = false;
    for (var reply : replies) {
      if (reply.answer() != null && !shown) {
        text.append(TopReport.text(reply.source(), reply.answer(), sort));
        shown = true;
      }
    }
    if (!shown) {
      text.append("No replica of Ballast answered.\n");
    }
    for (var reply : replies) {
      if (reply.answer() == null) {
        text.append("no answer from " + reply.source() + ": " + reply.failure() + "\n");
      }
    }
    return text.toString();
  }

  private String json(List<Reply<Answers.Nodes>> replies) {
    var shown = new ArrayList<Map<String, Object>>();
    for (var reply : replies) {
      var one = new LinkedHashMap<String, Object>();
      one.put("source", reply.source());
      if (reply.answer() == null) {
        one.put("failure", String.valueOf(reply.failure()));
      } else {
        one.put("replica", reply.answer().replica());
        one.put("time", reply.answer().time());
        one.put("nodes", TopReport.sorted(reply.answer().nodes(), sort));
      }
      shown.add(one);
    }
    return Json.text(Map.of("replicas", shown)) + "\n";
  }
}

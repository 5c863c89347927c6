package dev.ballast.cli;

import dev.ballast.explain.Answers;
import dev.ballast.explain.ClusterPod;
import dev.ballast.explain.InTreeScores;
import dev.ballast.explain.Reply;
import dev.ballast.explain.SchedulerLog;
import dev.ballast.explain.Weighing;
import dev.ballast.explain.WhyReport;
import dev.ballast.kube.ClusterReader;
import dev.ballast.kube.ClusterReader.Placed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ballast why}: why a pod is where it is, or why it waits. */
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    description = {
      "Say why a pod is on its node, or why it waits.",
      "Asks all replicas of the extender, and the API server where a kubeconfig is there."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:explained",
      "1:no replica knows the pod, or none answered",
      "2:wrong usage, or a file that cannot be read"
    })
final class WhyCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAMESPACE/POD", description = "the pod; namespace default without one")
  private String pod = "";

  @Option(names = "--node", paramLabel = "NODE", description = "also why, or why not, this node")
  private String node = "";

  @Option(
      names = "--scheduler-log",
      paramLabel = "FILE",
      description =
          "kube-scheduler's log at -v=10 (text): its own scores instead of an estimate of them")
  private @Nullable Path schedulerLog;

  @Option(
      names = "--extender-url",
      paramLabel = "URL",
      description = "a part of Ballast's urlPrefix, where that log has several extenders")
  private String extenderUrl = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private LintCommand.Output output = LintCommand.Output.text;

  @Mixin private ReplicaOptions options = new ReplicaOptions();

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    try {
      String[] names = names();
      var report = report(names[0], names[1]);
      line.getOut().print(output == LintCommand.Output.json ? report.json() : report.text());
      line.getOut().flush();
      return report.explained() ? ExitCode.OK : ExitCode.SAYS_NO;
    } catch (IllegalArgumentException e) {
      line.getErr().println("ballast why: " + e.getMessage());
      return ExitCode.USAGE;
    }
  }

  private String[] names() {
    String[] parts = pod.split("/", -1);
    if (parts.length > 2 || parts[0].isEmpty() || parts[parts.length - 1].isEmpty()) {
      throw new IllegalArgumentException(
          "the pod is \"" + pod + "\": give NAMESPACE/POD, such as default/web-0");
    }
    return parts.length == 2 ? parts : new String[] {"default", pod};
  }

  private WhyReport report(String namespace, String name) {
    var connection = options.cluster();
    try {
      Optional<ClusterReader> cluster = connection.map(ClusterReader::new);
      var replies = options.replicas(cluster).ask(path(namespace, name), Answers.Explanation.class);
      Optional<Placed> placed = Optional.empty();
      String note = "";
      try {
        placed = cluster.isPresent() ? cluster.get().pod(namespace, name) : Optional.empty();
        note =
            cluster.isEmpty()
                ? "not asked, as there is no kubeconfig; with one its word on the pod is shown."
                : placed.isEmpty() ? "there is no pod of this name now." : "";
      } catch (IOException e) {
        note = String.valueOf(e.getMessage());
      }
      var weigh = weigh(namespace, name, replies, cluster, placed);
      return new WhyReport(
          new WhyReport.Facts(
              namespace,
              name,
              node,
              replies,
              placed.map(
                  p ->
                      new ClusterPod(
                          p.uid(),
                          p.schedulerName(),
                          p.node(),
                          p.phase(),
                          p.reason(),
                          p.message())),
              note,
              weigh.weighing(),
              weigh.note()),
          Instant.ofEpochMilli(System.currentTimeMillis()));
    } finally {
      connection.ifPresent(c -> c.close());
    }
  }

  private String path(String namespace, String name) {
    return "/v1/explanations?namespace="
        + encoded(namespace)
        + "&pod="
        + encoded(name)
        + (node.isEmpty() ? "" : "&node=" + encoded(node));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A weighing, or why there is none. */
  private record Weighed(Optional<Weighing> weighing, String note) {
    static Weighed none(String note) {
      return new Weighed(Optional.empty(), note);
    }
  }

  private Weighed weigh(
      String namespace,
      String name,
      List<Reply<Answers.Explanation>> replies,
      Optional<ClusterReader> cluster,
      Optional<Placed> placed) {
    var explanation = WhyReport.newest(replies);
    var first = explanation.flatMap(WhyReport::outvoted);
    if (explanation.isEmpty() || first.isEmpty() || explanation.get().node() == null) {
      return Weighed.none("");
    }
    String bound = explanation.get().node();
    if (schedulerLog != null) {
      return fromLog(schedulerLog, namespace, name, first.get().node(), bound);
    }
    var sent =
        Objects.requireNonNull(explanation.get().prioritize()).rows().stream()
            .filter(row -> row.node().equals(bound))
            .map(Answers.Row::sent)
            .filter(Objects::nonNull)
            .findFirst();
    if (sent.isEmpty() || first.get().sent() == null) {
      return Weighed.none("What was sent for " + bound + " is not kept any more.");
    }
    if (cluster.isEmpty() || placed.isEmpty()) {
      return Weighed.none(
          "With a kubeconfig the weight that would have been needed is estimated; with"
              + " kube-scheduler's log at -v=10 it is exact: --scheduler-log FILE.");
    }
    try {
      return new Weighed(
          Optional.of(
              new Weighing(
                  false,
                  first.get().node(),
                  first.get().sent(),
                  estimate(cluster.get(), placed.get(), first.get().node()),
                  bound,
                  sent.get(),
                  estimate(cluster.get(), placed.get(), bound))),
          "");
    } catch (IOException e) {
      return Weighed.none("No estimate of the weight: " + e.getMessage());
    }
  }

  private Weighed fromLog(Path file, String namespace, String name, String first, String bound) {
    SchedulerLog log;
    try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) { // any bytes are text there
      log = SchedulerLog.read(lines, namespace, name, extenderUrl);
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalArgumentException(
          "--scheduler-log is \"" + file + "\" and cannot be read: give kube-scheduler's log", e);
    }
    var inTreeFirst = log.inTree(first);
    var inTreeBound = log.inTree(bound);
    if (inTreeFirst.isEmpty() || inTreeBound.isEmpty()) {
      return Weighed.none(
          file
              + " has no scores of this pod for both nodes: it must be of this scheduler, of that"
              + " time, and with -v=10.");
    }
    return new Weighed(
        Optional.of(
            new Weighing(
                true,
                first,
                log.sent(first).orElse(0),
                inTreeFirst.get(),
                bound,
                log.sent(bound).orElse(0),
                inTreeBound.get())),
        "");
  }

  /** From requests, leaving out pods that came to the node later. */
  private static InTreeScores estimate(ClusterReader cluster, Placed pod, String node)
      throws IOException {
    var room = cluster.allocatable(node);
    if (room.isEmpty()) {
      throw new IOException("node " + node + " is gone");
    }
    var others = InTreeScores.Amounts.NONE;
    for (var other : cluster.podsOn(node)) {
      boolean later = other.scheduledAt().compareTo(pod.scheduledAt()) > 0;
      if (!other.uid().equals(pod.uid()) && !later) {
        others = others.plus(amounts(other));
      }
    }
    return InTreeScores.estimate(
        amounts(pod),
        others,
        new InTreeScores.Amounts(room.get().cpu(), room.get().memory(), 0, 0));
  }

  private static InTreeScores.Amounts amounts(Placed pod) {
    return pod.containers().stream()
        .map(c -> InTreeScores.Amounts.of(c.cpu(), c.memory()))
        .reduce(InTreeScores.Amounts.NONE, InTreeScores.Amounts::plus);
  }
}

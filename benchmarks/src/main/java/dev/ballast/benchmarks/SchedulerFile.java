package dev.ballast.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * The configuration of kube-scheduler for a run: {@code scheduler-config/second-scheduler.yaml} as
 * the local cluster uses it, without leader election.
 */
final class SchedulerFile {
  static final int QPS = 5000;
  private static final String MARKER = "benchmarks.ballast.dev/nobody-asks";

  private SchedulerFile() {}

  static Path write(BenchCluster cluster, Variant variant, int percentageOfNodesToScore) {
    String shipped = BenchCluster.read(Path.of(cluster.local().get("SCHEDULER_BALLAST_CONFIG")));
    return cluster.write(
        "scheduler-" + variant.label() + ".yaml", text(shipped, variant, percentageOfNodesToScore));
  }

  static String text(String shipped, Variant variant, int percentageOfNodesToScore) {
    String text = replace(shipped, "qps: .*", "qps: " + QPS);
    text = replace(text, "burst: .*", "burst: " + QPS);
    text =
        replace(
            text,
            "percentageOfNodesToScore: .*",
            "percentageOfNodesToScore: " + percentageOfNodesToScore);
    int extenders = text.indexOf("\nextenders:");
    if (extenders < 0) {
      throw new IllegalStateException("no extenders in\n" + text);
    }
    return switch (variant.kind()) {
      case STOCK -> text.substring(0, extenders + 1);
      case NOT_INTERESTED ->
          text + "\n  managedResources: [{name: " + MARKER + ", ignoredByScheduler: true}]\n";
      case NOOP, CEILING, BALLAST -> text;
      case BALLAST_BIND -> text + binder(text);
    };
  }

  /** A second entry of the same extender, as scheduler-config/topology.yaml has it. */
  private static String binder(String text) {
    String url =
        text.lines()
            .filter(line -> line.startsWith("- urlPrefix: "))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no extender in\n" + text));
    return "\n"
        + url
        + "\n  bindVerb: bind\n  nodeCacheCapable: true\n  ignorable: true\n  httpTimeout: 5s\n"
        + "  enableHTTPS: false\n";
  }

  private static String replace(String text, String line, String by) {
    String replaced = text.replaceAll("(?m)^( *)" + line + "$", "$1" + by);
    if (replaced.equals(text) && !text.contains(by)) {
      throw new IllegalStateException("no line '" + line + "' in\n" + text);
    }
    return replaced;
  }

  /** The variants of a full comparison. */
  static final List<String> ALL =
      List.of(
          "stock",
          "not-interested",
          "noop",
          "ceiling",
          "ceiling-16",
          "ceiling-32",
          "ceiling-64",
          "ballast",
          "ballast-16",
          "ballast-32",
          "ballast-64",
          "ballast-bind");
}

package dev.ballast.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Policies and configurations with windows of 30 s and 2 min under metric names of their own: what
 * takes hours in a cluster takes seconds here, on the same paths.
 */
final class Setup {
  static final String MEAN = "cpu_usage_avg_30s";
  static final String MAX = "cpu_usage_max_avg_2m";
  static final String MEMORY = "mem_usage_avg_30s";
  static final double LIMIT = 0.65;

  /** The CPU metrics of the shipped policy, with windows that a test can wait for. */
  static final List<String> SHIPPED_CPU =
      List.of("cpu_usage_avg_30s", "cpu_usage_max_avg_60s", "cpu_usage_max_avg_90s");

  private Setup() {}

  /**
   * The shipped policy with short windows and periods: limits, weights and everything else is as
   * shipped.
   *
   * @param setting a further key of its spec, or nothing
   */
  static Path shippedPolicy(LocalCluster cluster, String setting) {
    try {
      String text =
          shortWindows(Files.readString(Shell.ROOT.resolve("policy/default.yaml")))
              .replace("period: 3m", "period: 3s")
              .replace("period: 15m", "period: 5s")
              .replace("period: 3h", "period: 5s");
      return file(cluster, "shipped", setting.isEmpty() ? text : text + "\n  " + setting + "\n");
    } catch (IOException e) {
      throw new AssertionError("policy/default.yaml", e);
    }
  }

  private static String shortWindows(String text) {
    return text.replace("_avg_5m", "_avg_30s")
        .replace("_max_avg_1h", "_max_avg_60s")
        .replace("_max_avg_1d", "_max_avg_90s");
  }

  /** The metrics of {@link #shippedPolicy}, and where Prometheus is. */
  static String shippedMetrics(LocalCluster cluster) {
    return annotator(cluster)
        + """
          - {name: cpu_usage_max_avg_60s, maximumOf: cpu_usage_avg_30s, window: 60s}
          - {name: cpu_usage_max_avg_90s, maximumOf: cpu_usage_avg_30s, window: 90s}
          - {name: mem_usage_max_avg_60s, maximumOf: mem_usage_avg_30s, window: 60s}
          - {name: mem_usage_max_avg_90s, maximumOf: mem_usage_avg_30s, window: 90s}
        """;
  }

  /** A policy with quick periods; a reading lives as long as the argument says. */
  static Path policy(LocalCluster cluster, String staleAfter) {
    return policy(cluster, staleAfter, "inFlight: {}");
  }

  /**
   * The same policy with a further key.
   *
   * @param setting a key of its spec with its value, on one line
   */
  static Path policy(LocalCluster cluster, String staleAfter, String setting) {
    return file(
        cluster,
        "policy",
        """
        apiVersion: scheduling.ballast.dev/v1alpha1
        kind: DynamicSchedulerPolicy
        spec:
          clockTolerance: 0s
          syncPolicy:
          - {name: cpu_usage_avg_30s, period: 3s, staleAfter: %1$s}
          - {name: cpu_usage_max_avg_2m, period: 5s, staleAfter: %1$s}
          - {name: mem_usage_avg_30s, period: 3s, staleAfter: %1$s}
          predicate:
          - {name: cpu_usage_avg_30s, maxLimitPercent: 0.65}
          - {name: mem_usage_avg_30s, maxLimitPercent: 0.8}
          priority:
          - {name: cpu_usage_avg_30s, weight: 0.5}
          - {name: cpu_usage_max_avg_2m, weight: 0.2}
          - {name: mem_usage_avg_30s, weight: 0.3}
          whenAllOverloaded: reject
          maxRefusedShare: 1
          %2$s
        """
            .formatted(staleAfter, setting));
  }

  /** The sections of a configuration that the annotator needs. */
  static String annotator(LocalCluster cluster) {
    return annotator(cluster.get("PROMETHEUS_URL"));
  }

  /** The same with a Prometheus, which may be one that does not answer. */
  static String annotator(String prometheus) {
    return """
        prometheus: {url: "%s", scrapeInterval: 2s}
        metrics:
          preset: none
          sampleTimes:
            promql: >-
              max by (instance) (timestamp(node_memory_MemTotal_bytes))
              or max by (instance) (max_over_time(timestamp(node_memory_MemTotal_bytes)[10m:10s]))
            moving: >-
              sum by (instance) (changes(node_cpu_seconds_total{cpu="0"}[8s])
              and count_over_time(node_cpu_seconds_total{cpu="0"}[8s]) > 3)
          definitions:
          - name: cpu_usage_avg_30s
            promql: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[30s]))
            resource: cpu
            window: 30s
          - name: cpu_usage_max_avg_2m
            maximumOf: cpu_usage_avg_30s
            window: 2m
          - name: mem_usage_avg_30s
            promql: >-
              1 - max by (instance) (avg_over_time(node_memory_MemAvailable_bytes[30s]))
              / max by (instance) (node_memory_MemTotal_bytes)
            resource: memory
            window: 30s
        """
        .formatted(prometheus);
  }

  /** Starts the extender under the rights of its ClusterRole. */
  static BallastProcess extender(LocalCluster cluster, Path policy) {
    return BallastProcess.serve(
        cluster, "extender", cluster.kubeconfigOf("ballast-extender"), "", policy);
  }

  /** Starts an annotator under the rights of its ClusterRole and Role. */
  static BallastProcess annotator(LocalCluster cluster, Path policy) {
    return BallastProcess.serve(
        cluster,
        "annotator",
        cluster.kubeconfigOf("ballast-annotator"),
        annotator(cluster),
        policy);
  }

  /** Writes a file into the cluster's folder. */
  static Path file(LocalCluster cluster, String name, String text) {
    try {
      return Files.writeString(Files.createTempFile(cluster.folder(), name + "-", ".yaml"), text);
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }
}

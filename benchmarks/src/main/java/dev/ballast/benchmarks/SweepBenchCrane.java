package dev.ballast.benchmarks;

import java.util.List;

/**
 * What crane-scheduler's annotator asks for, for a sample of nodes, one after the other as its one
 * worker does: each metric of each node by up to three queries, until one answers (its {@code
 * pkg/controller/prometheus/prometheus.go}). Its patches, one a metric and node, are not made.
 */
final class SweepBenchCrane {
  private SweepBenchCrane() {}

  /** A node by name and address. */
  record Target(String name, String ip) {}

  /**
   * What was needed. Immutable.
   *
   * @param nodes nodes in the sample
   * @param metrics metrics of each
   * @param answered readings that were found
   * @param queries queries that were sent
   * @param seconds time that they took
   * @param prometheusCpu CPU seconds of Prometheus for them
   */
  record Cost(
      int nodes, int metrics, int answered, int queries, double seconds, double prometheusCpu) {

    /** The same for so many nodes, in proportion. */
    Cost scaledTo(int all) {
      double factor = (double) all / nodes;
      return new Cost(
          all,
          metrics,
          (int) Math.round(answered * factor),
          (int) Math.round(queries * factor),
          seconds * factor,
          prometheusCpu * factor);
    }
  }

  /**
   * Asks for the sample.
   *
   * @param idleCpu CPU seconds that Prometheus uses a second by itself
   */
  static Cost run(
      SweepBenchPrometheus prometheus,
      SweepBenchProcess usage,
      double idleCpu,
      List<Target> sample,
      List<String> metrics)
      throws InterruptedException {
    int queries = 0;
    int answered = 0;
    double cpu = usage.cpuSeconds();
    long start = System.nanoTime();
    for (Target node : sample) {
      for (String metric : metrics) {
        for (String query : queries(metric, node)) {
          queries++;
          if (prometheus.series(query) > 0) {
            answered++;
            break;
          }
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double used = Math.max(0, usage.cpuSeconds() - cpu - idleCpu * seconds);
    return new Cost(sample.size(), metrics.size(), answered, queries, seconds, used);
  }

  /** By address, by address and port, by name. */
  private static List<String> queries(String metric, Target node) {
    return List.of(
        metric + "{instance=~\"" + node.ip() + "\"} /100",
        metric + "{instance=~\"" + node.ip() + ":.+\"} /100",
        metric + "{instance=~\"" + node.name() + "\"} /100");
  }
}

package dev.ballast.benchmarks;

import dev.ballast.e2e.BallastProcess;
import java.nio.file.Path;
import java.util.List;

/** The built jar as {@code serve --role extender}, in a JVM with the flags of the manifests. */
final class BallastExtender implements Extender {
  private static final String SECONDS = "ballast_extender_seconds";
  private static final String CALLS = "ballast_extender_calls_total";
  private static final String FAIL_OPEN = "ballast_extender_fail_open_total";

  private final BallastProcess process;

  private BallastExtender(BallastProcess process) {
    this.process = process;
  }

  /**
   * Starts it with the rights of its ClusterRole and waits until it says that it is ready.
   *
   * @param binds whether it writes the bindings, for which it gets all rights
   * @param options of the JVM, besides those of the manifests
   */
  static BallastExtender start(
      BenchCluster cluster, Path policy, List<String> options, boolean binds) {
    var local = cluster.local();
    return new BallastExtender(
        BallastProcess.serve(
            local,
            "extender",
            binds ? local.kubeconfig() : local.kubeconfigOf("ballast-extender"),
            binds ? "extender: {port: " + local.extenderPort() + ", bind: true}\n" : "",
            policy,
            options));
  }

  /** How long calls took, by verb or of both when it is empty. */
  BucketHistogram seconds(String verb) {
    return BucketHistogram.parse(
        process.page("/metrics"), SECONDS, verb.isEmpty() ? "" : "verb=\"" + verb + "\"");
  }

  @Override
  public Work work() {
    var seconds = seconds("");
    double judged = process.metric(CALLS, "outcome=\"judged\"");
    double answered = process.metric(CALLS, "") + process.metric(FAIL_OPEN, "");
    return new Work(
        seconds.count(),
        answered == 0 ? 0 : judged / answered,
        seconds.quantile(0.5) * 1e6,
        seconds.quantile(0.99) * 1e6,
        seconds.most() * 1e6);
  }

  @Override
  public double cpuSeconds() {
    return ProcessCpu.seconds(process.pid());
  }

  @Override
  public void close() {
    process.close();
  }
}

package dev.ballast.benchmarks;

import java.time.Duration;
import java.util.List;

/** One run: a fresh extender, pods that wait, and kube-scheduler until all of them are bound. */
final class SchedulerRun {
  private static final double LEAST_JUDGED = 0.99;

  /**
   * What was measured in a run.
   *
   * @param variant its label
   * @param round from 1
   * @param podsPerSecond from the first binding to the last
   * @param seconds from the first binding to the last
   * @param schedulerCpuSeconds of kube-scheduler since its start
   * @param extenderCpuSeconds of the extender while kube-scheduler ran
   * @param serverCpuSeconds of kube-apiserver and etcd meanwhile
   * @param extender what the extender did
   */
  record Figures(
      String variant,
      int round,
      double podsPerSecond,
      double seconds,
      double schedulerCpuSeconds,
      double extenderCpuSeconds,
      double serverCpuSeconds,
      Extender.Work extender) {}

  private final BenchCluster cluster;
  private final Cleanup cleanup;
  private final BenchPods pods;
  private final int count;
  private final int percentageOfNodesToScore;

  SchedulerRun(BenchCluster cluster, Cleanup cleanup, int count, int percentageOfNodesToScore) {
    this.cluster = cluster;
    this.cleanup = cleanup;
    this.pods = new BenchPods(cluster.api());
    this.count = count;
    this.percentageOfNodesToScore = percentageOfNodesToScore;
  }

  /**
   * Runs a variant.
   *
   * @throws IllegalStateException when its figure would mean nothing: pods are left, or the
   *     extender was not asked, or gave no judgement
   */
  Figures of(Variant variant, int round) {
    pods.create(count);
    var config = SchedulerFile.write(cluster, variant, percentageOfNodesToScore);
    var extender = cleanup.add(start(variant));
    var watch = cleanup.add(BindingWatch.open(cluster.api(), count));
    double extenderCpu = extender.cpuSeconds();
    double serverCpu = serverCpu();
    cluster.local().start(BenchCluster.SCHEDULER, "--config", config.toString());
    Duration took;
    try {
      took = watch.await(Duration.ofSeconds(60 + count / 20));
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          variant.label() + ": " + e.getMessage() + "\n" + pods.pending() + schedulerLog(), e);
    }
    double seconds = took.toNanos() / 1e9;
    var figures =
        new Figures(
            variant.label(),
            round,
            (count - 1) / seconds,
            seconds,
            ProcessCpu.seconds(cluster.pid(BenchCluster.SCHEDULER)),
            extender.cpuSeconds() - extenderCpu,
            serverCpu() - serverCpu,
            extender.work());
    check(variant, figures.extender());
    cluster.local().stop(BenchCluster.SCHEDULER);
    cleanup.release(watch);
    cleanup.release(extender);
    pods.delete();
    return figures;
  }

  private Extender start(Variant variant) {
    return switch (variant.kind()) {
      case STOCK, NOT_INTERESTED -> Extender.NONE;
      case NOOP, CEILING -> StubExtender.start(cluster, variant);
      case BALLAST, BALLAST_BIND ->
          BallastExtender.start(
              cluster,
              cluster.policy(variant.keep()),
              List.of(),
              variant.kind() == Variant.Kind.BALLAST_BIND);
    };
  }

  private String schedulerLog() {
    var lines =
        BenchCluster.read(
                cluster.local().folder().resolve("log/" + BenchCluster.SCHEDULER + ".log"))
            .lines()
            .toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }

  private double serverCpu() {
    return ProcessCpu.seconds(cluster.pid("apiserver")) + ProcessCpu.seconds(cluster.pid("etcd"));
  }

  private void check(Variant variant, Extender.Work work) {
    boolean called =
        variant.kind() != Variant.Kind.STOCK && variant.kind() != Variant.Kind.NOT_INTERESTED;
    if (called && work.calls() < 2L * count) {
      throw new IllegalStateException(
          "%s: %d pods were bound with %.0f calls, it has to be two for each: see %s"
              .formatted(
                  variant.label(), count, work.calls(), cluster.local().folder().resolve("log")));
    }
    if (work.judged() <= LEAST_JUDGED) {
      throw new IllegalStateException(
          "%s: only %.1f %% of the calls were judged, the others were answered as if it were not there"
              .formatted(variant.label(), work.judged() * 100));
    }
  }
}

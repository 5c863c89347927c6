package dev.ballast.benchmarks;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was used between two moments. Immutable.
 *
 * @param seconds time between them
 * @param sweepSeconds time of the last sweep: its queries, one after the other, and its decisions
 * @param queries queries that Ballast sent
 * @param patches patches of nodes that Ballast wrote
 * @param patchBytes bytes of their bodies
 * @param ballastCpu CPU seconds of the annotator's process
 * @param prometheusCpu CPU seconds of Prometheus
 * @param apiserverCpu CPU seconds of kube-apiserver
 * @param etcdCpu CPU seconds of etcd
 */
record SweepBenchInterval(
    double seconds,
    double sweepSeconds,
    double queries,
    double patches,
    double patchBytes,
    double ballastCpu,
    double prometheusCpu,
    double apiserverCpu,
    double etcdCpu) {

  /** The median of each figure on its own. */
  static SweepBenchInterval median(List<SweepBenchInterval> all) {
    return new SweepBenchInterval(
        median(all, SweepBenchInterval::seconds),
        median(all, SweepBenchInterval::sweepSeconds),
        median(all, SweepBenchInterval::queries),
        median(all, SweepBenchInterval::patches),
        median(all, SweepBenchInterval::patchBytes),
        median(all, SweepBenchInterval::ballastCpu),
        median(all, SweepBenchInterval::prometheusCpu),
        median(all, SweepBenchInterval::apiserverCpu),
        median(all, SweepBenchInterval::etcdCpu));
  }

  private static double median(
      List<SweepBenchInterval> all, ToDoubleFunction<SweepBenchInterval> figure) {
    return Arithmetic.median(all.stream().mapToDouble(figure).boxed().toList());
  }

  /** These figures without what the others use by themselves in the same time. */
  SweepBenchInterval without(SweepBenchInterval idle) {
    double share = seconds / idle.seconds;
    return new SweepBenchInterval(
        seconds,
        sweepSeconds,
        queries,
        patches,
        patchBytes,
        ballastCpu,
        Math.max(0, prometheusCpu - idle.prometheusCpu * share),
        Math.max(0, apiserverCpu - idle.apiserverCpu * share),
        Math.max(0, etcdCpu - idle.etcdCpu * share));
  }
}

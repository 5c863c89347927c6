package dev.ballast.benchmarks;

/**
 * All counters of the measured processes at one moment. Immutable.
 *
 * @param nanos the clock
 * @param ballast what the annotator says of itself
 * @param ballastCpu CPU seconds of the annotator's process
 */
record SweepBenchMoment(
    long nanos,
    SweepBenchAnnotator.Counters ballast,
    double ballastCpu,
    double prometheusCpu,
    double apiserverCpu,
    double etcdCpu) {

  /** What was used since an earlier moment. */
  SweepBenchInterval since(SweepBenchMoment before) {
    double ended = Math.max(1, ballast.sweeps() - before.ballast.sweeps());
    return new SweepBenchInterval(
        (nanos - before.nanos) / 1e9,
        (ballast.sweepSeconds() - before.ballast.sweepSeconds()) / ended,
        ballast.queries() - before.ballast.queries(),
        ballast.patches() - before.ballast.patches(),
        ballast.patchBytes() - before.ballast.patchBytes(),
        ballastCpu - before.ballastCpu,
        prometheusCpu - before.prometheusCpu,
        apiserverCpu - before.apiserverCpu,
        etcdCpu - before.etcdCpu);
  }
}

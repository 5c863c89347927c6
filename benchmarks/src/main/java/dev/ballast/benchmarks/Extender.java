package dev.ballast.benchmarks;

/** An extender that runs beside kube-scheduler, fresh for each run. */
interface Extender extends AutoCloseable {
  /**
   * What it did since it was started.
   *
   * @param calls of both verbs
   * @param judged share of these calls that it answered as it was meant to
   * @param p50Micros median time of a call in it, microseconds
   * @param p99Micros the same, exceeded by one call of a hundred
   * @param mostMicros the longest time, or an upper bound of it
   */
  record Work(double calls, double judged, double p50Micros, double p99Micros, double mostMicros) {}

  Work work();

  double cpuSeconds();

  @Override
  void close();

  /** No process at all. */
  Extender NONE =
      new Extender() {
        @Override
        public Work work() {
          return new Work(0, 1, 0, 0, 0);
        }

        @Override
        public double cpuSeconds() {
          return 0;
        }

        @Override
        public void close() {}
      };
}

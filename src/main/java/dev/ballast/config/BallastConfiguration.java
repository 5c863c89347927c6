package dev.ballast.config;

/**
 * The configuration of the program; everything has a default but the URL of Prometheus. Immutable.
 *
 * @param extender how the extender is reached
 * @param operations how health checks and metrics are reached
 * @param prometheus how Prometheus is asked
 * @param annotations how node annotations are written
 * @param leaderElection the lease that the annotators share
 * @param metrics the metrics that can be read
 */
public record BallastConfiguration(
    ExtenderConfig extender,
    OperationsConfig operations,
    PrometheusConfig prometheus,
    AnnotationsConfig annotations,
    LeaderElectionConfig leaderElection,
    MetricCatalogue metrics) {

  /** What holds without a configuration. */
  public static final BallastConfiguration DEFAULTS =
      new BallastConfiguration(
          ExtenderConfig.DEFAULTS,
          OperationsConfig.DEFAULTS,
          PrometheusConfig.DEFAULTS,
          AnnotationsConfig.DEFAULTS,
          LeaderElectionConfig.DEFAULTS,
          MetricPreset.NODE_EXPORTER.catalogue(PrometheusConfig.DEFAULTS.scrapeInterval()));
}

package dev.ballast.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The table of all metrics that Ballast publishes about itself. Safe for use by many threads. */
public final class Metrics {
  private static final double[] ANSWER_SECONDS = {
    50e-6, 100e-6, 200e-6, 300e-6, 500e-6, 1e-3, 2e-3, 5e-3, 10e-3, 25e-3, 50e-3, 100e-3, 250e-3
  };
  private static final double[] NAMES = {1, 10, 50, 100, 250, 500, 750, 1_000, 5_000, 15_000};

  /** Where the metrics are registered. */
  public final PrometheusRegistry registry = new PrometheusRegistry();

  public final Counter extenderCalls =
      counter(
          "ballast_extender_calls",
          "Calls of kube-scheduler by verb and outcome",
          "verb",
          "outcome");
  public final Counter extenderFailOpen =
      counter(
          "ballast_extender_fail_open",
          "Calls that were answered as if Ballast were not there, by cause",
          "verb",
          "cause");
  public final Counter extenderRefusedNodes =
      counter(
          "ballast_extender_refused_nodes",
          "Nodes refused, by the metric over its limit",
          "metric");
  public final Counter extenderBadRequests =
      counter(
          "ballast_extender_bad_requests", "Requests that were not answered, by cause", "cause");
  public final Counter extenderWholeNodes =
      counter(
          "ballast_extender_whole_nodes_calls",
          "Calls with whole Node objects: nodeCacheCapable is not set in the scheduler's configuration");
  public final Histogram extenderSeconds =
      histogram("ballast_extender_seconds", "Time to answer a call", ANSWER_SECONDS, "verb");
  public final Histogram extenderCandidates =
      histogram("ballast_extender_candidates", "Nodes in a call", NAMES, "verb");

  public final Gauge nodes = gauge("ballast_nodes", "Nodes known");
  public final Gauge pods = gauge("ballast_pods", "Pods known, by state", "state");
  public final Gauge readings =
      gauge("ballast_readings", "Readings on nodes, by metric and state", "metric", "state");
  public final Counter unreadableAnnotations =
      counter(
          "ballast_unreadable_annotations", "Node annotations that are no readings, by key", "key");
  public final Gauge synced = gauge("ballast_synced", "1 when the first list has arrived", "kind");

  public final Counter explanationsDropped =
      counter(
          "ballast_explanations_dropped",
          "Explanations that were dropped before their hour, for want of room");

  public final Gauge leader = gauge("ballast_annotator_leader", "1 when this process leads");
  public final Counter sweeps =
      counter(
          "ballast_annotator_sweeps",
          "Queries for all nodes, by metric and outcome",
          "metric",
          "outcome");
  public final Counter readingsLost =
      counter(
          "ballast_annotator_readings_lost",
          "Readings that were not written because they were no numbers, by metric and cause",
          "metric",
          "cause");
  public final Gauge unmatchedSeries =
      gauge("ballast_annotator_unmatched_series", "Series that found no node, by metric", "metric");
  public final Gauge ambiguousNodes =
      gauge(
          "ballast_annotator_ambiguous_nodes",
          "Nodes with several series, or that share one, by metric",
          "metric");
  public final Gauge staleNodes =
      gauge("ballast_annotator_stale_nodes", "Nodes whose raw samples have stopped");
  public final Counter patches =
      counter("ballast_annotator_patches", "Patches of nodes, by outcome", "outcome");
  public final Counter patchBytes =
      counter("ballast_annotator_patch_bytes", "Bytes of patch bodies sent");
  public final Gauge pendingPatches =
      gauge("ballast_annotator_pending_patches", "Nodes waiting to be written");
  public final Histogram sourceSeconds =
      histogram(
          "ballast_source_seconds",
          "Time of a query to the metric source",
          new double[] {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
          "query");

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  private Histogram histogram(String name, String help, double[] upperBounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(upperBounds)
        .register(registry);
  }
}

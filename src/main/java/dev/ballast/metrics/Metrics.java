package dev.ballast.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The table of all metrics that Ballast publishes about itself. Safe for use by many threads. */
public final class Metrics {
  private static final double[] ANSWER_SECONDS = {
    30e-6, 40e-6, 60e-6, 80e-6, 100e-6, 150e-6, 200e-6, 300e-6, 500e-6, 1e-3, 2e-3, 3e-3, 4e-3,
    5e-3, 6e-3, 7e-3, 8e-3, 10e-3, 15e-3, 25e-3, 50e-3, 100e-3, 250e-3
  };
  private static final double[] SOURCE_SECONDS = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30};
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
          "ballast_extender_refused_nodes", "Nodes refused, by the metric that decided", "metric");
  public final Counter extenderOverloadPasses =
      counter(
          "ballast_extender_overload_passes",
          "Nodes let pass over their limits because too many would have been refused, by cause",
          "cause");
  public final Counter extenderSecondLooks =
      counter(
          "ballast_extender_second_looks",
          "Filter calls that would have refused every candidate and were judged again 40 ms later");
  public final Counter extenderBadRequests =
      counter(
          "ballast_extender_bad_requests", "Requests that were not answered, by cause", "cause");
  public final Counter extenderWholeNodes =
      counter(
          "ballast_extender_whole_nodes_calls",
          "Calls with whole Node objects: nodeCacheCapable is not set in the scheduler's configuration");
  public final Histogram extenderSeconds =
      histogram(
          "ballast_extender_seconds",
          "Time of a call, from its first byte read to the last one of its answer handed over",
          ANSWER_SECONDS,
          "verb");
  public final Histogram extenderCandidates =
      histogram("ballast_extender_candidates", "Nodes in a call", NAMES, "verb");

  public final Gauge nodes = gauge("ballast_nodes", "Nodes known");
  public final Gauge pods = gauge("ballast_pods", "Pods known, by state", "state");
  public final Gauge readings =
      gauge("ballast_readings", "Readings on nodes, by metric and state", "metric", "state");
  public final Counter unreadableAnnotations =
      counter(
          "ballast_unreadable_annotations", "Node annotations that are no readings, by key", "key");
  public final Gauge podsWaiting =
      gauge(
          "ballast_pods_waiting_for_load",
          "Pods of ours that are unschedulable, with a limit of the load policy among the reasons");
  public final Gauge longestWait =
      gauge(
          "ballast_pods_waiting_for_load_longest_seconds",
          "Time since the first of them became unschedulable; 0 without any");
  public final Counter unreadablePods =
      counter(
          "ballast_unreadable_pods",
          "Annotations and resources of pods that cannot be read, by what they are",
          "what");
  public final Gauge podsInFlight =
      gauge("ballast_in_flight_pods", "Pods that readings do not show entirely yet");
  public final Gauge inFlight =
      gauge(
          "ballast_in_flight",
          "What pods in flight are expected to add to readings: cores, bytes",
          "resource");
  public final Counter firstRankedBound =
      counter(
          "ballast_first_ranked_bound",
          "Pods bound after a ranking of ours, by whether the first-ranked node got them: same, other",
          "result");
  public final Gauge synced = gauge("ballast_synced", "1 when the first list has arrived", "kind");

  public final Gauge breakerOpen =
      gauge("ballast_breaker_open", "1 while too much load data is lost to judge nodes");
  public final Counter breakerTransitions =
      counter("ballast_breaker_transitions", "Changes of the breaker, by its new state", "state");
  public final Counter explanationsDropped =
      counter(
          "ballast_explanations_dropped",
          "Explanations that were dropped before their hour, for want of room");

  public final Counter bindings =
      counter(
          "ballast_extender_bindings",
          "Bind calls, by outcome: bound, refused (no room in the zones), failed (by the API"
              + " server), unknown (no answer from it)",
          "outcome");
  public final Gauge unplacedPods =
      gauge(
          "ballast_topology_unplaced_pods",
          "Pods on nodes with an agent that ask for CPUs of zones and have no topology result");
  public final Counter lateResults =
      counter(
          "ballast_topology_late_results",
          "Topology results written after the binding, by outcome: written, no_room, failed",
          "outcome");

  public final Gauge leader = gauge("ballast_annotator_leader", "1 when this process leads");
  public final Counter sweeps =
      counter(
          "ballast_annotator_sweeps",
          "Queries for all nodes, by metric and outcome",
          "metric",
          "outcome");
  public final Histogram sweepSeconds =
      histogram(
          "ballast_annotator_sweep_seconds",
          "Time of a sweep: all queries that were due, one after the other",
          SOURCE_SECONDS);
  public final Gauge lastSweep =
      gauge(
          "ballast_annotator_last_sweep_timestamp_seconds",
          "When a metric was last read for all nodes, seconds since the epoch",
          "metric");
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
  public final Gauge frozenNodes =
      gauge(
          "ballast_annotator_frozen_nodes",
          "Nodes whose exporter answers while its counters stand still");
  public final Counter patches =
      counter("ballast_annotator_patches", "Patches of nodes, by outcome", "outcome");
  public final Counter patchBytes =
      counter("ballast_annotator_patch_bytes", "Bytes of patch bodies sent");
  public final Gauge pendingPatches =
      gauge("ballast_annotator_pending_patches", "Nodes waiting to be written");
  public final Counter wakeUps =
      counter("ballast_annotator_wakeups", "Writes that wake pods which wait for load to fall");
  public final Histogram sourceSeconds =
      histogram(
          "ballast_source_seconds",
          "Time of a query to the metric source",
          SOURCE_SECONDS,
          "query");

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars() // there are no traces to point at
        .register(registry);
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
        .withoutExemplars()
        .classicUpperBounds(upperBounds)
        .register(registry);
  }
}

package dev.ballast.extender;

import dev.ballast.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

/** The metrics of one verb, looked up once. */
final class VerbMetrics {
  /**
   * How a call can end.
   *
   * @param name the value of the label, which decisions carry, too
   */
  record Outcome(String name, CounterDataPoint calls) {}

  final Outcome judged;
  final Outcome notOurs;
  final Outcome daemonSet;
  final Outcome notSynced;
  final Outcome neutral;
  final Outcome late;
  final Outcome failed;
  final DistributionDataPoint seconds;
  final DistributionDataPoint candidates;

  VerbMetrics(Metrics metrics, String verb) {
    judged = call(metrics, verb, "judged");
    notOurs = call(metrics, verb, "other_scheduler");
    daemonSet = call(metrics, verb, "daemon_set");
    notSynced = failOpen(metrics, verb, "not_synced");
    neutral = failOpen(metrics, verb, "breaker_open");
    late = failOpen(metrics, verb, "deadline");
    failed = failOpen(metrics, verb, "internal_error");
    seconds = metrics.extenderSeconds.labelValues(verb);
    candidates = metrics.extenderCandidates.labelValues(verb);
  }

  private static Outcome call(Metrics metrics, String verb, String outcome) {
    return new Outcome(outcome, metrics.extenderCalls.labelValues(verb, outcome));
  }

  private static Outcome failOpen(Metrics metrics, String verb, String cause) {
    return new Outcome(cause, metrics.extenderFailOpen.labelValues(verb, cause));
  }
}

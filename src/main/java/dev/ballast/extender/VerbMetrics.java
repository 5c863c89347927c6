package dev.ballast.extender;

import dev.ballast.metrics.Metrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

/** The metrics of one verb, looked up once. */
final class VerbMetrics {
  final CounterDataPoint judged;
  final CounterDataPoint notOurs;
  final CounterDataPoint daemonSet;
  final CounterDataPoint notSynced;
  final CounterDataPoint neutral;
  final CounterDataPoint late;
  final CounterDataPoint failed;
  final DistributionDataPoint seconds;
  final DistributionDataPoint candidates;

  VerbMetrics(Metrics metrics, String verb) {
    judged = metrics.extenderCalls.labelValues(verb, "judged");
    notOurs = metrics.extenderCalls.labelValues(verb, "other_scheduler");
    daemonSet = metrics.extenderCalls.labelValues(verb, "daemon_set");
    notSynced = metrics.extenderFailOpen.labelValues(verb, "not_synced");
    neutral = metrics.extenderFailOpen.labelValues(verb, "breaker_open");
    late = metrics.extenderFailOpen.labelValues(verb, "deadline");
    failed = metrics.extenderFailOpen.labelValues(verb, "internal_error");
    seconds = metrics.extenderSeconds.labelValues(verb);
    candidates = metrics.extenderCandidates.labelValues(verb);
  }
}

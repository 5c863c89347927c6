package dev.ballast.config;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the time of a node's newest raw sample comes from. An instant query answers with its
 * evaluation time, so a reading's own time has to be asked for.
 *
 * @param promql a query that answers, one series a node, with the sample's time in seconds since
 *     the epoch
 * @param node how a series finds its node
 * @param lookback how far back the query looks; a node without an answer has no sample that is
 *     younger
 * @param staleAfter age from which a node's samples count as stopped
 * @param moving a query that answers, one series a node, with how much its counters moved lately: 0
 *     when its exporter is frozen; nodes without an answer are not judged. Absent: not asked
 * @param frozenAfter the time without any move that an answer of 0 stands for
 */
public record SampleTimes(
    String promql,
    MetricDefinition.NodeMatch node,
    Duration lookback,
    Duration staleAfter,
    Optional<String> moving,
    Duration frozenAfter) {

  /** Sample times without a look for frozen exporters. */
  public SampleTimes(
      String promql, MetricDefinition.NodeMatch node, Duration lookback, Duration staleAfter) {
    this(promql, node, lookback, staleAfter, Optional.empty(), Duration.ZERO);
  }
}

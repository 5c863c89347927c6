package dev.ballast.annotator;

import dev.ballast.config.SampleTimes;
import dev.ballast.load.Plausibility;
import dev.ballast.policy.DataPolicy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What is known of a node's raw samples at the time of a sweep. */
sealed interface SampleState {
  /** How far a sample may be ahead of the clock of the source that took it. */
  long MAX_AHEAD_MILLIS = DataPolicy.CLOCK_TOLERANCE.toMillis();

  /**
   * Samples arrive.
   *
   * @param epochMillis time of the newest, the source's clock
   */
  record Fresh(long epochMillis) implements SampleState {}

  /**
   * Samples have stopped.
   *
   * @param sinceMillis time of the newest, or a time that it is not younger than
   */
  record Stale(long sinceMillis) implements SampleState {}

  /**
   * Samples arrive, but the exporter is frozen: its counters stand still.
   *
   * @param sinceMillis a time since which they have not moved, the source's clock
   */
  record Frozen(long sinceMillis) implements SampleState {}

  /** Nothing certain is known. */
  record Lost(LossCause cause) implements SampleState {}

  /** Why there is no reading; empty when there may be one. */
  default Optional<LossCause> loss() {
    if (this instanceof Lost lost) {
      return Optional.of(lost.cause());
    }
    if (this instanceof Stale) {
      return Optional.of(LossCause.STALE);
    }
    return this instanceof Frozen ? Optional.of(LossCause.FROZEN) : Optional.empty();
  }

  /**
   * The state of each node, none of them frozen.
   *
   * @param match newest sample times by node, in seconds
   * @param evaluatedMillis the source's evaluation time
   * @param carriesLoad nodes that carry load annotations: they were seen once, so if no sample of
   *     theirs is found, samples have stopped
   */
  static Map<String, SampleState> of(
      SeriesMatch match,
      long evaluatedMillis,
      SampleTimes times,
      Collection<AnnotatedNode> nodes,
      Predicate<AnnotatedNode> carriesLoad) {
    Map<String, SampleState> states = new HashMap<>();
    for (AnnotatedNode node : nodes) {
      Double seconds = match.values().get(node.name());
      LossCause lost = match.lost().get(node.name());
      SampleState state;
      if (lost != null) {
        state = new Lost(lost);
      } else if (seconds != null) {
        state = ofTime(seconds, evaluatedMillis, times);
      } else if (carriesLoad.test(node)) {
        state = new Stale(evaluatedMillis - times.lookback().toMillis());
      } else {
        state = new Lost(LossCause.NO_SAMPLE_TIME);
      }
      states.put(node.name(), state);
    }
    return states;
  }

  private static SampleState ofTime(double seconds, long evaluatedMillis, SampleTimes times) {
    double millis = seconds * 1000;
    if (!(millis >= 0 && millis < Long.MAX_VALUE)) {
      return new Lost(LossCause.SAMPLE_TIME_IMPLAUSIBLE);
    }
    long newest = Math.round(millis);
    if (!Plausibility.isTime(newest, evaluatedMillis, MAX_AHEAD_MILLIS)) {
      return new Lost(LossCause.SAMPLE_TIME_AHEAD);
    }
    boolean stopped = evaluatedMillis - newest > times.staleAfter().toMillis();
    return stopped ? new Stale(newest) : new Fresh(newest);
  }
}

package dev.ballast.config;

import dev.ballast.policy.BreakerPolicy;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.HotValuePolicy;
import dev.ballast.policy.InFlightPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.policy.TopologyPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A policy while it is checked: its parts with their places in the file.
 *
 * @param spec the mapping it is read from; absent when there is none
 */
record PolicyDraft(
    Dialect dialect,
    Optional<YamlMap> spec,
    List<String> schedulerNames,
    List<Line<SyncPolicy>> syncs,
    List<Line<PredicatePolicy>> predicates,
    List<Line<PriorityPolicy>> priorities,
    List<HotValuePolicy> hotValues,
    Rules rules) {

  /** What is left of a file without a spec. */
  static final PolicyDraft EMPTY =
      new PolicyDraft(
          Dialect.BALLAST,
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          Rules.of(Dialect.BALLAST, Duration.ZERO));

  /** The parts that use a metric. */
  List<Line<?>> users() {
    return Stream.<Line<?>>concat(predicates.stream(), priorities.stream()).toList();
  }

  DynamicSchedulerPolicy policy() {
    return DynamicSchedulerPolicy.of(
            dialect,
            schedulerNames,
            values(syncs),
            values(predicates),
            values(priorities),
            hotValues)
        .with(rules.data())
        .with(rules.inFlight())
        .with(rules.breaker())
        .with(rules.ranking())
        .with(rules.overload())
        .with(rules.topology());
  }

  /** The parts of a policy that name no metric. */
  record Rules(
      DataPolicy data,
      InFlightPolicy inFlight,
      BreakerPolicy breaker,
      RankingPolicy ranking,
      OverloadPolicy overload,
      TopologyPolicy topology) {
    /** What holds where a file says nothing. */
    static Rules of(Dialect dialect, Duration shortestLife) {
      boolean crane = dialect == Dialect.CRANE;
      return new Rules(
          crane ? DataPolicy.CRANE : DataPolicy.DEFAULT,
          crane ? InFlightPolicy.OFF : InFlightPolicy.DEFAULT,
          BreakerPolicy.of(shortestLife, DataPolicy.CLOCK_TOLERANCE),
          RankingPolicy.DEFAULT,
          crane ? OverloadPolicy.CRANE : OverloadPolicy.DEFAULT,
          TopologyPolicy.DEFAULT);
    }
  }

  static <T> List<T> values(List<Line<T>> lines) {
    return lines.stream().flatMap(line -> line.value().stream()).toList();
  }

  /**
   * An entry of a list that names a metric.
   *
   * @param name the metric
   * @param at the name's place
   * @param map the entry
   * @param value absent when there is an error in it
   */
  record Line<T>(String name, YamlValue at, YamlMap map, Optional<T> value) {}
}

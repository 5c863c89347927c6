package dev.ballast.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The scheduling policy: crane's DynamicSchedulerPolicy, as data. Immutable. Ranges are checked
 * where the file is read, so that all problems can be told at once with their positions.
 *
 * @param dialect the form of the file
 * @param schedulerNames pods with one of these {@code spec.schedulerName} are ours; all others come
 *     back untouched
 * @param syncPolicies metrics and their periods, each metric once
 * @param predicates limits, each metric once
 * @param priorities score terms, each metric once; the weights' sum is above 0 unless empty
 * @param hotValues windows of crane's hot value; empty means that the hot value does not count
 * @param data what readings do that are not fresh
 * @param inFlight how pods count that are not in the averages yet
 * @param breaker when so much data is lost that nothing is judged
 * @param ranking how nodes are ranked
 * @param overload how many candidates limits may refuse at once
 * @param topology how nodes' zones count
 */
public record DynamicSchedulerPolicy(
    Dialect dialect,
    List<String> schedulerNames,
    List<SyncPolicy> syncPolicies,
    List<PredicatePolicy> predicates,
    List<PriorityPolicy> priorities,
    List<HotValuePolicy> hotValues,
    DataPolicy data,
    InFlightPolicy inFlight,
    BreakerPolicy breaker,
    RankingPolicy ranking,
    OverloadPolicy overload,
    TopologyPolicy topology) {

  /** The scheduler name when the file gives none. */
  public static final String DEFAULT_SCHEDULER_NAME = "load-aware-scheduler";

  public DynamicSchedulerPolicy {
    schedulerNames = List.copyOf(schedulerNames);
    syncPolicies = List.copyOf(syncPolicies);
    predicates = List.copyOf(predicates);
    priorities = List.copyOf(priorities);
    hotValues = List.copyOf(hotValues);
  }

  /** A policy with the defaults of its dialect for what is not given. */
  public static DynamicSchedulerPolicy of(
      Dialect dialect,
      List<String> schedulerNames,
      List<SyncPolicy> syncPolicies,
      List<PredicatePolicy> predicates,
      List<PriorityPolicy> priorities,
      List<HotValuePolicy> hotValues) {
    boolean crane = dialect == Dialect.CRANE;
    return new DynamicSchedulerPolicy(
        dialect,
        schedulerNames,
        syncPolicies,
        predicates,
        priorities,
        hotValues,
        crane ? DataPolicy.CRANE : DataPolicy.DEFAULT,
        crane ? InFlightPolicy.OFF : InFlightPolicy.DEFAULT,
        BreakerPolicy.of(shortestLife(syncPolicies), DataPolicy.CLOCK_TOLERANCE),
        RankingPolicy.DEFAULT,
        crane ? OverloadPolicy.CRANE : OverloadPolicy.DEFAULT,
        TopologyPolicy.DEFAULT);
  }

  /** The shortest life of a reading; crane's allowance when nothing is read. */
  public static Duration shortestLife(List<SyncPolicy> syncPolicies) {
    return syncPolicies.stream()
        .map(SyncPolicy::staleAfter)
        .min(Duration::compareTo)
        .orElse(SyncPolicy.EXTRA_LIFE);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(DataPolicy other) {
    return with(other, inFlight, breaker, ranking, overload, topology);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(InFlightPolicy other) {
    return with(data, other, breaker, ranking, overload, topology);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(BreakerPolicy other) {
    return with(data, inFlight, other, ranking, overload, topology);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(RankingPolicy other) {
    return with(data, inFlight, breaker, other, overload, topology);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(OverloadPolicy other) {
    return with(data, inFlight, breaker, ranking, other, topology);
  }

  /** The same policy with another part. */
  public DynamicSchedulerPolicy with(TopologyPolicy other) {
    return with(data, inFlight, breaker, ranking, overload, other);
  }

  private DynamicSchedulerPolicy with(
      DataPolicy otherData,
      InFlightPolicy otherInFlight,
      BreakerPolicy otherBreaker,
      RankingPolicy otherRanking,
      OverloadPolicy otherOverload,
      TopologyPolicy otherTopology) {
    return new DynamicSchedulerPolicy(
        dialect,
        schedulerNames,
        syncPolicies,
        predicates,
        priorities,
        hotValues,
        otherData,
        otherInFlight,
        otherBreaker,
        otherRanking,
        otherOverload,
        otherTopology);
  }

  /** The sync policy of a metric, if the file has one. */
  public Optional<SyncPolicy> syncPolicy(String metric) {
    return syncPolicies.stream().filter(s -> s.name().equals(metric)).findFirst();
  }
}

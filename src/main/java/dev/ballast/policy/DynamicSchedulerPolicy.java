package dev.ballast.policy;

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
 * @param missingData what the score does with a term that has no fresh reading
 */
public record DynamicSchedulerPolicy(
    Dialect dialect,
    List<String> schedulerNames,
    List<SyncPolicy> syncPolicies,
    List<PredicatePolicy> predicates,
    List<PriorityPolicy> priorities,
    List<HotValuePolicy> hotValues,
    MissingData missingData) {

  /** The scheduler name when the file gives none. */
  public static final String DEFAULT_SCHEDULER_NAME = "load-aware-scheduler";

  public DynamicSchedulerPolicy {
    schedulerNames = List.copyOf(schedulerNames);
    syncPolicies = List.copyOf(syncPolicies);
    predicates = List.copyOf(predicates);
    priorities = List.copyOf(priorities);
    hotValues = List.copyOf(hotValues);
  }

  /** The sync policy of a metric, if the file has one. */
  public Optional<SyncPolicy> syncPolicy(String metric) {
    return syncPolicies.stream().filter(s -> s.name().equals(metric)).findFirst();
  }
}

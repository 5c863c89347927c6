package dev.ballast.explain;

import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import java.util.List;

/**
 * What explanations say of the policy. Immutable.
 *
 * @param version a short hash of the policy file
 * @param schedulerNames pods with one of these {@code spec.schedulerName} are judged
 * @param metrics its metrics, in the order of the {@link MetricTable}
 */
public record PolicyFacts(String version, List<String> schedulerNames, List<Metric> metrics) {
  /**
   * A metric.
   *
   * @param name its name
   * @param shape what it measures
   * @param limit the limit, a fraction; 0 without one
   * @param weight the weight in the score; 0 without one
   */
  public record Metric(String name, MetricShape shape, double limit, double weight) {}

  public PolicyFacts {
    schedulerNames = List.copyOf(schedulerNames);
    metrics = List.copyOf(metrics);
  }

  /** The facts of a policy. */
  public static PolicyFacts of(DynamicSchedulerPolicy policy, MetricTable table, String version) {
    var metrics = new java.util.ArrayList<Metric>();
    for (int i = 0; i < table.size(); i++) {
      String name = table.name(i);
      metrics.add(
          new Metric(
              name,
              table.shape(i),
              policy.predicates().stream()
                  .filter(p -> p.name().equals(name))
                  .mapToDouble(PredicatePolicy::limit)
                  .findFirst()
                  .orElse(0),
              policy.priorities().stream()
                  .filter(p -> p.name().equals(name))
                  .mapToDouble(PriorityPolicy::weight)
                  .findFirst()
                  .orElse(0)));
    }
    return new PolicyFacts(version, policy.schedulerNames(), metrics);
  }
}

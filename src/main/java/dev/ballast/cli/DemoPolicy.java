package dev.ballast.cli;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.simulate.SimulatedMetric;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The policy that the demo runs with, and what its metrics measure: the numbers of
 * crane-scheduler's stock policy without its hot value. Immutable.
 *
 * @param policy the policy
 * @param metrics what each of its metrics measures
 */
record DemoPolicy(DynamicSchedulerPolicy policy, List<SimulatedMetric> metrics) {
  private static final double LIMIT_5M = 0.65;
  private static final double LIMIT_1H = 0.75;
  private static final double WEIGHT_5M = 0.2;
  private static final double WEIGHT_1H = 0.3;
  private static final double WEIGHT_1D = 0.5;

  DemoPolicy {
    metrics = List.copyOf(metrics);
  }

  /** The one place that decides which policy the demo shows. */
  static DemoPolicy standard() {
    var sync =
        List.of(
            SyncPolicy.of("cpu_usage_avg_5m", Duration.ofMinutes(3)),
            SyncPolicy.of("cpu_usage_max_avg_1h", Duration.ofMinutes(15)),
            SyncPolicy.of("cpu_usage_max_avg_1d", Duration.ofHours(3)),
            SyncPolicy.of("mem_usage_avg_5m", Duration.ofMinutes(3)),
            SyncPolicy.of("mem_usage_max_avg_1h", Duration.ofMinutes(15)),
            SyncPolicy.of("mem_usage_max_avg_1d", Duration.ofHours(3)));
    var limits =
        List.of(
            new PredicatePolicy("cpu_usage_avg_5m", LIMIT_5M),
            new PredicatePolicy("cpu_usage_max_avg_1h", LIMIT_1H),
            new PredicatePolicy("mem_usage_avg_5m", LIMIT_5M),
            new PredicatePolicy("mem_usage_max_avg_1h", LIMIT_1H));
    var weights =
        List.of(
            new PriorityPolicy("cpu_usage_avg_5m", WEIGHT_5M),
            new PriorityPolicy("cpu_usage_max_avg_1h", WEIGHT_1H),
            new PriorityPolicy("cpu_usage_max_avg_1d", WEIGHT_1D),
            new PriorityPolicy("mem_usage_avg_5m", WEIGHT_5M),
            new PriorityPolicy("mem_usage_max_avg_1h", WEIGHT_1H),
            new PriorityPolicy("mem_usage_max_avg_1d", WEIGHT_1D));
    var policy =
        DynamicSchedulerPolicy.of(
            Dialect.BALLAST,
            List.of(DynamicSchedulerPolicy.DEFAULT_SCHEDULER_NAME),
            sync,
            limits,
            weights,
            List.of());
    var metrics =
        List.of(
            mean("cpu_usage_avg_5m", Resource.CPU),
            max("cpu_usage_max_avg_1h", Resource.CPU, Duration.ofHours(1)),
            max("cpu_usage_max_avg_1d", Resource.CPU, Duration.ofDays(1)),
            mean("mem_usage_avg_5m", Resource.MEMORY),
            max("mem_usage_max_avg_1h", Resource.MEMORY, Duration.ofHours(1)),
            max("mem_usage_max_avg_1d", Resource.MEMORY, Duration.ofDays(1)));
    return new DemoPolicy(policy, metrics);
  }

  /** What its metrics measure, by name. */
  Map<String, MetricShape> shapes() {
    return metrics.stream()
        .collect(
            Collectors.toUnmodifiableMap(
                SimulatedMetric::name, m -> new MetricShape(m.resource(), m.kind(), m.window())));
  }

  private static SimulatedMetric mean(String name, Resource resource) {
    return new SimulatedMetric(name, resource, MetricKind.MEAN, Duration.ofMinutes(5));
  }

  private static SimulatedMetric max(String name, Resource resource, Duration window) {
    return new SimulatedMetric(name, resource, MetricKind.MAX, window);
  }
}

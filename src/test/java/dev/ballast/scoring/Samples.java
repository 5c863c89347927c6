package dev.ballast.scoring;

import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** Policies over the metrics that are shipped, with deviations, and nodes with readings of them. */
@NullMarked
final class Samples {
  static final double GIB = 1L << 30;
  static final int CPU = 0;
  static final int CPU_1H = 1;
  static final int CPU_1D = 2;
  static final int MEMORY = 3;
  static final int CPU_DEVIATION = 4;
  static final int MEMORY_DEVIATION = 5;
  static final int OTHER = 6;

  private static final List<String> NAMES =
      List.of("cpu", "cpu_1h", "cpu_1d", "memory", "cpu_deviation", "memory_deviation", "other");
  private static final Map<String, MetricShape> SHAPES =
      Map.of(
          "cpu", shape(Resource.CPU, MetricKind.MEAN, 5),
          "cpu_1h", shape(Resource.CPU, MetricKind.MAX, 60),
          "cpu_1d", shape(Resource.CPU, MetricKind.MAX, 1440),
          "memory", shape(Resource.MEMORY, MetricKind.MEAN, 5),
          "cpu_deviation", shape(Resource.CPU, MetricKind.STDEV, 5),
          "memory_deviation", shape(Resource.MEMORY, MetricKind.STDEV, 5),
          "other", shape(Resource.NONE, MetricKind.MEAN, 5));

  /** 16 cores and 64 GiB, all of it allocatable. */
  static final NodeFacts FACTS = new NodeFacts(16, 64 * GIB, 16, 64 * GIB, "", false);

  private Samples() {}

  private static MetricShape shape(Resource resource, MetricKind kind, int minutes) {
    return new MetricShape(resource, kind, Duration.ofMinutes(minutes));
  }

  /** A policy with a limit and equal weights on some metrics; readings live 8 minutes. */
  static DynamicSchedulerPolicy policy(Dialect dialect, double limit, int... metrics) {
    var names = java.util.Arrays.stream(metrics).mapToObj(NAMES::get).toList();
    return DynamicSchedulerPolicy.of(
        dialect,
        List.of("s"),
        NAMES.stream().map(name -> SyncPolicy.of(name, Duration.ofMinutes(3))).toList(),
        names.stream().map(name -> new PredicatePolicy(name, limit)).toList(),
        names.stream().map(name -> new PriorityPolicy(name, 1)).toList(),
        List.of());
  }

  static DynamicSchedulerPolicy policy(Strategy strategy) {
    return policy(Dialect.BALLAST, 0.65, CPU)
        .with(new RankingPolicy(strategy, Spread.ABSOLUTE, 10, 0));
  }

  static MetricTable table(DynamicSchedulerPolicy policy) {
    return MetricTable.of(policy, SHAPES);
  }

  static LoadPolicy judge(DynamicSchedulerPolicy policy) {
    return new LoadPolicy(policy, table(policy));
  }

  /** A builder of a node with facts and without readings. */
  static NodeLoad.Builder node(DynamicSchedulerPolicy policy, NodeFacts facts) {
    return NodeLoad.builder(table(policy)).name("node").facts(facts);
  }

  /** A node with readings a minute old, in the order of the metrics; NaN for none. */
  static NodeLoad node(DynamicSchedulerPolicy policy, NodeFacts facts, double... values) {
    var builder = node(policy, facts);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        builder.reading(i, reading(values[i]));
      }
    }
    return builder.build();
  }

  /** A fresh reading. */
  static Measurement reading(double value) {
    return new Measurement(value, Rounds.NOW - 60_000);
  }

  /** A stale reading. */
  static Measurement stale(double value) {
    return new Measurement(value, Rounds.NOW - 3_600_000);
  }
}

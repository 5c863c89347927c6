package dev.ballast.inflight;

import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Readings of nodes for tests: means of CPU and memory, a maximum, one of an unknown metric. */
final class Readings {
  static final int CPU_5M = 0;
  static final int CPU_1H = 1;
  static final int MEMORY_5M = 2;
  static final int CPU_MAX = 3;
  static final int OTHER = 4;
  static final long FIVE_MINUTES = 300_000;
  static final long HOUR = 3_600_000;

  static final MetricTable TABLE =
      MetricTable.of(
          DynamicSchedulerPolicy.of(
              Dialect.BALLAST,
              List.of("s"),
              List.of(sync("cpu_5m"), sync("cpu_1h"), sync("mem_5m"), sync("cpu_max"), sync("x")),
              List.of(),
              List.of(),
              List.of()),
          Map.of(
              "cpu_5m", shape(Resource.CPU, MetricKind.MEAN, FIVE_MINUTES),
              "cpu_1h", shape(Resource.CPU, MetricKind.MEAN, HOUR),
              "mem_5m", shape(Resource.MEMORY, MetricKind.MEAN, FIVE_MINUTES),
              "cpu_max", shape(Resource.CPU, MetricKind.MAX, HOUR)));

  private Readings() {}

  private static SyncPolicy sync(String name) {
    return SyncPolicy.of(name, Duration.ofMinutes(3));
  }

  private static MetricShape shape(Resource resource, MetricKind kind, long windowMillis) {
    return new MetricShape(resource, kind, Duration.ofMillis(windowMillis));
  }

  /** Readings that were all taken at this time. */
  static NodeLoad at(String node, long millis) {
    var builder = NodeLoad.builder(TABLE).name(node);
    for (int i = 0; i < TABLE.size(); i++) {
      builder.reading(i, new Measurement(0.5, millis));
    }
    return builder.build();
  }
}

package dev.ballast.load;

import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.List;

/** Tables of metrics for tests. */
final class Loads {
  private Loads() {}

  /** {@code a} each minute, stale after six; {@code b} each hour, stale after 65 minutes. */
  static MetricTable table() {
    return table(
        SyncPolicy.of("b", Duration.ofHours(1)), SyncPolicy.of("a", Duration.ofMinutes(1)));
  }

  static MetricTable table(SyncPolicy... metrics) {
    return table(DataPolicy.CLOCK_TOLERANCE, metrics);
  }

  static MetricTable table(Duration clockTolerance, SyncPolicy... metrics) {
    return MetricTable.of(
        DynamicSchedulerPolicy.of(
                Dialect.BALLAST, List.of(), List.of(metrics), List.of(), List.of(), List.of())
            .with(DataPolicy.DEFAULT.withClockTolerance(clockTolerance)));
  }
}

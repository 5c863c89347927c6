package dev.ballast.extender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Demand;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class WarmUpTest {
  private static final String METRIC = "cpu_usage_avg_5m";
  private static final MetricShape SHAPE =
      new MetricShape(Resource.CPU, MetricKind.MEAN, Duration.ofMinutes(5));

  @Test
  void run_aPolicy_judgesCallsOfBothVerbs() {
    var policy =
        DynamicSchedulerPolicy.of(
            Dialect.BALLAST,
            List.of("ours"),
            List.of(SyncPolicy.of(METRIC, Duration.ofMinutes(3))),
            List.of(new PredicatePolicy(METRIC, 0.65)),
            List.of(new PriorityPolicy(METRIC, 1)),
            List.of());
    var told = new CopyOnWriteArrayList<Decision>();
    var provisional = new AtomicInteger();

    WarmUp.run(
        policy,
        MetricTable.of(policy, Map.of(METRIC, SHAPE)),
        (nodes, uid, now) -> {
          provisional.incrementAndGet();
          return new Demand[0];
        },
        told::add,
        System::nanoTime);

    assertThat(told).extracting(d -> d.call().outcome()).containsOnly("judged");
    assertThat(told)
        .extracting(d -> d.call().verb())
        .contains(Decision.Verb.FILTER, Decision.Verb.PRIORITIZE);
    assertThat(provisional).hasPositiveValue();
    assertThat(told.get(told.size() - 1).first()).isNotNegative();
  }
}

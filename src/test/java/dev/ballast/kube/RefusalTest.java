package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.scoring.LoadPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RefusalTest {
  private static PodView.Status status(String reason, String message) {
    var condition = new PodView.Condition();
    condition.type = "PodScheduled";
    condition.status = "False";
    condition.reason = reason;
    condition.message = message;
    var status = new PodView.Status();
    status.conditions.add(condition);
    return status;
  }

  @ParameterizedTest
  @CsvSource({
    "Unschedulable, true",
    "SchedulingGated, false",
    "SchedulerError, false",
  })
  void refusedForLoad_limitAmongTheReasons_whenUnschedulable(String reason, boolean refused) {
    String message =
        "0/5 nodes are available: 2 Insufficient cpu, 3 "
            + LoadPolicy.reason("cpu_usage_avg_5m")
            + ". preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.";
    assertThat(PodTimes.refusedForLoad(status(reason, message))).isEqualTo(refused);
  }

  @Test
  void refusedForLoad_otherReasonsOrNone_isFalse() {
    assertThat(PodTimes.refusedForLoad(status("Unschedulable", "5 Insufficient cpu"))).isFalse();
    var silent = status("Unschedulable", "");
    assertThat(PodTimes.refusedForLoad(silent)).isFalse();
    assertThat(PodTimes.refusedForLoad(new PodView.Status())).isFalse();
  }
}

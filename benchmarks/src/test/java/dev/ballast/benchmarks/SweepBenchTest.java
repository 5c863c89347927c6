package dev.ballast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SweepBenchTest {
  private static SweepBenchInterval interval(double seconds, double cpu) {
    return new SweepBenchInterval(seconds, 1, 2, 3, 4, cpu, cpu, cpu, cpu);
  }

  @Test
  void withPeriod_ourPolicy_replacesPeriodsAndLives() {
    String policy =
        """
        spec:
          syncPolicy:
            - name: a
              period: 3h
              staleAfter: 90s
            - name: b
              period: 3m
          # staleAfter: stays
        """;

    assertThat(SweepBenchPolicy.withPeriod(policy, Duration.ofSeconds(60)))
        .isEqualTo(
            """
            spec:
              syncPolicy:
                - name: a
                  period: 60s
                  staleAfter: 160s
                - name: b
                  period: 60s
                  staleAfter: 160s
              # staleAfter: stays
            """);
  }

  @Test
  void withPeriod_cranesForm_getsNoKeyThatCraneDoesNotKnow() {
    String policy =
        "apiVersion: scheduler.policy.crane.io/v1alpha1\n    - name: a\n      period: 3m\n";

    assertThat(SweepBenchPolicy.withPeriod(policy, Duration.ofSeconds(30)))
        .isEqualTo(policy.replace("3m", "30s"));
  }

  @Test
  void median_oddAndEvenNumbers_isTheMiddle() {
    var three = List.of(interval(1, 9), interval(2, 1), interval(3, 5));
    var four = List.of(interval(1, 9), interval(2, 1), interval(3, 5), interval(4, 6));

    assertThat(SweepBenchInterval.median(three).seconds()).isEqualTo(2);
    assertThat(SweepBenchInterval.median(three).ballastCpu()).isEqualTo(5);
    assertThat(SweepBenchInterval.median(four).ballastCpu()).isEqualTo(5.5);
    assertThatThrownBy(() -> SweepBenchInterval.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void without_idleUse_isScaledToTheTimeAndSparesOurs() {
    var rest = interval(30, 10).without(interval(60, 4));

    assertThat(rest.prometheusCpu()).isCloseTo(8, within(1e-9));
    assertThat(rest.ballastCpu()).isEqualTo(10);
    assertThat(interval(30, 1).without(interval(60, 4)).etcdCpu()).isZero();
  }

  @Test
  void scaledTo_moreNodes_isInProportion() {
    var cost = new SweepBenchCrane.Cost(50, 6, 300, 600, 4.5, 0.75);

    assertThat(cost.scaledTo(5000))
        .isEqualTo(new SweepBenchCrane.Cost(5000, 6, 30_000, 60_000, 450, 75));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "def new generation   total 9216K, used 1024K [0x0| 1",
        "garbage-first heap   total 250880K, used 2048K [0x0| 2",
        "tenured generation   total 20480K, used 3072K [0x0| 3",
        "Metaspace       used 39000K, committed 39552K| 0"
      })
  void heapMiB_aLineOfJcmd_countsPartsOfTheHeap(String line, double expected) {
    assertThat(SweepBenchAnnotator.heapMiB(" " + line)).isEqualTo(expected);
  }

  @Test
  void usage_ofThisProcess_isCounted() {
    var self = new SweepBenchProcess(ProcessHandle.current().pid());

    assertThat(self.cpuSeconds()).isPositive();
    assertThat(self.peakMiB()).isGreaterThanOrEqualTo(self.residentMiB() / 2);
  }
}

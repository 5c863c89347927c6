package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.policy.InFlightPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class EstimateTest {
  private static final double GIB = 1L << 30;
  private static final InFlightPolicy POLICY =
      new InFlightPolicy(true, 0.85, 0.70, 0.25, 200L << 20, 3, Duration.ofSeconds(20), true);
  private static final Estimate ESTIMATE = new Estimate(POLICY);

  private static Demand of(
      double cpuRequest, double cpuLimit, double memoryRequest, double memoryLimit) {
    return ESTIMATE.of(
        new PodResources(cpuRequest, memoryRequest, cpuLimit, memoryLimit, PodOverrides.NONE));
  }

  /** Vectors of Koordinator's estimator_test: 4 cores and 8Gi, then a limit of 8 cores. */
  @Test
  void of_koordinatorsVectors_agrees() {
    var equal = of(4, 4, 8 * GIB, 8 * GIB);
    var burst = of(4, 8, 8 * GIB, 8 * GIB);

    assertThat(equal.cpu()).isEqualTo(3.4);
    assertThat(equal.memory()).isCloseTo(6012954214.0, within(0.5));
    assertThat(burst.cpu()).isEqualTo(6.8);
    assertThat(burst.filterCpu()).isEqualTo(6.8);
  }

  @Test
  void of_noRequestAndNoLimit_isTheDefault() {
    assertThat(of(0, 0, 0, 0)).isEqualTo(new Demand(0.25, 200L << 20, 0.25, 200L << 20));
  }

  @Test
  void of_limitFarAboveRequest_isCappedInTheFilter() {
    var demand = of(0.1, 8, 1000, 1_000_000);

    assertThat(demand.cpu()).isEqualTo(6.8);
    assertThat(demand.filterCpu()).isCloseTo(0.3, within(1e-12));
    assertThat(demand.memory()).isEqualTo(700_000);
    assertThat(demand.filterMemory()).isEqualTo(3000);
  }

  @Test
  void of_limitWithoutRequest_isCappedAtTheDefaultInTheFilter() {
    var demand = of(0, 8, 0, 100);

    assertThat(demand.cpu()).isEqualTo(6.8);
    assertThat(demand.filterCpu()).isEqualTo(0.25);
    assertThat(demand.memory()).isEqualTo(70);
    assertThat(demand.filterMemory()).isEqualTo(70);
  }

  @Test
  void of_factorAboveOne_staysWithinTheLimit() {
    var estimate = new Estimate(new InFlightPolicy(true, 1.5, 1.5, 1, 1, 3, Duration.ZERO, true));
    var demand = estimate.of(new PodResources(2, 2, 2.5, 0, PodOverrides.NONE));

    assertThat(demand.cpu()).isEqualTo(2.5);
    assertThat(demand.memory()).isEqualTo(3);
  }

  @Test
  void of_annotations_countAsTheyAre() {
    var overrides =
        new PodOverrides(
            OptionalDouble.of(7), OptionalDouble.of(0), Optional.of(Duration.ofMinutes(2)));
    var pod = new PodResources(1, 1000, 2, 2000, overrides);

    assertThat(ESTIMATE.of(pod)).isEqualTo(new Demand(7, 0, 7, 0));
    assertThat(ESTIMATE.warmup(pod)).isEqualTo(Duration.ofMinutes(2));
    assertThat(ESTIMATE.warmup(PodResources.NONE)).isEqualTo(Duration.ofSeconds(20));
  }
}

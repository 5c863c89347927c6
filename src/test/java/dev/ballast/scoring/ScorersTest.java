package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeFacts;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.Strategy.Headroom;
import dev.ballast.policy.Strategy.LeastUsed;
import dev.ballast.policy.Strategy.MeanRisk;
import dev.ballast.policy.Strategy.TargetPacking;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The strategies against values that the peers' own tests or formulas give. */
final class ScorersTest {
  private static final double NONE = Double.NaN;

  /** CPU 50 % with deviation 10 %, memory 40 % with deviation 5 %. */
  private static final double[] NODE = {.50, .60, .70, .40, .10, .05};

  private static int score(Strategy strategy, Demand incoming, NodeFacts facts, double... values) {
    DynamicSchedulerPolicy policy = Samples.policy(strategy);
    var pod = new Incoming("uid", incoming, false, false);
    return Samples.judge(policy)
        .rank(Rounds.of(pod, Samples.node(policy, facts, values)))
        .scores()[0];
  }

  private static Demand pod(double cores, double gib) {
    return new Demand(cores, gib * GIB, cores, gib * GIB);
  }

  /**
   * Koordinator: a pod of 4 cores and 8 GiB counts 3.4 and 5.6; another one, just bound, adds 1.2
   * and 1.8 more than it reports.
   */
  @ParameterizedTest
  @CsvSource({"1, 1, 0, 34", "1, 0, 0, 21", "0, 1, 0, 48", "1, 1, 1, 30", "0, 0, 1, 21"})
  void leastUsed_koordinatorsVector(double cpu, double memory, double dominant, int expected) {
    assertThat(
            score(new LeastUsed(cpu, memory, dominant), pod(4.6, 7.4), Samples.FACTS, .5, 0, 0, .4))
        .isEqualTo(expected);
  }

  @Test
  void leastUsed_overloadedResource_isZero() {
    assertThat(score(new LeastUsed(1, 1, 0), pod(9, 0), Samples.FACTS, .5, 0, 0, .4)).isEqualTo(30);
  }

  @Test
  void leastUsed_allocatableBelowCapacity_countsWhatPodsMayUse() {
    var facts = new NodeFacts(16, 64 * GIB, 12, 64 * GIB, "", false);

    assertThat(score(new LeastUsed(1, 0, 0), Demand.NONE, facts, .375)).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({
    "0.50, 0.25, 75", // these four agree with Trimaran's own tests
    "0.50, 0.50, 100",
    "0.50, 0.75, 25",
    "0.40, 0.50, 33",
    "0.40, 0.875, 8",
    "0.40, 0, 40",
    "0.40, 1, 0",
    "0.40, 1.01, 0"
  })
  void targetPacking_trimaransVector(double target, double load, int expected) {
    assertThat(TargetPackingScorer.score(load, target)).isEqualTo(expected);
    assertThat(score(new TargetPacking(target), Demand.NONE, Samples.FACTS, load))
        .isEqualTo(expected);
  }

  /** The incoming pod counts 4 cores, another one that was just bound 2. */
  @Test
  void targetPacking_podsOnTop_count() {
    assertThat(score(new TargetPacking(.4), pod(6, 0), Samples.FACTS, .5)).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({"0.50, 0.36, 1, 1, 57", "0.50, 1.20, 1, 2, 25"}) // Trimaran's own tests
  void meanRisk_trimaransVector(
      double mean, double stdev, double margin, double sensitivity, double expected) {
    assertThat(MeanRiskScorer.score(mean, stdev, new MeanRisk(margin, sensitivity)))
        .isCloseTo(expected, within(1e-9));
  }

  /** The incoming pod counts its request, 2 cores and 4 GiB. */
  @ParameterizedTest
  @CsvSource({"1, 64", "2, 53"})
  void meanRisk_worseResourceDecides(double sensitivity, int expected) {
    assertThat(score(new MeanRisk(1, sensitivity), pod(2, 4), Samples.FACTS, NODE))
        .isEqualTo(expected);
  }

  @Test
  void meanRisk_resourceWithoutDeviation_doesNotCount() {
    var risk = new MeanRisk(1, 1);

    // By memory alone: (1 - (.40 + .05) / 2) * 100.
    assertThat(score(risk, Demand.NONE, Samples.FACTS, .99, 0, 0, .40, NONE, .05)).isEqualTo(78);
    assertThat(score(risk, Demand.NONE, Samples.FACTS, .50, 0, 0, .40)).isEqualTo(-1);
  }

  @Test
  void headroom_fullScoreGiven_isTheShareOfIt() {
    // Free: 8 of 20 cores, 38.4 of 64 GiB.
    assertThat(score(new Headroom(20, 64 * GIB), Demand.NONE, Samples.FACTS, NODE)).isEqualTo(40);
    assertThat(score(new Headroom(20, 64 * GIB), pod(4, 0), Samples.FACTS, NODE)).isEqualTo(20);
    assertThat(score(new Headroom(4, 16 * GIB), Demand.NONE, Samples.FACTS, NODE)).isEqualTo(100);
    assertThat(score(new Headroom(20, 96 * GIB), Demand.NONE, Samples.FACTS, NONE, 0, 0, .4))
        .isEqualTo(40);
  }

  @Test
  void headroom_mixedSizes_prefersMoreRoomToAnIdlerNode() {
    DynamicSchedulerPolicy policy = Samples.policy(new Headroom(0, 0));
    var small = new NodeFacts(4, 64 * GIB, 4, 64 * GIB, "", false);
    var round =
        Rounds.of(
            Samples.node(policy, Samples.FACTS, .5, 0, 0, .1), // 8 cores free
            Samples.node(policy, small, .1, 0, 0, .1), // 3.6 cores free
            Samples.node(policy, NodeFacts.UNKNOWN, .1, 0, 0, .1)); // nobody knows

    assertThat(Samples.judge(policy).rank(round).scores()).containsExactly(100, 45, 72);
  }

  @Test
  void headroom_nothingFreeAnywhere_isZero() {
    assertThat(score(new Headroom(0, 0), pod(100, 100), Samples.FACTS, NODE)).isZero();
  }

  @Test
  void rank_strategyWithoutItsMetrics_knowsNothing() {
    for (Strategy strategy :
        new Strategy[] {
          new LeastUsed(1, 1, 1), new TargetPacking(.4), new MeanRisk(1, 1), new Headroom(0, 0)
        }) {
      DynamicSchedulerPolicy policy = Samples.policy(strategy);
      var unknown = dev.ballast.load.MetricTable.of(policy);
      var load = dev.ballast.load.NodeLoad.builder(unknown).reading(0, Samples.reading(.5)).build();

      assertThat(new LoadPolicy(policy, unknown).rank(Rounds.of(load)).isKnown()).isFalse();
    }
  }
}

package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.CPU;
import static dev.ballast.scoring.Samples.CPU_1D;
import static dev.ballast.scoring.Samples.CPU_1H;
import static dev.ballast.scoring.Samples.CPU_DEVIATION;
import static dev.ballast.scoring.Samples.GIB;
import static dev.ballast.scoring.Samples.MEMORY;
import static dev.ballast.scoring.Samples.OTHER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.Measurement;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.InFlightPolicy;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class EffectiveLoadTest {
  private static final double NONE = Double.NaN;
  private static final Offset<Double> EXACT = within(1e-12);
  private static final DynamicSchedulerPolicy POLICY = Samples.policy(Dialect.BALLAST, 0.65, CPU);

  /** 4 cores and 8 GiB in the score, 2 and 4 in the filter; 1 core of another pod on top. */
  private static final Demand POD = new Demand(4, 8 * GIB, 2, 4 * GIB);

  private static Round round(NodeLoad load) {
    return new Round(
        new Incoming("uid", POD, false, false),
        NodeList.of(new String[] {"node"}, new NodeLoad[] {load}),
        new NodeLoad[] {load},
        new Charge[] {Charge.NONE},
        new Demand[] {new Demand(1, 0, 0, 0)},
        Rounds.NOW);
  }

  private static double inFilter(EffectiveLoad loads, Round round, int metric) {
    double pod = round.pod().demand().inFilter(Samples.table(POLICY).shape(metric).resource());
    return Standing.inFilter(standing(loads, round), Standing.at(metric), pod);
  }

  private static double inScore(EffectiveLoad loads, Round round, int metric) {
    var resource = Samples.table(POLICY).shape(metric).resource();
    double pod = round.pod().demand().inScore(resource) + round.provisional()[0].inScore(resource);
    return Standing.inScore(standing(loads, round), Standing.at(metric), pod);
  }

  private static double[] standing(EffectiveLoad loads, Round round) {
    var load = requireNonNull(round.loads()[0]);
    return loads.standing(load, round.charges()[0], round.nowMillis()).numbers();
  }

  private static EffectiveLoad loads(DynamicSchedulerPolicy policy) {
    return new EffectiveLoad(policy, Samples.table(policy));
  }

  @Test
  void load_ofAMean_isWithPodsByCapacity() {
    var round = round(Samples.node(POLICY, Samples.FACTS, .5, 0, 0, .4));
    var loads = loads(POLICY);

    assertThat(inFilter(loads, round, CPU)).isCloseTo(.5 + 2.0 / 16, EXACT);
    assertThat(inScore(loads, round, CPU)).isCloseTo(.5 + 5.0 / 16, EXACT);
    assertThat(inFilter(loads, round, MEMORY)).isCloseTo(.4 + 4.0 / 64, EXACT);
    assertThat(inScore(loads, round, MEMORY)).isCloseTo(.4 + 8.0 / 64, EXACT);
  }

  @Test
  void load_capacityNotKnown_isWhatWasMeasured() {
    var round = round(Samples.node(POLICY, NodeFacts.UNKNOWN, .5, .3));

    assertThat(inScore(loads(POLICY), round, CPU)).isEqualTo(.5);
    assertThat(inScore(loads(POLICY), round, CPU_1H)).isEqualTo(.5);
  }

  @Test
  void load_ofAMaximum_isAtLeastTheMeanWithPods() {
    var round = round(Samples.node(POLICY, Samples.FACTS, .5, .55, .9));

    assertThat(inFilter(loads(POLICY), round, CPU_1H)).isCloseTo(.5 + 2.0 / 16, EXACT);
    assertThat(inScore(loads(POLICY), round, CPU_1H)).isCloseTo(.5 + 5.0 / 16, EXACT);
    assertThat(inScore(loads(POLICY), round, CPU_1D)).isEqualTo(.9);
  }

  @Test
  void load_ofAMaximumWithoutAFreshMean_isWhatWasMeasured() {
    var stale =
        Samples.node(POLICY, Samples.FACTS)
            .reading(CPU, Samples.stale(.9))
            .reading(CPU_1H, Samples.reading(.3))
            .build();

    assertThat(inScore(loads(POLICY), round(stale), CPU_1H)).isEqualTo(.3);
  }

  @Test
  void load_ofADeviationOrAnotherResource_isWhatWasMeasured() {
    var round = round(Samples.node(POLICY, Samples.FACTS, .5, 0, 0, .4, .1, .05, .3));

    assertThat(inScore(loads(POLICY), round, CPU_DEVIATION)).isEqualTo(.1);
    assertThat(inScore(loads(POLICY), round, OTHER)).isEqualTo(.3);
  }

  @Test
  void load_inFlightOff_isWhatWasMeasured() {
    for (var policy :
        new DynamicSchedulerPolicy[] {
          POLICY.with(InFlightPolicy.OFF), Samples.policy(Dialect.CRANE, 0.65, CPU)
        }) {
      var round = round(Samples.node(policy, Samples.FACTS, .5, .3));

      assertThat(inFilter(loads(policy), round, CPU)).isEqualTo(.5);
      assertThat(inScore(loads(policy), round, CPU)).isEqualTo(.5);
      assertThat(inScore(loads(policy), round, CPU_1H)).isEqualTo(.3);
    }
  }

  @Test
  void load_missingLongWindow_isThatOfTheNextShorterOne() {
    var policy = POLICY.with(InFlightPolicy.OFF);

    assertThat(day(policy, .1, .2, .3)).isEqualTo(.3);
    assertThat(day(policy, .1, .2, NONE)).isEqualTo(.2);
    assertThat(day(policy, .1, NONE, NONE)).isEqualTo(.1);
    assertThat(day(policy, NONE, NONE, NONE)).isNaN();
    // Nothing shorter stands behind the mean, and no other resource does.
    assertThat(
            inScore(
                loads(policy), round(Samples.node(policy, Samples.FACTS, NONE, .2, .3, .4)), CPU))
        .isNaN();
  }

  @Test
  void load_missingLongWindowWithPods_isThatOfTheMeanWithPods() {
    var round = round(Samples.node(POLICY, Samples.FACTS, .5));

    assertThat(inFilter(loads(POLICY), round, CPU_1D)).isCloseTo(.5 + 2.0 / 16, EXACT);
  }

  @Test
  void load_missingAndFallbackOff_isNone() {
    var off =
        new DataPolicy(
            POLICY.data().stale(),
            POLICY.data().missing(),
            POLICY.data().implausible(),
            false,
            DataPolicy.CLOCK_TOLERANCE);

    assertThat(day(POLICY.with(off), .1, .2, NONE)).isNaN();
    assertThat(day(Samples.policy(Dialect.CRANE, 0.65, CPU), .1, .2, NONE)).isNaN();
  }

  @Test
  void load_staleOrImplausibleLongWindow_isNotReplaced() {
    for (var reading : new Measurement[] {Samples.stale(.2), Samples.reading(7)}) {
      var load =
          Samples.node(POLICY, Samples.FACTS)
              .reading(CPU, Samples.reading(.1))
              .reading(CPU_1D, reading)
              .build();

      assertThat(inScore(loads(POLICY), round(load), CPU_1D)).isNaN();
    }
  }

  private static double day(DynamicSchedulerPolicy policy, double... values) {
    return inScore(loads(policy), round(Samples.node(policy, Samples.FACTS, values)), CPU_1D);
  }
}

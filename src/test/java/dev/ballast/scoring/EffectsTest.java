package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.CPU;
import static dev.ballast.scoring.Samples.CPU_1D;
import static dev.ballast.scoring.Samples.CPU_1H;
import static dev.ballast.scoring.Samples.MEMORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.Measurement;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnFilter;
import dev.ballast.policy.StateEffect.OnScore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What readings do that are not fresh, in the filter and in the score. */
final class EffectsTest {
  private static DynamicSchedulerPolicy policy(
      StateEffect stale, StateEffect missing, StateEffect implausible) {
    return Samples.policy(Dialect.BALLAST, 0.65, CPU, MEMORY)
        .with(new DataPolicy(stale, missing, implausible, true, DataPolicy.CLOCK_TOLERANCE))
        .with(OverloadPolicy.CRANE);
  }

  private static DynamicSchedulerPolicy onFilter(String state, OnFilter effect) {
    var set = new StateEffect(effect, OnScore.RENORMALISE);
    var none = StateEffect.DEFAULT;
    return policy(
        state.equals("stale") ? set : none,
        state.equals("missing") ? set : none,
        state.equals("implausible") ? set : none);
  }

  private static DynamicSchedulerPolicy onScore(OnScore score) {
    var effect = new StateEffect(OnFilter.PASS, score);
    return policy(effect, effect, effect);
  }

  /** A node whose CPU reading is in a state; memory is fresh and low. */
  private static NodeLoad node(
      DynamicSchedulerPolicy policy, NodeFacts facts, String state, double cpu) {
    var builder = Samples.node(policy, facts).reading(MEMORY, Samples.reading(.2));
    return switch (state) {
      case "stale" -> builder.reading(CPU, Samples.stale(cpu)).build();
      case "implausible" ->
          builder.reading(CPU, new Measurement(cpu, Rounds.NOW + 999_999)).build();
      default -> builder.build();
    };
  }

  private static Verdict verdict(DynamicSchedulerPolicy policy, NodeLoad load) {
    return Samples.judge(policy).filter(Rounds.of(load)).verdicts()[0];
  }

  @ParameterizedTest
  @CsvSource({"stale", "missing", "implausible"})
  void filter_reject_refusesForThatStateOnly(String state) {
    for (String other : new String[] {"stale", "missing", "implausible"}) {
      var policy = onFilter(other, OnFilter.REJECT);

      var verdict = verdict(policy, node(policy, Samples.FACTS, state, .1));

      if (other.equals(state)) {
        assertThat(verdict)
            .isEqualTo(
                new Verdict.Refused(
                    "cpu",
                    Double.NaN,
                    .65,
                    "node(s) had no fresh cpu (" + state + "), which the load policy requires"));
      } else {
        assertThat(verdict).isEqualTo(Verdict.ACCEPTED);
      }
    }
  }

  @Test
  void filter_rejectAndNodeThatIsToGiveNoLoad_passes() {
    var policy = onFilter("missing", OnFilter.REJECT);
    var silent = new NodeFacts(16, 1, 16, 1, "", true);

    assertThat(verdict(policy, node(policy, silent, "missing", .1))).isEqualTo(Verdict.ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({"0.64, false", "0.66, true"})
  void filter_lastKnown_comparesTheStaleValue(double value, boolean refused) {
    var policy = onFilter("stale", OnFilter.LAST_KNOWN);

    assertThat(verdict(policy, node(policy, Samples.FACTS, "stale", value)))
        .isEqualTo(
            refused
                ? new Verdict.Refused("cpu", value, .65, LoadPolicy.reason("cpu"))
                : Verdict.ACCEPTED);
  }

  @Test
  void filter_lastKnownOfNothing_passes() {
    var policy = onFilter("missing", OnFilter.LAST_KNOWN);

    assertThat(verdict(policy, node(policy, Samples.FACTS, "missing", .9)))
        .isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void filter_missingMaximum_isJudgedByTheShorterWindow() {
    var policy = Samples.policy(Dialect.BALLAST, 0.65, CPU_1D).with(OverloadPolicy.CRANE);

    assertThat(verdict(policy, Samples.node(policy, Samples.FACTS, .5, .7)))
        .isEqualTo(new Verdict.Refused("cpu_1d", .7, .65, LoadPolicy.reason("cpu_1d")));
  }

  /** Three nodes know CPU (20, 40, 90 %), one does not; all have memory at 20 %. */
  @ParameterizedTest
  @CsvSource({"RENORMALISE, 80", "MEDIAN, 70", "CRANE, 40"})
  void rank_oneReadingMissing_countsByTheEffect(OnScore effect, int expected) {
    var policy = onScore(effect);
    for (String state : new String[] {"stale", "missing", "implausible"}) {
      var round =
          Rounds.of(
              node(policy, Samples.FACTS, state, .1),
              Samples.node(policy, Samples.FACTS, .2, 0, 0, .2),
              Samples.node(policy, Samples.FACTS, .4, 0, 0, .2),
              Samples.node(policy, Samples.FACTS, .9, 0, 0, .2));

      assertThat(Samples.judge(policy).rank(round).scores()).containsExactly(expected, 80, 70, 45);
    }
  }

  @ParameterizedTest
  @EnumSource(OnScore.class)
  void rank_nothingKnownOfANode_isTheMedianOfTheOthers(OnScore effect) {
    var policy = onScore(effect);
    var round =
        Rounds.of(
            Samples.node(policy, Samples.FACTS).build(),
            null,
            Samples.node(policy, Samples.FACTS, .2, 0, 0, .2),
            Samples.node(policy, Samples.FACTS, .4, 0, 0, .2),
            Samples.node(policy, Samples.FACTS, .9, 0, 0, .2));

    assertThat(Samples.judge(policy).rank(round).scores()).containsExactly(70, 70, 80, 70, 45);
  }

  @Test
  void rank_medianOfNothing_leavesTheTerm() {
    var policy = onScore(OnScore.MEDIAN);
    var round = Rounds.of(node(policy, Samples.FACTS, "missing", 0));

    assertThat(Samples.judge(policy).rank(round).scores()).containsExactly(80);
  }

  @Test
  void rank_missingMaximum_countsAsTheShorterWindow() {
    var policy = Samples.policy(Dialect.BALLAST, 0.65, CPU_1H, CPU_1D);

    assertThat(
            Samples.judge(policy)
                .rank(Rounds.of(Samples.node(policy, Samples.FACTS, .1, .4)))
                .scores())
        .containsExactly(60);
  }
}

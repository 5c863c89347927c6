package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.CPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.OverloadPolicy.WhenAll;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnFilter;
import dev.ballast.policy.StateEffect.OnScore;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OverloadTest {
  private static final Incoming NOBODY = Incoming.NOBODY;

  private static DynamicSchedulerPolicy policy(WhenAll whenAll, double share) {
    return Samples.policy(Dialect.BALLAST, 0.65, CPU).with(new OverloadPolicy(whenAll, share));
  }

  private static LoadPolicy.Filtered filter(
      DynamicSchedulerPolicy policy, Incoming pod, double... usages) {
    var loads =
        Arrays.stream(usages)
            .mapToObj(usage -> Samples.node(policy, Samples.FACTS, usage))
            .toArray(NodeLoad[]::new);
    return Samples.judge(policy).filter(Rounds.of(pod, loads));
  }

  private static List<Integer> passing(LoadPolicy.Filtered filtered) {
    return IntStream.range(0, filtered.verdicts().length)
        .filter(i -> filtered.verdicts()[i].passes())
        .boxed()
        .toList();
  }

  private static double[] hot(int count) {
    return IntStream.range(0, count).mapToDouble(i -> 0.99 - i * 0.01).toArray();
  }

  @Test
  void filter_allOverAndReject_refusesAll() {
    var filtered = filter(policy(WhenAll.REJECT, 0.8), NOBODY, hot(20));

    assertThat(passing(filtered)).isEmpty();
    assertThat(filtered.note()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"20, 0.8, 4", "20, 1, 2", "21, 1, 3", "1, 0.8, 1", "10, 0, 10", "10, 0.7, 3"})
  void filter_allOverAndLeastOverloaded_coolestPass(int nodes, double share, int expected) {
    var filtered = filter(policy(WhenAll.LEAST_OVERLOADED, share), NOBODY, hot(nodes));

    assertThat(passing(filtered))
        .isEqualTo(IntStream.range(nodes - expected, nodes).boxed().toList());
    assertThat(filtered.note())
        .isEqualTo("all candidates were over their limits: the least overloaded pass");
    assertThat(filtered.verdicts()[nodes - 1])
        .isEqualTo(
            new Verdict.Spared(
                new Verdict.Refused("cpu", hot(nodes)[nodes - 1], 0.65, LoadPolicy.reason("cpu"))));
  }

  @Test
  void filter_oneWithinItsLimit_shareOfTheOthersPasses() {
    double[] usages = hot(10);
    usages[3] = 0.1;

    for (var whenAll : WhenAll.values()) {
      var filtered = filter(policy(whenAll, 0.6), NOBODY, usages);

      assertThat(passing(filtered)).containsExactly(3, 7, 8, 9);
      assertThat(filtered.note())
          .isEqualTo(
              "more than maxRefusedShare of the candidates were over their limits: the least"
                  + " overloaded of these pass");
    }
  }

  @Test
  void filter_fewOver_allOfThemRefused() {
    var filtered = filter(policy(WhenAll.LEAST_OVERLOADED, 0.8), NOBODY, .9, .9, .9, .9, .1);

    assertThat(passing(filtered)).containsExactly(4);
    assertThat(filtered.note()).isEmpty();
  }

  @Test
  void filter_cranesDialect_refusesAll() {
    var crane = Samples.policy(Dialect.CRANE, 0.65, CPU);
    double[] usages = hot(10);
    usages[3] = 0.1;

    assertThat(passing(filter(crane, NOBODY, hot(10)))).isEmpty();
    assertThat(passing(filter(crane, NOBODY, usages))).containsExactly(3);
  }

  @Test
  void filter_nominatedNode_isNotSparedAsAllOthersAreAskedAboutNext() {
    var nominated = new Incoming("uid", Demand.NONE, true, false);

    assertThat(passing(filter(policy(WhenAll.LEAST_OVERLOADED, 0.8), nominated, .8))).isEmpty();
  }

  @Test
  void filter_refusedWithoutAReading_isSparedLast() {
    var reject = new StateEffect(OnFilter.REJECT, OnScore.RENORMALISE);
    var policy =
        policy(WhenAll.LEAST_OVERLOADED, 0.5)
            .with(new DataPolicy(reject, reject, reject, true, DataPolicy.CLOCK_TOLERANCE));

    assertThat(passing(filter(policy, NOBODY, Double.NaN, .99, Double.NaN, .98)))
        .containsExactly(1, 3);
    assertThat(passing(filter(policy, NOBODY, Double.NaN, Double.NaN))).hasSize(1);
  }

  @Property
  void filter_anyUsages_keepsWithinTheShareAndSparesTheCoolest(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = 0, max = 1.5) Double> list,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    double[] usages = list.stream().mapToDouble(u -> u).toArray();
    var filtered = filter(policy(WhenAll.LEAST_OVERLOADED, share), NOBODY, usages);

    int refused = usages.length - passing(filtered).size();
    assertThat(refused).isLessThanOrEqualTo((int) (share * usages.length + 1e-9));
    assertThat(refused).isLessThan(usages.length);
    double coolestRefused = Double.POSITIVE_INFINITY;
    double hottestPassing = 0;
    for (int i = 0; i < usages.length; i++) {
      boolean passes = filtered.verdicts()[i].passes();
      hottestPassing = passes ? Math.max(hottestPassing, usages[i]) : hottestPassing;
      coolestRefused = passes ? coolestRefused : Math.min(coolestRefused, usages[i]);
      assertThat(passes || usages[i] > 0.65).isTrue();
    }
    assertThat(hottestPassing).isLessThanOrEqualTo(Math.max(coolestRefused, 0.65));
  }

  @Property
  void judge_moreLoad_neverTurnsARefusalIntoAPass(
      @ForAll @DoubleRange(min = 0, max = 1.5) double usage,
      @ForAll @DoubleRange(min = 0, max = 1) double more) {
    var policy = policy(WhenAll.REJECT, 1);

    boolean before = passing(filter(policy, NOBODY, usage)).isEmpty();
    boolean after = passing(filter(policy, NOBODY, Math.min(1.5, usage + more))).isEmpty();

    assertThat(after || !before).isTrue();
  }
}

package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.CPU;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.Strategy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ShortlistTest {
  private static DynamicSchedulerPolicy policy(int length) {
    return Samples.policy(Dialect.BALLAST, 0.65, CPU)
        .with(OverloadPolicy.CRANE)
        .with(new RankingPolicy(new Strategy.Weighted(), Spread.ABSOLUTE, 10, length));
  }

  private static Incoming pod(String uid) {
    return new Incoming(uid, Demand.NONE, false, true);
  }

  private static NodeLoad node(DynamicSchedulerPolicy policy, String zone, double usage) {
    return Samples.node(policy, new NodeFacts(16, 1, 16, 1, zone, false), usage);
  }

  private static Set<Integer> passing(DynamicSchedulerPolicy policy, Incoming pod, NodeLoad... on) {
    var verdicts = Samples.judge(policy).filter(Rounds.of(pod, on)).verdicts();
    return IntStream.range(0, verdicts.length)
        .filter(i -> verdicts[i].passes())
        .boxed()
        .collect(Collectors.toSet());
  }

  @Test
  void filter_moreThanTheShortlist_bestAreLeft() {
    var policy = policy(2);
    var loads =
        new NodeLoad[] {
          node(policy, "", .5), node(policy, "", .1), node(policy, "", .9), node(policy, "", .2)
        };

    var verdicts = Samples.judge(policy).filter(Rounds.of(pod("u"), loads)).verdicts();

    assertThat(verdicts[0]).isEqualTo(Verdict.NOT_LISTED);
    assertThat(verdicts[1]).isEqualTo(Verdict.ACCEPTED);
    assertThat(verdicts[2]).isInstanceOf(Verdict.Refused.class);
    assertThat(verdicts[3]).isEqualTo(Verdict.ACCEPTED);
  }

  @Test
  void filter_podThatMustSeeAll_isNotShortened() {
    var policy = policy(1);
    var keepsAll = new Incoming("u", Demand.NONE, false, false);

    assertThat(passing(policy, keepsAll, node(policy, "", .1), node(policy, "", .2))).hasSize(2);
    assertThat(passing(policy, pod("u"), node(policy, "", .1), node(policy, "", .2))).hasSize(1);
    assertThat(passing(policy(0), pod("u"), node(policy, "", .1), node(policy, "", .2))).hasSize(2);
  }

  @Test
  void filter_nothingKnown_isNotShortened() {
    var policy = policy(1);
    var empty = Samples.node(policy, Samples.FACTS).build();

    assertThat(passing(policy, pod("u"), empty, empty, empty)).hasSize(3);
  }

  @Test
  void filter_severalZones_eachKeepsItsShare() {
    var policy = policy(4);
    var loads =
        new NodeLoad[] {
          node(policy, "a", .01), node(policy, "a", .02), node(policy, "a", .03),
          node(policy, "a", .04), node(policy, "b", .5), node(policy, "b", .4),
          node(policy, "b", .3), node(policy, "b", .2)
        };

    assertThat(passing(policy, pod("u"), loads)).containsExactlyInAnyOrder(0, 1, 6, 7);
  }

  @Test
  void filter_smallZone_leavesItsPlacesToOthers() {
    var policy = policy(4);

    assertThat(
            passing(
                policy,
                pod("u"),
                node(policy, "a", .01),
                node(policy, "a", .02),
                node(policy, "a", .03),
                node(policy, "a", .04),
                node(policy, "b", .5)))
        .containsExactlyInAnyOrder(0, 1, 2, 4);
  }

  @Test
  void filter_equalNodes_podsGetDifferentOnesButRepeatsTheSame() {
    var policy = policy(3);
    var loads = IntStream.range(0, 30).mapToObj(i -> node(policy, "", .3)).toArray(NodeLoad[]::new);
    var seen = new HashSet<Integer>();
    for (int i = 0; i < 40; i++) {
      var once = passing(policy, pod("uid-" + i), loads);

      assertThat(once).hasSize(3).isEqualTo(passing(policy, pod("uid-" + i), loads));
      seen.addAll(once);
    }
    assertThat(seen).hasSizeGreaterThan(20);
  }

  @Property
  void filter_anyNodes_leavesTheShortlistAndEachZonesShare(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 60) Integer> usages,
      @ForAll @IntRange(min = 1, max = 20) int length,
      @ForAll @IntRange(min = 1, max = 5) int zones) {
    var policy = policy(length);
    var loads =
        IntStream.range(0, usages.size())
            .mapToObj(i -> node(policy, "z" + i % zones, usages.get(i) / 100.0))
            .toArray(NodeLoad[]::new);

    var left = passing(policy, pod("u"), loads);

    int used = Math.min(zones, usages.size());
    int ofEach = (length + used - 1) / used;
    assertThat(left.size()).isGreaterThanOrEqualTo(Math.min(length, usages.size()));
    assertThat(left.size()).isLessThanOrEqualTo(Math.max(length, used * ofEach));
    for (int zone = 0; zone < used; zone++) {
      int of = zone;
      long there = IntStream.range(0, usages.size()).filter(i -> i % zones == of).count();
      assertThat(left.stream().filter(i -> i % zones == of).count())
          .isGreaterThanOrEqualTo(Math.min(there, ofEach));
    }
  }
}

package dev.ballast.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.StateEffect.OnScore;
import dev.ballast.policy.Strategy;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every strategy, whatever is measured. */
final class RankPropertyTest {
  /** A node: readings (NaN for none) and its cores. */
  record Node(List<Double> values, int cores) {}

  @Provide
  Arbitrary<Node> nodes() {
    var value =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(4, Arbitraries.doubles().between(0, 1.5).ofScale(3)),
            net.jqwik.api.Tuple.of(1, Arbitraries.just(Double.NaN)));
    return Combinators.combine(value.list().ofSize(6), Arbitraries.integers().between(0, 64))
        .as(Node::new);
  }

  @Provide
  Arbitrary<Strategy> strategies() {
    return Arbitraries.of(
        new Strategy.Weighted(),
        new Strategy.LeastUsed(1, 1, 0),
        new Strategy.LeastUsed(1, 2, 3),
        new Strategy.TargetPacking(0.4),
        new Strategy.MeanRisk(1, 1),
        new Strategy.MeanRisk(2, 2),
        new Strategy.Headroom(0, 0),
        new Strategy.Headroom(16, 64 * Samples.GIB));
  }

  private static DynamicSchedulerPolicy policy(Strategy strategy, OnScore effect) {
    return Samples.policy(
            Dialect.BALLAST, 0.65, Samples.CPU, Samples.CPU_1H, Samples.CPU_1D, Samples.MEMORY)
        .with(new RankingPolicy(strategy, Spread.CANDIDATES, 10, 0))
        .with(DataPolicy.DEFAULT.withScore(effect));
  }

  private static NodeLoad load(DynamicSchedulerPolicy policy, Node node) {
    double memory = node.cores() * 4 * Samples.GIB;
    return Samples.node(
        policy,
        new NodeFacts(node.cores(), memory, node.cores() * 0.95, memory * 0.9, "", false),
        node.values().stream().mapToDouble(v -> v).toArray());
  }

  private static LoadPolicy.Ranked rank(
      DynamicSchedulerPolicy policy, double cores, List<Node> nodes) {
    var pod = new Incoming("uid", new Demand(cores, cores * 1e9, cores, cores * 1e9), false, true);
    var loads = nodes.stream().map(node -> load(policy, node)).toArray(NodeLoad[]::new);
    return Samples.judge(policy).rank(Rounds.of(pod, loads));
  }

  @Property
  void rank_anyNodes_scoresWithinBoundsAndSentInTheirOrder(
      @ForAll("strategies") Strategy strategy,
      @ForAll OnScore effect,
      @ForAll @Size(min = 1, max = 12) List<@net.jqwik.api.From("nodes") Node> nodes,
      @ForAll @DoubleRange(min = 0, max = 8) double cores) {
    var ranked = rank(policy(strategy, effect), cores, nodes);

    if (!ranked.isKnown()) {
      assertThat(ranked.scores()).containsOnly(LoadPolicy.NO_SCORE);
      return;
    }
    for (int i = 0; i < nodes.size(); i++) {
      assertThat(ranked.scores()[i]).isBetween(0, 100);
      assertThat(ranked.sent()[i]).isBetween(0, 10);
      for (int j = 0; j < i; j++) {
        int order = Integer.compare(ranked.scores()[i], ranked.scores()[j]);
        assertThat(order * Integer.compare(ranked.sent()[i], ranked.sent()[j]))
            .isGreaterThanOrEqualTo(0);
      }
    }
  }

  @Property
  void rank_nodeWithoutData_isNeverAboveTheBestNorBelowTheWorstOfTheOthers(
      @ForAll("strategies") Strategy strategy,
      @ForAll OnScore effect,
      @ForAll @Size(min = 1, max = 12) List<@net.jqwik.api.From("nodes") Node> nodes,
      @ForAll @IntRange(min = 0, max = 64) int cores) {
    var silent = new Node(List.of(), cores);
    var all = new java.util.ArrayList<>(nodes);
    all.add(silent);
    var policy = policy(strategy, effect);

    int[] scores = rank(policy, 1, all).scores();

    int[] others = Arrays.copyOf(scores, nodes.size());
    int own = scores[nodes.size()];
    assertThat(own)
        .isBetween(
            Arrays.stream(others).min().orElseThrow(), Arrays.stream(others).max().orElseThrow());
  }

  @Property
  void rank_moreLoad_neverScoresBetter(
      @ForAll("strategies") Strategy strategy,
      @ForAll @Size(min = 1, max = 6) List<@net.jqwik.api.From("nodes") Node> nodes,
      @ForAll @IntRange(max = 5) int metric,
      @ForAll @DoubleRange(min = 0, max = 1) double more) {
    if (strategy instanceof Strategy.TargetPacking) {
      return; // it wants load
    }
    var policy = policy(strategy, OnScore.RENORMALISE);
    var busier = new java.util.ArrayList<>(nodes.get(0).values());
    busier.set(metric, Math.min(1.5, busier.get(metric) + more)); // NaN stays NaN
    var changed = new java.util.ArrayList<>(nodes);
    changed.set(0, new Node(busier, nodes.get(0).cores()));

    var before = rank(policy, 1, nodes);
    var after = rank(policy, 1, changed);

    if (usable(policy, nodes.get(0))) {
      assertThat(after.scores()[0]).isLessThanOrEqualTo(before.scores()[0]);
    } else {
      assertThat(after.isKnown()).isEqualTo(before.isKnown());
    }
  }

  /** Whether a node has a score of its own, and not the median of the others. */
  private static boolean usable(DynamicSchedulerPolicy policy, Node node) {
    return rank(policy, 1, List.of(node)).isKnown();
  }

  @Property
  void rank_moreOfThePod_neverScoresBetter(
      @ForAll("strategies") Strategy strategy,
      @ForAll("nodes") Node node,
      @ForAll @DoubleRange(min = 0, max = 8) double cores,
      @ForAll @DoubleRange(min = 0, max = 8) double more) {
    boolean relative = strategy instanceof Strategy.Headroom h && h.cpuFullScoreAt() == 0;
    if (strategy instanceof Strategy.TargetPacking || relative) {
      return; // it wants load, or compares with the only candidate
    }
    var policy = policy(strategy, OnScore.RENORMALISE);

    assertThat(rank(policy, cores + more, List.of(node)).scores()[0])
        .isLessThanOrEqualTo(rank(policy, cores, List.of(node)).scores()[0]);
  }
}

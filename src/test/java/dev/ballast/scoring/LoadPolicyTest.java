package dev.ballast.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.inflight.Demand;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.HotValuePolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.StateEffect.OnScore;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoadPolicyTest {
  private static final long NOW = Rounds.NOW;
  private static final Duration PERIOD = Duration.ofMinutes(3);

  /** crane's default policy: what it limits, what it weighs. */
  private static final List<String> CRANE_METRICS =
      List.of(
          "cpu_usage_avg_5m",
          "cpu_usage_max_avg_1h",
          "cpu_usage_max_avg_1d",
          "mem_usage_avg_5m",
          "mem_usage_max_avg_1h",
          "mem_usage_max_avg_1d");

  private static final double[] CRANE_WEIGHTS = {0.2, 0.3, 0.5, 0.2, 0.3, 0.5};
  private static final double[] VECTOR = {0.50, 0.60, 0.70, 0.40, 0.45, 0.50};

  @ParameterizedTest
  @CsvSource({"0, 45", "2, 25", "1.99, 26", "5, 0", "1e300, 0"})
  void score_cranesPolicyAndHotValue_isCranes(double hot, int expected) {
    var policy = crane(OnScore.CRANE);

    assertThat(score(policy, load(VECTOR, hot))).isEqualTo(expected);
  }

  @Test
  void score_oneTermMissing_followsThePolicy() {
    double[] values = VECTOR.clone();
    values[2] = Double.NaN;

    // crane: the term counts 0 and keeps its weight. Ours: 75.5 / 1.5, the rest decides.
    assertThat(score(crane(OnScore.CRANE), load(values, 0))).isEqualTo(37);
    assertThat(score(crane(OnScore.RENORMALISE), load(values, 0))).isEqualTo(50);
  }

  @Test
  void score_noUsableTerm_isNone() {
    double[] none = new double[6];
    java.util.Arrays.fill(none, Double.NaN);
    for (var missing : List.of(OnScore.RENORMALISE, OnScore.CRANE)) {
      assertThat(score(crane(missing), load(none, 0))).isEqualTo(LoadPolicy.NO_SCORE);
      assertThat(score(crane(missing), load(none, 3))).isEqualTo(LoadPolicy.NO_SCORE);
      assertThat(score(crane(missing), null)).isEqualTo(LoadPolicy.NO_SCORE);
    }
  }

  @Test
  void score_policyWithoutTerms_isNone() {
    var policy = policy(List.of(), List.of(new PriorityPolicy("m0", 0)), 1);

    assertThat(score(policy, one(0.2, NOW))).isEqualTo(LoadPolicy.NO_SCORE);
  }

  @Test
  void score_hotValueWithoutWindowsInThePolicy_doesNotCount() {
    var policy = policy(List.of(), List.of(new PriorityPolicy("m0", 1)), 1);
    var hot =
        NodeLoad.builder(table(1))
            .reading(0, new Measurement(0.5, NOW))
            .hotValue(new Measurement(5, NOW))
            .build();

    assertThat(score(policy, hot)).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"0, 100", "1, 0", "0.999, 0", "0.99, 1", "0.5, 50", "1.2, 0", "1.5, 0", "0.004, 99"})
  void score_oneTerm_isWhatIsLeftInPercentCutDown(double usage, int expected) {
    var policy = policy(List.of(), List.of(new PriorityPolicy("m0", 0.7)), 1);

    assertThat(score(policy, one(usage, NOW))).isEqualTo(expected);
  }

  /** crane.md, word for word. */
  private static int naive(double[] usage, double[] weights, double hot) {
    double sum = 0;
    double all = 0;
    for (int i = 0; i < usage.length; i++) {
      sum += (1 - usage[i]) * weights[i] * 100;
      all += weights[i];
    }
    long score = (long) (sum / all) - (long) (10 * hot);
    return (int) Math.max(0, Math.min(100, score));
  }

  record Node(List<Double> usages, List<Double> weightList, double hot) {
    double[] usage() {
      return usages.stream().mapToDouble(u -> u).toArray();
    }

    double[] weights() {
      return weightList.stream().mapToDouble(w -> w).toArray();
    }
  }

  @Provide
  Arbitrary<Node> nodes() {
    return Arbitraries.integers()
        .between(1, 6)
        .flatMap(
            n ->
                Combinators.combine(
                        Arbitraries.doubles().between(0, 1.5).ofScale(5).list().ofSize(n),
                        Arbitraries.doubles().between(0.01, 10).ofScale(2).list().ofSize(n),
                        Arbitraries.integers().between(0, 12))
                    .as((usage, weights, hot) -> new Node(usage, weights, hot)));
  }

  @Property
  void score_freshData_isCranesFormula(@ForAll("nodes") Node node) {
    int expected = naive(node.usage(), node.weights(), node.hot());

    for (var missing : List.of(OnScore.RENORMALISE, OnScore.CRANE)) {
      assertThat(score(weighted(node.weights(), missing), load(node.usage(), node.hot())))
          .isEqualTo(expected);
    }
  }

  @Property
  void score_anyLoad_isWithinBoundsAndFallsWithLoad(
      @ForAll("nodes") Node node,
      @ForAll @IntRange(max = 5) int which,
      @ForAll @DoubleRange(min = 0, max = 1) double more) {
    double[] busier = node.usage().clone();
    int i = which % busier.length;
    busier[i] = Math.min(1.5, busier[i] + more);
    var policy = weighted(node.weights(), OnScore.RENORMALISE);

    int score = score(policy, load(node.usage(), node.hot()));

    assertThat(score).isBetween(0, LoadPolicy.MAX_SCORE);
    assertThat(score(policy, load(busier, node.hot()))).isLessThanOrEqualTo(score);
    assertThat(score(policy, load(node.usage(), node.hot() + 1))).isLessThanOrEqualTo(score);
  }

  @Property
  void score_renormalised_liesBetweenTheTermsThatAreLeft(
      @ForAll("nodes") Node node, @ForAll @IntRange(max = 63) int missingBits) {
    double[] usage = node.usage().clone();
    for (int i = 0; i < usage.length; i++) {
      if ((missingBits >> i & 1) == 1) {
        usage[i] = Double.NaN;
      }
    }
    double[] left = java.util.Arrays.stream(usage).filter(u -> !Double.isNaN(u)).toArray();

    int score = score(weighted(node.weights(), OnScore.RENORMALISE), load(usage, 0));

    if (left.length == 0) {
      assertThat(score).isEqualTo(LoadPolicy.NO_SCORE);
    } else {
      double busiest = java.util.Arrays.stream(left).max().orElseThrow();
      double idlest = java.util.Arrays.stream(left).min().orElseThrow();
      assertThat(score)
          .isBetween(
              (int) Math.max(0, (1 - busiest) * 100 - 1), (int) Math.max(0, (1 - idlest) * 100));
    }
  }

  @ParameterizedTest
  @CsvSource({"0.65, false", "0.6500000000000001, true", "0.64999, false", "0, false", "1.5, true"})
  void judge_usageAgainstTheLimit_refusesAboveItOnly(double usage, boolean refused) {
    var policy = policy(List.of(new PredicatePolicy("m0", 0.65)), List.of(), 1);

    var verdict = policy.judge(one(usage, NOW), NOW);

    assertThat(verdict)
        .isEqualTo(
            refused
                ? new Verdict.Refused(
                    "m0", usage, 0.65, "node(s) had m0 over the limit of the load policy")
                : Verdict.ACCEPTED);
  }

  @Test
  void judge_limitZero_isOff() {
    var policy =
        policy(
            List.of(new PredicatePolicy("m0", 0), new PredicatePolicy("no such metric", 0)),
            List.of(),
            1);

    assertThat(policy.judge(one(1.5, NOW), NOW)).isEqualTo(Verdict.ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({"0.70, true, false", "0.76, true, true", "0.70, false, true", "0.74, true, false"})
  void filter_nominatedNode_mayBeTenPointsOver(double usage, boolean nominated, boolean refused) {
    var policy = policy(List.of(new PredicatePolicy("m0", 0.65)), List.of(), 1);
    var pod = new Incoming("uid", Demand.NONE, nominated, false);

    assertThat(policy.filter(Rounds.of(pod, one(usage, NOW))).verdicts()[0])
        .isInstanceOf(refused ? Verdict.Refused.class : Verdict.Accepted.class);
  }

  @Test
  void filter_nominatedNodeAndLimitZero_isOff() {
    var policy = policy(List.of(new PredicatePolicy("m0", 0)), List.of(), 1);
    var pod = new Incoming("uid", Demand.NONE, true, false);

    assertThat(policy.filter(Rounds.of(pod, one(1.2, NOW))).verdicts())
        .containsExactly(Verdict.ACCEPTED);
  }

  @Test
  void judge_severalLimits_namesTheFirstThatIsPassed() {
    var policy =
        policy(
            List.of(
                new PredicatePolicy("m0", 0.9),
                new PredicatePolicy("m1", 0.5),
                new PredicatePolicy("m2", 0.5)),
            List.of(),
            3);

    assertThat(policy.judge(load(new double[] {0.8, 0.6, 0.7}, 0), NOW))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.metric()).isEqualTo("m1"));
  }

  @Test
  void filter_unknownNode_isAccepted() {
    assertThat(crane(OnScore.CRANE).filter(Rounds.of((NodeLoad) null)).verdicts())
        .containsExactly(Verdict.ACCEPTED);
  }

  /** Readings that are no numbers: value and age in milliseconds. */
  @ParameterizedTest
  @CsvSource({
    "0.99, 600000",
    "0.99, 86400000",
    "0.99, -120001",
    "NaN, 0",
    "-0.5, 0",
    "1.51, 0",
    "97, 0",
    "Infinity, 0",
    "-Infinity, 0",
    "0.0, 600000"
  })
  void unusableReading_neverRefusesAndCountsNeitherAsIdleNorAsFull(double value, long ageMillis) {
    var policy =
        policy(
            List.of(new PredicatePolicy("m0", 0.65)),
            List.of(new PriorityPolicy("m0", 1), new PriorityPolicy("m1", 1)),
            2);
    var load =
        NodeLoad.builder(table(2))
            .reading(0, new Measurement(value, NOW - ageMillis))
            .reading(1, new Measurement(0.4, NOW))
            .build();
    var alone =
        NodeLoad.builder(table(2)).reading(0, new Measurement(value, NOW - ageMillis)).build();

    assertThat(policy.judge(load, NOW)).isEqualTo(Verdict.ACCEPTED);
    assertThat(score(policy, load)).isEqualTo(60); // what m1 alone says
    assertThat(score(policy, alone)).isEqualTo(LoadPolicy.NO_SCORE);
  }

  @Test
  void constructor_metricWithoutSync_isRefused() {
    assertThatThrownBy(() -> policy(List.of(new PredicatePolicy("m7", 0.5)), List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("metric m7 has no sync policy");
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', false",
    "'-1 -1', '-1 -1', false",
    "'5', '5', true",
    "'-1 7', '7 7', true",
    "'10 -1 30', '10 20 30', true",
    "'90 -1 10 50 -1', '90 50 10 50 50', true",
    "'3 1 2', '3 1 2', true",
    "'-1 0', '0 0', true"
  })
  void fillWithMedian_anyScores_givesTheUnknownTheMedian(
      String before, String after, boolean known) {
    int[] scores = ints(before);

    assertThat(LoadPolicy.fillWithMedian(scores)).isEqualTo(known);
    assertThat(scores).isEqualTo(ints(after));
  }

  @Property
  void fillWithMedian_anyScores_isNeitherBelowTheWorstNorAboveTheBest(
      @ForAll List<@IntRange(min = -1, max = 100) Integer> list) {
    int[] scores = list.stream().mapToInt(i -> i).toArray();
    int[] known = IntStream.of(scores).filter(s -> s >= 0).toArray();

    boolean filled = LoadPolicy.fillWithMedian(scores);

    assertThat(filled).isEqualTo(known.length > 0);
    for (int i = 0; i < scores.length; i++) {
      if (list.get(i) >= 0) {
        assertThat(scores[i]).isEqualTo(list.get(i));
      } else if (filled) {
        int given = scores[i];
        assertThat(given)
            .isBetween(
                IntStream.of(known).min().orElseThrow(), IntStream.of(known).max().orElseThrow());
        assertThat(IntStream.of(known).filter(k -> k < given).count())
            .isLessThanOrEqualTo(known.length / 2);
        assertThat(IntStream.of(known).filter(k -> k > given).count())
            .isLessThanOrEqualTo(known.length / 2);
      }
    }
  }

  /** The score of a node alone; {@link LoadPolicy#NO_SCORE} when there is nothing to go by. */
  private static int score(LoadPolicy policy, @Nullable NodeLoad load) {
    return policy.rank(Rounds.of(load)).scores()[0];
  }

  private static int[] ints(String text) {
    return text.isEmpty()
        ? new int[0]
        : java.util.Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static LoadPolicy crane(OnScore missing) {
    return build(
        CRANE_METRICS,
        List.of(),
        IntStream.range(0, 6)
            .mapToObj(i -> new PriorityPolicy(CRANE_METRICS.get(i), CRANE_WEIGHTS[i]))
            .toList(),
        missing,
        true);
  }

  private static LoadPolicy weighted(double[] weights, OnScore missing) {
    return build(
        names(weights.length),
        List.of(),
        IntStream.range(0, weights.length)
            .mapToObj(i -> new PriorityPolicy("m" + i, weights[i]))
            .toList(),
        missing,
        true);
  }

  private static LoadPolicy policy(
      List<PredicatePolicy> limits, List<PriorityPolicy> terms, int metrics) {
    return build(names(metrics), limits, terms, OnScore.RENORMALISE, false);
  }

  private static LoadPolicy build(
      List<String> metrics,
      List<PredicatePolicy> limits,
      List<PriorityPolicy> terms,
      OnScore missing,
      boolean hotValue) {
    var policy =
        DynamicSchedulerPolicy.of(
                Dialect.CRANE,
                List.of("s"),
                metrics.stream().map(m -> SyncPolicy.of(m, PERIOD)).toList(),
                limits,
                terms,
                hotValue
                    ? List.of(
                        new HotValuePolicy(Duration.ofMinutes(5), 5),
                        new HotValuePolicy(Duration.ofMinutes(1), 2))
                    : List.of())
            .with(DataPolicy.DEFAULT.withScore(missing));
    return new LoadPolicy(policy, MetricTable.of(policy));
  }

  private static MetricTable table(int metrics) {
    return MetricTable.of(
        DynamicSchedulerPolicy.of(
            Dialect.CRANE,
            List.of("s"),
            names(metrics).stream().map(m -> SyncPolicy.of(m, PERIOD)).toList(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static List<String> names(int metrics) {
    return IntStream.range(0, metrics).mapToObj(i -> "m" + i).toList();
  }

  private static NodeLoad one(double value, long timeMillis) {
    return NodeLoad.builder(table(1)).reading(0, new Measurement(value, timeMillis)).build();
  }

  /** A node with fresh readings; NaN for a metric without one. */
  private static NodeLoad load(double[] values, double hot) {
    var builder = NodeLoad.builder(table(values.length)).hotValue(new Measurement(hot, NOW));
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        builder.reading(i, new Measurement(values[i], NOW - 60_000));
      }
    }
    return builder.build();
  }
}

package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.BreakerPolicy;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.HotValuePolicy;
import dev.ballast.policy.InFlightPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.OverloadPolicy.WhenAll;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnFilter;
import dev.ballast.policy.StateEffect.OnScore;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.policy.TopologyPolicy;
import dev.ballast.topology.ZonePreference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PolicyReaderTest {
  private static final Optional<MetricCatalogue> CATALOGUE =
      Optional.of(BallastConfiguration.DEFAULTS.metrics());

  private static Checked<DynamicSchedulerPolicy> read(String text) {
    return PolicyReader.read(YamlSource.of("p", text), CATALOGUE);
  }

  @Test
  void read_craneStock_itsValuesAndRules() throws Exception {
    Checked<DynamicSchedulerPolicy> policy =
        PolicyReader.read(YamlSource.read(Path.of("policy/crane-stock.yaml")), CATALOGUE);
    assertThat(policy.problems()).isEmpty();
    assertThat(policy.value())
        .contains(
            DynamicSchedulerPolicy.of(
                Dialect.CRANE,
                List.of("load-aware-scheduler"),
                List.of(
                    SyncPolicy.of("cpu_usage_avg_5m", Duration.ofMinutes(3)),
                    SyncPolicy.of("cpu_usage_max_avg_1h", Duration.ofMinutes(15)),
                    SyncPolicy.of("cpu_usage_max_avg_1d", Duration.ofHours(3)),
                    SyncPolicy.of("mem_usage_avg_5m", Duration.ofMinutes(3)),
                    SyncPolicy.of("mem_usage_max_avg_1h", Duration.ofMinutes(15)),
                    SyncPolicy.of("mem_usage_max_avg_1d", Duration.ofHours(3))),
                List.of(
                    new PredicatePolicy("cpu_usage_avg_5m", 0.65),
                    new PredicatePolicy("cpu_usage_max_avg_1h", 0.75),
                    new PredicatePolicy("mem_usage_avg_5m", 0.65),
                    new PredicatePolicy("mem_usage_max_avg_1h", 0.75)),
                List.of(
                    new PriorityPolicy("cpu_usage_avg_5m", 0.2),
                    new PriorityPolicy("cpu_usage_max_avg_1h", 0.3),
                    new PriorityPolicy("cpu_usage_max_avg_1d", 0.5),
                    new PriorityPolicy("mem_usage_avg_5m", 0.2),
                    new PriorityPolicy("mem_usage_max_avg_1h", 0.3),
                    new PriorityPolicy("mem_usage_max_avg_1d", 0.5)),
                List.of(
                    new HotValuePolicy(Duration.ofMinutes(5), 5),
                    new HotValuePolicy(Duration.ofMinutes(1), 2))));
  }

  @Test
  void read_everyKeyOfOurs_asWritten() {
    Checked<DynamicSchedulerPolicy> policy =
        read(
            """
            apiVersion: scheduling.ballast.dev/v1alpha1
            kind: DynamicSchedulerPolicy
            metadata: {name: x}
            spec:
              schedulerNames: [one, two]
              missingData: crane
              syncPolicy:
                - {name: mem_usage_avg_5m, period: 1m, staleAfter: 2.5m}
              predicate:
                - {name: mem_usage_avg_5m, maxLimitPecent: 1}
              priority:
                - {name: mem_usage_avg_5m, weight: 5e-1}
              hotValue: []
              strategy: {type: leastUsed, cpuWeight: 2, memoryWeight: 3, dominantWeight: 0.5}
              spread: candidates
              scoreMax: 100
              shortlist: 32
              whenAllOverloaded: reject
              maxRefusedShare: 0.9
              windowFallback: false
              clockTolerance: 30s
              inFlight: {enabled: true, cpuFactor: 0.5, memoryFactor: 1, defaultCPU: 100m,
                         defaultMemory: 64Mi, burstCap: 2, warmup: 1m, provisional: false}
              breaker: {lostShare: 0.25, silence: 5m, memory: 12h}
              topology: {enabled: false, weight: 0.75, prefer: leastFree, lateResult: true}
            """);
    assertThat(policy.problems())
        .extracting(Problem::path)
        .containsExactly("spec.priority"); // as the strategy is another
    assertThat(policy.value())
        .contains(
            DynamicSchedulerPolicy.of(
                    Dialect.BALLAST,
                    List.of("one", "two"),
                    List.of(
                        new SyncPolicy(
                            "mem_usage_avg_5m", Duration.ofMinutes(1), Duration.ofSeconds(150))),
                    List.of(new PredicatePolicy("mem_usage_avg_5m", 1)),
                    List.of(new PriorityPolicy("mem_usage_avg_5m", 0.5)),
                    List.of())
                .with(
                    new DataPolicy(
                        new StateEffect(OnFilter.PASS, OnScore.CRANE),
                        new StateEffect(OnFilter.PASS, OnScore.CRANE),
                        new StateEffect(OnFilter.PASS, OnScore.CRANE),
                        false,
                        Duration.ofSeconds(30)))
                .with(
                    new InFlightPolicy(
                        true, 0.5, 1, 0.1, 64 << 20, 2, Duration.ofMinutes(1), false))
                .with(new BreakerPolicy(0.25, Duration.ofMinutes(5), Duration.ofHours(12)))
                .with(
                    new RankingPolicy(
                        new Strategy.LeastUsed(2, 3, 0.5), Spread.CANDIDATES, 100, 32))
                .with(new OverloadPolicy(WhenAll.REJECT, 0.9))
                .with(new TopologyPolicy(false, 0.75, ZonePreference.LEAST_FREE, true)));
  }

  @Test
  void read_effectsOfStates_eachItsOwn() {
    DataPolicy data =
        withSpec(
                """
                states:
                    stale: {filter: last-known, score: median}
                    missing: {filter: reject}
                    implausible: {score: crane}
                """)
            .data();

    assertThat(data.stale()).isEqualTo(new StateEffect(OnFilter.LAST_KNOWN, OnScore.MEDIAN));
    assertThat(data.missing()).isEqualTo(new StateEffect(OnFilter.REJECT, OnScore.RENORMALISE));
    assertThat(data.implausible()).isEqualTo(new StateEffect(OnFilter.PASS, OnScore.CRANE));
    assertThat(data.windowFallback()).isTrue();
  }

  @Test
  void read_topologyInPart_restByDefault() {
    assertThat(withSpec("topology: {}").topology()).isEqualTo(TopologyPolicy.DEFAULT);
    assertThat(withSpec("topology: {weight: 0, prefer: mostFree}").topology())
        .isEqualTo(new TopologyPolicy(true, 0, ZonePreference.MOST_FREE, false));
  }

  @Test
  void read_eachStrategy_withItsDefaultsAndParameters() {
    assertThat(strategy("{type: weighted}")).isEqualTo(new Strategy.Weighted());
    assertThat(strategy("{type: leastUsed}")).isEqualTo(new Strategy.LeastUsed(1, 1, 0));
    assertThat(strategy("{type: targetPacking}")).isEqualTo(new Strategy.TargetPacking(0.4));
    assertThat(strategy("{type: targetPacking, target: 0.5}"))
        .isEqualTo(new Strategy.TargetPacking(0.5));
    assertThat(strategy("{type: headroom}")).isEqualTo(new Strategy.Headroom(0, 0));
    assertThat(strategy("{type: headroom, cpuFullScoreAt: 1500m, memoryFullScoreAt: 64Gi}"))
        .isEqualTo(new Strategy.Headroom(1.5, 64L << 30));
    assertThat(strategy("{type: meanRisk}")).isEqualTo(new Strategy.MeanRisk(1, 1));
    assertThat(strategy("{type: meanRisk, margin: 2, sensitivity: 3}"))
        .isEqualTo(new Strategy.MeanRisk(2, 3));
  }

  private static Strategy strategy(String yaml) {
    return withSpec("strategy: " + yaml).ranking().strategy();
  }

  /** A policy with further lines in its spec, read without a catalogue. */
  private static DynamicSchedulerPolicy withSpec(String lines) {
    Checked<DynamicSchedulerPolicy> policy =
        PolicyReader.read(
            YamlSource.of(
                "p",
                """
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: DynamicSchedulerPolicy
                spec:
                  syncPolicy: [{name: mem_usage_avg_5m, period: 1m}]
                  %s
                """
                    .formatted(lines)),
            Optional.empty());
    return policy.value().orElseThrow(() -> new AssertionError(policy.problems()));
  }

  @Test
  void read_meanRiskWithOneDeviation_warnsOfTheOther() {
    Checked<BallastConfiguration> configuration =
        ConfigurationReader.read(
            YamlSource.of(
                "c",
                """
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: BallastConfiguration
                metrics:
                  definitions:
                    - {name: cpu_usage_dev_5m, promql: x, kind: stdev, resource: cpu, window: 5m}
                """));
    assertThat(
            PolicyReader.read(
                    YamlSource.of(
                        "p",
                        """
                        apiVersion: scheduling.ballast.dev/v1alpha1
                        kind: DynamicSchedulerPolicy
                        spec:
                          strategy: {type: meanRisk}
                          syncPolicy:
                            - {name: cpu_usage_avg_5m, period: 3m}
                            - {name: cpu_usage_dev_5m, period: 3m}
                            - {name: mem_usage_avg_5m, period: 3m}
                          predicate:
                            - {name: mem_usage_avg_5m, maxLimitPercent: 0.9}
                        """),
                    configuration.value().map(BallastConfiguration::metrics))
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p:4:13: warning: the strategy meanRisk leaves memory out, as syncPolicy has no metric of"
                + " kind stdev for it: add one if it is to count");
  }

  @Test
  void read_oursWithoutOptionalKeys_defaults() {
    DynamicSchedulerPolicy policy =
        read("""
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: DynamicSchedulerPolicy
                spec:
                  syncPolicy: [{name: mem_usage_avg_5m, period: 1m}]
                """)
            .value()
            .orElseThrow();
    assertThat(policy.schedulerNames()).containsExactly("load-aware-scheduler");
    assertThat(policy.data()).isEqualTo(DataPolicy.DEFAULT);
    assertThat(policy.inFlight()).isEqualTo(InFlightPolicy.DEFAULT);
    assertThat(policy.breaker())
        .isEqualTo(BreakerPolicy.of(Duration.ofMinutes(6), DataPolicy.CLOCK_TOLERANCE));
    assertThat(policy.ranking()).isEqualTo(RankingPolicy.DEFAULT);
    assertThat(policy.overload()).isEqualTo(OverloadPolicy.DEFAULT);
    assertThat(policy.topology())
        .isEqualTo(new TopologyPolicy(true, 0.5, ZonePreference.MOST_FREE, false));
    assertThat(policy.hotValues()).isEmpty();
    assertThat(policy.predicates()).isEmpty();
    assertThat(policy.priorities()).isEmpty();
    assertThat(policy.syncPolicies().get(0).staleAfter()).isEqualTo(Duration.ofMinutes(6));
  }

  @Test
  void read_severalMistakes_allTold() {
    assertThat(
            read("""
                    apiVersion: scheduling.ballast.dev/v1alpha1
                    kind: DynamicSchedulerPolicy
                    spec:
                      syncPolicy:
                        - {name: mem_usage_avg_5m, period: 180}
                      predicate:
                        - {name: mem_usage_avg_5m, maxLimitPercent: 65}
                      priority:
                        - {name: cpu_usage_avg_5m, weight: -1}
                      extra: 1
                    """)
                .problems())
        .extracting(p -> p.line() + " " + p.path())
        .containsExactly(
            "5 spec.syncPolicy[0].period",
            "7 spec.predicate[0].maxLimitPercent",
            "9 spec.priority[0].name",
            "9 spec.priority[0].weight",
            "10 spec.extra");
  }

  @Test
  void read_peakLimitUnderMeanLimit_warnsThatTheMeanNeverDecides() {
    assertThat(
            read("""
                    apiVersion: scheduling.ballast.dev/v1alpha1
                    kind: DynamicSchedulerPolicy
                    spec:
                      syncPolicy:
                        - {name: cpu_usage_avg_5m, period: 3m}
                        - {name: cpu_usage_max_avg_1h, period: 3m}
                      predicate:
                        - {name: cpu_usage_avg_5m, maxLimitPercent: 0.7}
                        - {name: cpu_usage_max_avg_1h, maxLimitPercent: 0.6}
                      priority:
                        - {name: cpu_usage_avg_5m, weight: 1}
                        - {name: cpu_usage_max_avg_1h, weight: 0}
                    """)
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "p:8:49: warning: this limit never decides: \"cpu_usage_max_avg_1h\" is the maximum over"
                + " a longer window and already refuses at 0.6; give the mean the lower limit",
            "p:12:44: warning: a weight of 0 does not count: remove the entry or weigh it");
  }

  @Test
  void read_clockToleranceAndBreaker_areRead() {
    DynamicSchedulerPolicy policy =
        read("""
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: DynamicSchedulerPolicy
                spec:
                  clockTolerance: 0s
                  breaker: {lostShare: 0.2, silence: 9m, memory: 1h}
                  syncPolicy:
                    - {name: cpu_usage_avg_5m, period: 3m}
                  priority:
                    - {name: cpu_usage_avg_5m, weight: 1}
                """)
            .value()
            .orElseThrow();

    assertThat(policy.data().clockTolerance()).isZero();
    assertThat(policy.breaker())
        .isEqualTo(new BreakerPolicy(0.2, Duration.ofMinutes(9), Duration.ofHours(1)));
  }

  @Test
  void read_noBreaker_silenceIsTheShortestLifeAndTheTolerance() {
    DynamicSchedulerPolicy policy =
        read("""
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: DynamicSchedulerPolicy
                spec:
                  clockTolerance: 30s
                  syncPolicy:
                    - {name: cpu_usage_avg_5m, period: 3m}
                    - {name: cpu_usage_max_avg_1d, period: 3h}
                  priority:
                    - {name: cpu_usage_avg_5m, weight: 1}
                """)
            .value()
            .orElseThrow();

    assertThat(policy.breaker())
        .isEqualTo(new BreakerPolicy(0.5, Duration.ofSeconds(510), Duration.ofDays(1)));
  }

  @Test
  void read_withoutCatalogue_nothingComparedWithIt() {
    Checked<DynamicSchedulerPolicy> policy =
        PolicyReader.read(
            YamlSource.of(
                "p",
                """
                apiVersion: scheduling.ballast.dev/v1alpha1
                kind: DynamicSchedulerPolicy
                spec:
                  syncPolicy: [{name: my.org/own, period: 1h}]
                  predicate: [{name: my.org/own, maxLimitPercent: 0.5}]
                  priority: [{name: my.org/own, weight: 1}]
                """),
            Optional.empty());
    assertThat(policy.problems()).isEmpty();
    assertThat(policy.value()).isPresent();
  }
}

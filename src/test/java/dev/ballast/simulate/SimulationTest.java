package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.inflight.PodListener;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.LoadPolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SimulationTest {
  private static final String METRIC = "cpu_usage_avg_5m";
  private static final Duration PERIOD = Duration.ofMinutes(3);

  private final Scenario scenario = Scenario.draw(1, 8, Duration.ofMinutes(30));
  private final SimulatedClock clock = new SimulatedClock(0);

  /** Passes everything or nothing, and keeps the pods it was asked about. */
  private static final class Recorder implements Extender {
    private final boolean passes;
    private final List<SimulatedPod> asked = new ArrayList<>();

    Recorder(boolean passes) {
      this.passes = passes;
    }

    @Override
    public List<String> filter(SimulatedPod pod, List<String> nodes) {
      asked.add(pod);
      return passes ? nodes : List.of();
    }

    @Override
    public Map<String, Long> prioritize(SimulatedPod pod, List<String> nodes) {
      return Map.of();
    }
  }

  @Test
  void tick_toTheEnd_bothSidesGetTheScenariosPods() {
    var recorder = new Recorder(true);
    var summary = run(simulation(recorder, 0.65));
    int pods = scenario.arrivals().size();
    assertThat(summary.loadBlind().arrived()).isEqualTo(pods).isPositive();
    assertThat(summary.withBallast().arrived()).isEqualTo(pods);
    assertThat(recorder.asked).containsExactlyElementsOf(scenario.arrivals());
    assertThat(summary.simulatedMinutes()).isEqualTo(30);
  }

  @Test
  void summary_extenderRefusesAll_countsTheWait() {
    var summary = run(simulation(new Recorder(false), 0.65));
    long end = scenario.startMillis() + scenario.duration().toMillis();
    double least =
        scenario.arrivals().stream().mapToDouble(p -> (end - p.arrivesMillis()) / 60_000.0).sum();
    var ballast = summary.withBallast();
    assertThat(ballast.placed()).isZero();
    assertThat(ballast.waiting()).isEqualTo(ballast.arrived());
    assertThat(ballast.waitingPodMinutes())
        .isCloseTo(least, within(ballast.arrived() / 6.0)); // a tick for each
    assertThat(ballast.refusedPodMinutes()).isEqualTo(ballast.waitingPodMinutes());
    assertThat(ballast.hotNodeMinutes()).isEqualTo(summary.unavoidableHotNodeMinutes());
    assertThat(summary.loadBlind().placed()).isEqualTo(summary.loadBlind().arrived());
    assertThat(summary.loadBlind().waitingPodMinutes()).isZero();
  }

  @Test
  void view_limitUnderAnyLoad_showsEveryNodeWithItsAge() {
    var simulation = simulation(new Recorder(true), 0.001);
    long longest = 0;
    while (!simulation.done()) {
      simulation.tick();
      var refused = simulation.view().refused();
      assertThat(refused).hasSize(8).allMatch(r -> r.metric().equals(METRIC) && r.limit() == 0.001);
      longest = Math.max(longest, refused.get(0).ageMillis());
    }
    // A reading is one tick old when it is written, and lives until the next is.
    assertThat(longest).isEqualTo(PERIOD.plus(Simulation.TICK).toMillis());
  }

  @Test
  void view_afterPods_showsTheNewestFirst() {
    var simulation = simulation(new Recorder(true), 0.65);
    run(simulation);
    var pods = scenario.arrivals();
    var newest = simulation.view().newest();
    assertThat(newest).hasSize(4);
    assertThat(newest.get(0).pod()).isEqualTo(pods.get(pods.size() - 1));
    assertThat(newest).allMatch(p -> p.loadBlind().isPresent() && p.withBallast().isPresent());
  }

  private static Summary run(Simulation simulation) {
    while (!simulation.done()) {
      simulation.tick();
    }
    return simulation.summary();
  }

  private Simulation simulation(Extender extender, double limit) {
    var policy =
        DynamicSchedulerPolicy.of(
            Dialect.BALLAST,
            List.of("ours"),
            List.of(SyncPolicy.of(METRIC, PERIOD)),
            List.of(new PredicatePolicy(METRIC, limit)),
            List.of(),
            List.of());
    var metrics =
        List.of(new SimulatedMetric(METRIC, Resource.CPU, MetricKind.MEAN, Duration.ofMinutes(5)));
    var annotations = new LoadAnnotations(ZoneOffset.UTC);
    var store =
        new LoadStore(MetricTable.of(policy), annotations, Runnable::run, (node, key, text) -> {});
    var judge = new LoadPolicy(policy, store.metrics());
    return new Simulation(
        new Simulation.Parts(
            scenario, clock, metrics, store, annotations, judge, extender, PodListener.NONE));
  }
}

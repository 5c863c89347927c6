package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.CPU_MAX;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.minutes;
import static dev.ballast.annotator.World.time;
import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition.NodeMatch;
import dev.ballast.config.SampleTimes;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Exporters that answer while their counters stand still: a mean of 5 minutes read every 3, and the
 * maximum of an hour of it every 15.
 */
final class FrozenNodesTest {
  private static final String MOVING = "moving";
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private final World world = new World();
  private final DynamicSchedulerPolicy policy =
      World.policy(List.of(minutes(CPU, 3), minutes(CPU_MAX, 15)));
  private final Annotator annotator = world.annotator(policy, catalogue(Optional.of(MOVING)), 100);

  private static MetricCatalogue catalogue(Optional<String> moving) {
    return new MetricCatalogue(
        World.catalogue(World.query(CPU), World.maximum(CPU_MAX, CPU, Duration.ofHours(1)))
            .metrics(),
        new SampleTimes(
            World.TIMES,
            NodeMatch.INSTANCE,
            Duration.ofHours(1),
            Duration.ofMinutes(2),
            moving,
            Duration.ofSeconds(45)));
  }

  private void moves(String node, double changes) {
    world.values.computeIfAbsent(MOVING, q -> new TreeMap<>()).put(node, changes);
  }

  private void unknown(String node) {
    world.values.getOrDefault(MOVING, new TreeMap<>()).remove(node);
  }

  /** Samples arrive every 15 s with these values; the annotator runs along. */
  private void run(long untilMillis, double a, double b) throws InterruptedException {
    while (world.now < untilMillis) {
      world.measure(CPU, "a", a);
      world.measure(CPU, "b", b);
      world.runUntil(annotator, world.now + 15 * SECOND);
    }
  }

  private void bothMove() throws InterruptedException {
    world.addNodes("a", "b");
    world.history = time -> 0.3;
    moves("a", 12);
    moves("b", 12);
    run(START + 2 * MINUTE, 0.3, 0.3);
  }

  private boolean isMarked(String node) {
    return world.annotations(node).containsKey(FROZEN_SINCE);
  }

  @Test
  void runOnce_countersStandStill_isMarkedAndReceivesNothingMore() throws Exception {
    bothMove();
    String before = world.annotations("a").get(CPU);
    moves("a", 0);
    run(START + 31 * MINUTE, 0.9, 0.5);

    assertThat(world.annotations("a"))
        .containsEntry(FROZEN_SINCE, time(START + 3 * MINUTE - 45 * SECOND))
        .containsEntry(CPU, before)
        .doesNotContainKey(STALE_SINCE);
    assertThat(world.sent.stream().filter(patch -> patch.node().equals("a")))
        .as("its readings, its maximum, and one for the mark")
        .hasSize(3);
    assertThat(isMarked("b")).isFalse();
    assertThat(world.reading("b", CPU).orElseThrow().value()).isEqualTo(0.5);
    assertThat(world.metrics.frozenNodes.get()).isEqualTo(1);
    assertThat(world.metrics.staleNodes.get()).isZero();
    assertThat(world.lost(CPU, LossCause.FROZEN)).isPositive();
    assertThat(world.lost(CPU_MAX, LossCause.FROZEN)).isPositive();
  }

  @Test
  void runOnce_aSweep_asksOnceForAllNodes() throws Exception {
    bothMove();
    world.asked.clear();
    run(START + 4 * MINUTE, 0.3, 0.3);

    assertThat(world.asked).containsOnlyOnce(MOVING, World.TIMES);
  }

  @Test
  void runOnce_movesAgain_comesBackAfterAWindowAndItsMaximumIsUntouched() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 10 * MINUTE, 0.9, 0.3);
    moves("a", 8);
    run(START + 14 * MINUTE, 0.9, 0.3); // seen at 12; the mean still has still samples in it
    assertThat(isMarked("a")).isTrue();
    assertThat(world.reading("a", CPU).orElseThrow().value()).isEqualTo(0.3);
    run(START + 31 * MINUTE, 0.35, 0.3);

    assertThat(isMarked("a")).isFalse();
    assertThat(world.reading("a", CPU).orElseThrow().value()).isEqualTo(0.35);
    assertThat(world.reading("a", CPU_MAX).orElseThrow().value()).isLessThan(0.4);
    assertThat(world.metrics.frozenNodes.get()).isZero();
  }

  @Test
  void runOnce_stopsMovingAgainInBetween_waitsAnew() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 5 * MINUTE, 0.9, 0.3);
    moves("a", 8);
    run(START + 8 * MINUTE, 0.9, 0.3);
    moves("a", 0);
    run(START + 11 * MINUTE, 0.9, 0.3);
    moves("a", 8);
    run(START + 17 * MINUTE, 0.9, 0.3); // seen at 12
    assertThat(isMarked("a")).isTrue();
    run(START + 19 * MINUTE, 0.3, 0.3);
    assertThat(isMarked("a")).isFalse();
  }

  @Test
  void runOnce_newLeader_waitsAWindowOfItsOwn() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 5 * MINUTE, 0.9, 0.3);
    moves("a", 8);
    run(START + 10 * MINUTE, 0.9, 0.3); // seen at 6
    world.leads = false;
    run(START + 10 * MINUTE + 15 * SECOND, 0.9, 0.3);
    world.leads = true;
    run(START + 13 * MINUTE, 0.9, 0.3);
    assertThat(isMarked("a")).isTrue();
    run(START + 20 * MINUTE, 0.3, 0.3);
    assertThat(isMarked("a")).isFalse();
  }

  @Test
  void runOnce_countersHaveJustAppeared_isJudgedByNothingAndReadAsEver() throws Exception {
    world.addNodes("a", "b");
    moves("b", 12);
    run(START + MINUTE, 0.3, 0.3);

    assertThat(isMarked("a")).isFalse();
    assertThat(world.reading("a", CPU)).isPresent();
  }

  @Test
  void runOnce_movementNotKnown_staysWhatItWas() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 5 * MINUTE, 0.9, 0.3);
    unknown("a");
    unknown("b");
    run(START + 20 * MINUTE, 0.9, 0.4);

    assertThat(isMarked("a")).isTrue();
    assertThat(isMarked("b")).isFalse();
    assertThat(world.reading("b", CPU).orElseThrow().value()).isEqualTo(0.4);
  }

  @Test
  void runOnce_queryFails_readsOnAndKeepsMarks() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 5 * MINUTE, 0.9, 0.3);
    world.fail(MOVING, Cause.TIMEOUT);
    run(START + 20 * MINUTE, 0.9, 0.4);

    assertThat(isMarked("a")).isTrue();
    assertThat(world.reading("b", CPU).orElseThrow().value()).isEqualTo(0.4);
  }

  @Test
  void runOnce_valueIsNoNumber_isNotKnown() throws Exception {
    bothMove();
    moves("b", Double.NaN);
    run(START + 20 * MINUTE, 0.3, 0.4);

    assertThat(isMarked("b")).isFalse();
    assertThat(world.reading("b", CPU).orElseThrow().value()).isEqualTo(0.4);
  }

  @Test
  void runOnce_aCounterGoesBack_isAMove() throws Exception {
    bothMove();
    moves("b", -40); // a query of the user's own, over a restart
    run(START + 20 * MINUTE, 0.3, 0.4);

    assertThat(isMarked("b")).isFalse();
  }

  @Test
  void runOnce_switchedOff_asksNothingAndTakesOldMarksAway() throws Exception {
    world.addNodes("a");
    world.nodes.put("a", World.node("a", Map.of(FROZEN_SINCE, time(START - MINUTE))));
    world.measure(CPU, "a", 0.3);
    Annotator off = world.annotator(policy, catalogue(Optional.empty()), 100);
    world.runUntil(off, START + SECOND);

    assertThat(world.asked).doesNotContain(MOVING);
    assertThat(isMarked("a")).isFalse();
    assertThat(world.reading("a", CPU)).isPresent();
  }

  @Test
  void runOnce_frozenThenStopped_isMarkedStaleToo() throws Exception {
    bothMove();
    moves("a", 0);
    run(START + 5 * MINUTE, 0.9, 0.3);
    unknown("a");
    while (world.now < START + 12 * MINUTE) {
      world.measure(CPU, "b", 0.3);
      world.runUntil(annotator, world.now + 15 * SECOND);
    }

    assertThat(world.annotations("a")).containsKeys(FROZEN_SINCE, STALE_SINCE);
    moves("a", 8);
    run(START + 25 * MINUTE, 0.4, 0.3);
    assertThat(world.annotations("a")).doesNotContainKeys(FROZEN_SINCE, STALE_SINCE);
    assertThat(world.reading("a", CPU).orElseThrow().value()).isEqualTo(0.4);
  }
}

package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.cpuPolicy;
import static dev.ballast.load.LoadAnnotations.ACCEPTING_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.World.Sent;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadAnnotations;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;

final class WakeUpsTest {
  private static final Demand POD = new Demand(0, 0, 0, 0);
  private static final Demand BIG = new Demand(2, 0, 2, 0);
  private static final double ANY = 0;

  private final World world = new World();
  private final Annotator annotator =
      world.annotator(cpuPolicy(), World.catalogue(World.query(CPU)), 50);

  private void runUntil(int second) throws InterruptedException {
    world.runUntil(annotator, START + second * 1000L);
  }

  private void refuse(String... nodes) {
    for (String node : nodes) {
      world.refused.put(node, ANY);
    }
  }

  @Test
  void run_nodeTurns_isWrittenASecondAfterItWasSeen() throws Exception {
    world.addNodes("a", "b");
    refuse("a", "b");
    world.waiting.put("p", POD);
    runUntil(10);
    assertThat(world.wakeUps()).isEmpty();
    world.refused.remove("b");
    runUntil(12);
    assertThat(world.wakeUps()).containsExactly("12 b");
    assertThat(world.annotations("b"))
        .containsExactly(Map.entry(ACCEPTING_SINCE, World.time(START + 12_000)));
    assertThat(world.metrics.wakeUps.get()).isEqualTo(1);
  }

  /** A node refuses while a pod waits, and accepts from second 10 on. */
  private void turnWhileAPodWaits() throws Exception {
    world.addNodes("a");
    refuse("a");
    world.waiting.put("p", POD);
    runUntil(10);
    world.refused.clear();
  }

  @Test
  void run_noPodWaits_nothingIsWritten() throws Exception {
    world.addNodes("a");
    refuse("a");
    runUntil(10);
    world.refused.clear();
    runUntil(600);
    assertThat(world.wakeUps()).isEmpty();
  }

  @Test
  void run_podWaitsOn_pausesGrowThenItRests() throws Exception {
    turnWhileAPodWaits();
    runUntil(3600);
    assertThat(world.wakeUps())
        .containsExactly("12 a", "14 a", "18 a", "26 a", "42 a", "74 a", "138 a");
  }

  @Test
  void run_podIsBound_noFurtherWrite() throws Exception {
    turnWhileAPodWaits();
    runUntil(14);
    world.waiting.clear();
    runUntil(3600);
    assertThat(world.wakeUps()).containsExactly("12 a", "14 a");
  }

  @Test
  void run_podIsBoundBeforeTheDelayIsOver_nothingIsWritten() throws Exception {
    turnWhileAPodWaits();
    runUntil(11);
    world.waiting.clear();
    runUntil(3600);
    assertThat(world.wakeUps()).isEmpty();
  }

  @Test
  void run_nodeRefusesAgain_restsUntilItAcceptsAgain() throws Exception {
    turnWhileAPodWaits();
    runUntil(11);
    refuse("a");
    runUntil(30);
    assertThat(world.wakeUps()).isEmpty();
    world.refused.clear();
    runUntil(34);
    assertThat(world.wakeUps()).containsExactly("32 a", "34 a");
  }

  @Test
  void run_manyNodesTurnAtOnce_oneEachSecond() throws Exception {
    world.addNodes("a", "b", "c", "d");
    refuse("a", "b", "c", "d");
    world.waiting.put("p", POD);
    runUntil(10);
    world.refused.clear();
    runUntil(20);
    assertThat(world.wakeUps()).containsExactly("12 a", "13 b", "14 c", "15 d", "17 d");
  }

  @Test
  void run_turnedNodeRefusesBeforeItsTurn_isLeftOut() throws Exception {
    world.addNodes("a", "b", "c");
    refuse("a", "b", "c");
    world.waiting.put("p", POD);
    runUntil(10);
    world.refused.clear();
    runUntil(12);
    refuse("b");
    runUntil(13);
    assertThat(world.wakeUps()).containsExactly("12 a", "13 c");
  }

  @Test
  void run_nodeTurnsWhilePausesAreLong_isWrittenSoonAndPausesAreShortAgain() throws Exception {
    world.addNodes("a", "b");
    refuse("a", "b");
    world.waiting.put("p", POD);
    runUntil(10);
    world.refused.remove("a");
    runUntil(80);
    world.refused.remove("b");
    runUntil(90);
    assertThat(world.wakeUps())
        .containsExactly("12 a", "14 a", "18 a", "26 a", "42 a", "74 a", "82 b", "84 b", "88 b");
  }

  @Test
  void run_podBeginsToWaitThoughANodeAccepts_isWoken() throws Exception {
    world.addNodes("a", "b");
    refuse("a");
    runUntil(10);
    world.waiting.put("p", POD);
    runUntil(12);
    assertThat(world.wakeUps()).containsExactly("12 b");
  }

  @Test
  void run_anotherPodBeginsToWaitAfterTheRest_isWoken() throws Exception {
    world.addNodes("a");
    world.waiting.put("p", POD);
    runUntil(600);
    int before = world.wakeUps().size();
    world.waiting.put("q", POD);
    runUntil(602);
    assertThat(world.wakeUps()).hasSize(before + 1).last().isEqualTo("602 a");
  }

  @Test
  void run_nodeTurnsForTheSmallerPodOnly_isWrittenForEachWhenItTurns() throws Exception {
    world.addNodes("a");
    refuse("a");
    world.waiting.put("p", POD);
    world.waiting.put("q", BIG);
    runUntil(10);
    world.refused.put("a", 1.0); // room for less than one core
    runUntil(12);
    world.waiting.remove("p");
    runUntil(60);
    assertThat(world.wakeUps()).containsExactly("12 a");
    world.refused.clear();
    runUntil(62);
    assertThat(world.wakeUps()).containsExactly("12 a", "62 a");
  }

  @Test
  void run_manyKindsOfPods_theLeastDemandingAreLookedAt() throws Exception {
    world.addNodes("a");
    world.refused.put("a", 0.5);
    for (int i = 0; i < 100; i++) {
      world.waiting.put("p" + i, new Demand(0, 0, 0.01 * (100 - i), 0));
    }
    runUntil(2);
    assertThat(world.wakeUps()).containsExactly("1 a");
  }

  @Test
  void run_leadershipLost_forgetsAndTheNextLeaderBeginsAnew() throws Exception {
    turnWhileAPodWaits();
    runUntil(11);
    world.leads = false;
    runUntil(60);
    assertThat(world.wakeUps()).isEmpty();
    world.leads = true;
    runUntil(62);
    assertThat(world.wakeUps()).containsExactly("61 a");
  }

  @Test
  void run_writeFails_isNotTriedAgainBeforeTheNext() throws Exception {
    turnWhileAPodWaits();
    world.outcome = NodePatcher.Outcome.FAILED;
    runUntil(16);
    assertThat(world.wakeUps()).containsExactly("12 a", "14 a");
    assertThat(world.metrics.pendingPatches.get()).isZero();
  }

  @Test
  void run_rateIsUsedUp_waitsBehindLoad() throws Exception {
    Annotator slow = world.annotator(cpuPolicy(), World.catalogue(World.query(CPU)), 1);
    world.addNodes("a", "b", "c", "d");
    world.waiting.put("p", POD);
    for (String node : world.nodes.keySet()) {
      world.measure(CPU, node, 0.9); // a first reading over its limit is urgent
    }
    world.runUntil(slow, START + 6000);
    assertThat(world.sent.subList(0, 4)).allMatch(patch -> patch.annotations().containsKey(CPU));
    assertThat(world.wakeUps()).isNotEmpty();
  }

  /**
   * What happens in a stretch of time.
   *
   * @param millis how long it lasts
   * @param refused nodes that are refused
   * @param waiting number of pods that wait
   * @param leads whether the process leads
   */
  record Step(int millis, List<String> refused, int waiting, boolean leads) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 5000),
            Arbitraries.of("a", "b", "c").list().uniqueElements(),
            Arbitraries.integers().between(0, 3),
            Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.just(true)), Tuple.of(1, Arbitraries.just(false))))
        .as(Step::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  @Property(tries = 300)
  void run_anyHistory_atMostOneASecondAndOnlyForWaitingPods(@ForAll("steps") List<Step> steps)
      throws InterruptedException {
    new WakeUpsTest().check(steps); // a property's tries share their instance
  }

  private void check(List<Step> steps) throws InterruptedException {
    world.addNodes("a", "b", "c");
    for (Step step : steps) {
      world.refused.clear();
      refuse(step.refused().toArray(String[]::new));
      world.waiting.clear();
      IntStream.range(0, step.waiting()).forEach(i -> world.waiting.put("p" + i, POD));
      world.leads = step.leads();
      int before = world.sent.size();
      world.runUntil(annotator, world.now + step.millis());
      List<Sent> sent = world.sent.subList(before, world.sent.size());
      if (step.waiting() == 0 || !step.leads()) {
        assertThat(sent).isEmpty();
      }
      assertThat(sent).noneMatch(patch -> step.refused().contains(patch.node()));
    }
    for (int i = 1; i < world.sent.size(); i++) {
      assertThat(world.sent.get(i).millis() - world.sent.get(i - 1).millis())
          .isGreaterThanOrEqualTo(1000);
    }
    assertThat(world.sent)
        .allSatisfy(
            patch ->
                assertThat(patch.annotations().get(LoadAnnotations.ACCEPTING_SINCE))
                    .isEqualTo(Optional.of(World.time(patch.millis()))));
  }
}

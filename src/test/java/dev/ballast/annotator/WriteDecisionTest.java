package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.MEM;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.minutes;
import static dev.ballast.annotator.World.text;
import static dev.ballast.annotator.World.time;
import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.load.Measurement;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cpu and memory every 3 minutes, so with a life of 8; limit of cpu 0.65. */
final class WriteDecisionTest {
  private static final long MINUTE = 60_000;
  private static final long NOW = START;
  private static final long NONE = Long.MIN_VALUE;

  private final WriteDecision decision =
      new WriteDecision(
          World.policy(
              List.of(minutes(CPU, 3), minutes(MEM, 3)),
              new PredicatePolicy(CPU, 0.65),
              new PredicatePolicy(MEM, 0)),
          World.TEXTS,
          0.01);

  private static Map<String, Measurement> readings(double cpu) {
    return Map.of(CPU, new Measurement(cpu, NOW - 5_500));
  }

  private Optional<Write> fresh(double cpu, String... annotations) {
    return decision.whenFresh(node(annotations), readings(cpu), NOW);
  }

  private static AnnotatedNode node(String... annotations) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < annotations.length; i += 2) {
      map.put(annotations[i], annotations[i + 1]);
    }
    return World.node("a", map);
  }

  @ParameterizedTest
  @CsvSource({
    "0.41, 0.40, true",
    "0.39, 0.40, true",
    "0.40999, 0.40, false",
    "0.40, 0.40, false",
    "0.29, 0.30, true"
  })
  void whenFresh_moved_isWrittenFromMinChangeOn(double now, double then, boolean written) {
    Optional<Write> write = fresh(now, CPU, text(then, NOW - 3 * MINUTE));
    assertThat(write.isPresent()).isEqualTo(written);
    write.ifPresent(w -> assertThat(w.urgent()).isFalse());
  }

  @Test
  void whenFresh_written_carriesValueAndSampleTime() {
    assertThat(fresh(0.41283).orElseThrow().annotations())
        .containsExactly(Map.entry(CPU, Optional.of(text(0.41283, NOW - 6_000))));
  }

  @ParameterizedTest
  @CsvSource({"0.645, 0.651", "0.651, 0.645"})
  void whenFresh_verdictChanges_isUrgentThoughLittleMoved(double then, double now) {
    assertThat(fresh(now, CPU, text(then, NOW - 3 * MINUTE)).orElseThrow().urgent()).isTrue();
  }

  @Test
  void whenFresh_overByLessThanTheTextTells_isNotOver() {
    assertThat(fresh(0.650001, CPU, text(0.65, NOW - 3 * MINUTE))).isEmpty();
  }

  @Test
  void whenFresh_overALimitThatIsOff_isNotUrgent() {
    Map<String, Measurement> memory = Map.of(MEM, new Measurement(0.9, NOW));
    assertThat(
            decision
                .whenFresh(node(MEM, text(0.1, NOW - 3 * MINUTE)), memory, NOW)
                .orElseThrow()
                .urgent())
        .isFalse();
  }

  @Test
  void whenFresh_theOldReadingIsStale_isUrgentAsReadersHaveNothing() {
    assertThat(fresh(0.7, CPU, text(0.7, NOW - 8 * MINUTE)).orElseThrow().urgent()).isTrue();
    assertThat(fresh(0.6, CPU, text(0.6, NOW - 8 * MINUTE)).orElseThrow().urgent()).isTrue();
    assertThat(fresh(0.6, CPU, text(0.5, NOW - 2 * MINUTE)).orElseThrow().urgent()).isFalse();
  }

  @Test
  void whenFresh_halfTheLifeIsOver_isWritten() {
    assertThat(fresh(0.4, CPU, text(0.4, NOW - 4 * MINUTE + 1000))).isEmpty();
    assertThat(fresh(0.4, CPU, text(0.4, NOW - 4 * MINUTE)))
        .hasValueSatisfying(
            write -> assertThat(write.deadlineMillis()).isEqualTo(NOW + 4 * MINUTE));
  }

  @Test
  void whenFresh_wouldNotOutliveTheNextSweep_isWritten() {
    WriteDecision shortLived =
        new WriteDecision(
            World.policy(
                List.of(new SyncPolicy(CPU, Duration.ofMinutes(3), Duration.ofMinutes(6)))),
            World.TEXTS,
            0.01);
    AnnotatedNode node = node(CPU, text(0.4, NOW - 150_000)); // 3.5 minutes are left
    assertThat(shortLived.whenFresh(node, readings(0.4), NOW)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0.4",
        "x,2026-11-22T12:00:00Z",
        "NaN,2026-11-22T12:00:00Z",
        "-0.1,2026-11-22T12:00:00Z",
        "7,2026-11-22T12:00:00Z",
        "0.4,2026-11-22T20:00:00Z"
      })
  void whenFresh_unreadableOrImplausibleText_isWritten(String text) {
    assertThat(fresh(0.4, CPU, text)).isPresent();
  }

  @Test
  void whenFresh_sameTextAgain_isNotWritten() {
    String text = text(0.4, NOW - 5 * MINUTE);
    Map<String, Measurement> same = Map.of(CPU, World.TEXTS.parse(text).orElseThrow());
    assertThat(decision.whenFresh(node(CPU, text), same, NOW)).isEmpty();
  }

  @Test
  void whenFresh_oneMetricMoved_takesAllReadingsAlong() {
    Map<String, Measurement> both =
        Map.of(CPU, new Measurement(0.4, NOW), MEM, new Measurement(0.5, NOW));
    AnnotatedNode node = node(CPU, text(0.4, NOW - 3 * MINUTE), MEM, text(0.1, NOW - 3 * MINUTE));
    assertThat(decision.whenFresh(node, both, NOW).orElseThrow().annotations())
        .containsOnlyKeys(CPU, MEM);
  }

  @Test
  void whenFresh_marked_removesTheMarkerWithTheReadings() {
    Write write =
        fresh(0.4, CPU, text(0.4, NOW - MINUTE), STALE_SINCE, time(NOW - 30_000)).orElseThrow();
    assertThat(write.annotations())
        .containsEntry(STALE_SINCE, Optional.empty())
        .containsEntry(CPU, Optional.of(text(0.4, NOW - 6_000)));
    assertThat(write.urgent()).isTrue();
  }

  @Test
  void whenFresh_markedButNoReading_keepsTheMarker() {
    assertThat(decision.whenFresh(node(STALE_SINCE, time(NOW - MINUTE)), Map.of(), NOW)).isEmpty();
  }

  @Test
  void whenFresh_readingOfTheMarkersSecond_waits() {
    assertThat(fresh(0.4, STALE_SINCE, time(NOW - 6_000))).isEmpty();
    assertThat(fresh(0.4, STALE_SINCE, time(NOW - 7_000))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "2026-11-22T20:00:00Z"})
  void whenFresh_markerUnreadableOrFarAhead_isRemoved(String marker) {
    assertThat(fresh(0.4, STALE_SINCE, marker).orElseThrow().annotations())
        .containsEntry(STALE_SINCE, Optional.empty());
  }

  @Test
  void whenFrozen_unmarked_isMarkedAtOnceAndKeepsItsReadings() {
    AnnotatedNode node = node(CPU, text(0.4, NOW - 5 * MINUTE));
    Write write = decision.whenFrozen(node, new SampleState.Frozen(NOW - 45_000)).orElseThrow();
    assertThat(write.annotations())
        .containsExactly(Map.entry(FROZEN_SINCE, Optional.of(time(NOW - 45_000))));
    assertThat(write.urgent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cold", "2026-11-22T11:00:00Z"})
  void whenFrozen_marked_isNotWrittenAgain(String marker) {
    assertThat(
            decision.whenFrozen(node(FROZEN_SINCE, marker), new SampleState.Frozen(NOW - 45_000)))
        .isEmpty();
  }

  @Test
  void whenFresh_wasFrozen_isWrittenThoughNothingMovedAndTheMarkerGoes() {
    Write write =
        fresh(0.4, CPU, text(0.4, NOW - MINUTE), FROZEN_SINCE, time(NOW - 3 * MINUTE))
            .orElseThrow();
    assertThat(write.annotations())
        .containsEntry(FROZEN_SINCE, Optional.empty())
        .containsEntry(CPU, Optional.of(text(0.4, NOW - 6_000)))
        .doesNotContainKey(STALE_SINCE);
    assertThat(write.urgent()).isTrue();
  }

  @Test
  void whenFresh_wasFrozenAndStopped_bothMarkersGo() {
    assertThat(
            fresh(0.4, FROZEN_SINCE, time(NOW - 9 * MINUTE), STALE_SINCE, time(NOW - 5 * MINUTE))
                .orElseThrow()
                .annotations())
        .containsEntry(FROZEN_SINCE, Optional.empty())
        .containsEntry(STALE_SINCE, Optional.empty());
  }

  @Test
  void whenFresh_wasFrozenButNoReading_keepsTheMarker() {
    assertThat(decision.whenFresh(node(FROZEN_SINCE, time(NOW)), Map.of(), NOW)).isEmpty();
  }

  @Test
  void whenStale_unmarked_marksWithTheNewestSample() {
    AnnotatedNode node = node(CPU, text(0.4, NOW - 5 * MINUTE));
    Write write =
        decision
            .whenStale(node, new SampleState.Stale(NOW - 3 * MINUTE - 300), NONE, NOW)
            .orElseThrow();
    assertThat(write.annotations())
        .containsExactly(Map.entry(STALE_SINCE, Optional.of(time(NOW - 3 * MINUTE - 300))));
    assertThat(write.urgent()).isTrue();
  }

  @Test
  void whenStale_carriedReadingIsNewer_marksWithItsTime() {
    AnnotatedNode node = node(CPU, text(0.4, NOW - MINUTE), MEM, text(0.4, NOW - 2 * MINUTE));
    assertThat(
            decision
                .whenStale(node, new SampleState.Stale(NOW - 3 * MINUTE), NONE, NOW)
                .orElseThrow()
                .annotations())
        .containsEntry(STALE_SINCE, Optional.of(time(NOW - MINUTE)));
  }

  @Test
  void whenStale_sentReadingIsNotSeenYet_marksWithItsTime() {
    AnnotatedNode node = node(CPU, text(0.4, NOW - 2 * MINUTE));
    assertThat(
            decision
                .whenStale(node, new SampleState.Stale(NOW - 3 * MINUTE), NOW - MINUTE, NOW)
                .orElseThrow()
                .annotations())
        .containsExactly(Map.entry(STALE_SINCE, Optional.of(time(NOW - MINUTE))));
  }

  @Test
  void whenStale_marked_isNotWrittenAgain() {
    AnnotatedNode node =
        node(CPU, text(0.4, NOW - 5 * MINUTE), STALE_SINCE, time(NOW - 4 * MINUTE));
    assertThat(decision.whenStale(node, new SampleState.Stale(NOW - 3 * MINUTE), NONE, NOW))
        .isEmpty();
  }

  @Test
  void whenStale_markerBelowAReading_isRaised() {
    AnnotatedNode node =
        node(CPU, text(0.4, NOW - 3 * MINUTE), STALE_SINCE, time(NOW - 4 * MINUTE));
    assertThat(decision.whenStale(node, new SampleState.Stale(NOW - 4 * MINUTE), NONE, NOW))
        .hasValueSatisfying(
            write ->
                assertThat(write.annotations())
                    .containsEntry(STALE_SINCE, Optional.of(time(NOW - 3 * MINUTE))));
  }

  @Test
  void whenStale_readingFarAhead_isTakenAway() {
    AnnotatedNode node = node(CPU, text(0.4, NOW + 60 * MINUTE));
    assertThat(
            decision
                .whenStale(node, new SampleState.Stale(NOW - 3 * MINUTE), NONE, NOW)
                .orElseThrow()
                .annotations())
        .containsOnly(
            Map.entry(CPU, Optional.empty()),
            Map.entry(STALE_SINCE, Optional.of(time(NOW - 3 * MINUTE))));
  }
}

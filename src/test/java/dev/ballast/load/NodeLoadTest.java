package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NodeLoadTest {
  private static final long NOW = 1_795_348_800_000L;
  private static final MetricTable TABLE =
      Loads.table(
          SyncPolicy.of("a", Duration.ofMinutes(1)), SyncPolicy.of("b", Duration.ofHours(1)));

  @Test
  void state_withoutReading_isMissing() {
    var load = NodeLoad.builder(TABLE).build();

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(load.value(0)).isNaN();
    assertThat(load.isFresh(0, NOW)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, FRESH",
    "360000, FRESH",
    "479999, FRESH",
    "480000, STALE",
    "480001, STALE",
    "86400000, STALE",
    "-1, FRESH",
    "-119999, FRESH",
    "-120000, FRESH",
    "-120001, IMPLAUSIBLE",
    "-28800000, IMPLAUSIBLE"
  })
  void state_byAge_changesAtTheMillisecond(long ageMillis, ReadingState expected) {
    assertThat(at(0.5, NOW - ageMillis).state(0, NOW)).isEqualTo(expected);
  }

  @Test
  void state_otherMetric_hasALifeOfItsOwn() {
    var load =
        NodeLoad.builder(TABLE)
            .reading(0, new Measurement(0.1, NOW - 480_000))
            .reading(1, new Measurement(0.2, NOW - 480_000))
            .build();

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.STALE);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.FRESH);
    assertThat(load.state(1, NOW - 480_000 + 4_020_000)).isEqualTo(ReadingState.STALE);
    assertThat(load.value(1)).isEqualTo(0.2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0, -0.0, Double.MIN_VALUE, 0.5, 1.0, 1.5})
  void state_plausibleValue_isFresh(double value) {
    assertThat(at(value, NOW).state(0, NOW)).isEqualTo(ReadingState.FRESH);
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        -1e-9,
        -Double.MIN_VALUE,
        1.5000001,
        41.0
      })
  void state_otherValue_isImplausibleAtAnyAge(double value) {
    assertThat(at(value, NOW).state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(at(value, NOW - 86_400_000).state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(at(value, NOW).isFresh(0, NOW)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"-1, FRESH", "0, STALE", "1, STALE", "60000, STALE"})
  void state_samplesStopped_isStaleForReadingsUpToThen(long afterReading, ReadingState expected) {
    long time = NOW - 10_000;
    var load =
        NodeLoad.builder(TABLE)
            .reading(0, new Measurement(0.5, time))
            .staleSince(time + afterReading)
            .build();

    assertThat(load.state(0, NOW)).isEqualTo(expected);
  }

  @Test
  void state_samplesStopped_leavesImplausibleAndMissingAsTheyAre() {
    var load = NodeLoad.builder(TABLE).reading(0, new Measurement(-1, NOW)).staleSince(NOW).build();

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.MISSING);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 2",
    "2, 419999, 2",
    "2, 420000, 0",
    "2, -120000, 2",
    "2, -120001, 0",
    "0, 0, 0",
    "-3, 0, 0",
    "NaN, 0, 0",
    "Infinity, 0, 0",
    "0.5, 0, 0.5"
  })
  void hotValue_byValueAndAge_countsOnlyWhenFreshAndPositive(
      double value, long ageMillis, double expected) {
    var load = NodeLoad.builder(TABLE).hotValue(new Measurement(value, NOW - ageMillis)).build();

    assertThat(load.hotValue(NOW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 359999, FRESH",
    "0, 360000, STALE",
    "0, -1, IMPLAUSIBLE",
    "0, 0, FRESH",
    "600, 959999, FRESH",
    "600, 960000, STALE",
    "600, -600000, FRESH",
    "600, -600001, IMPLAUSIBLE"
  })
  void state_otherClockTolerance_movesBothEnds(long seconds, long ageMillis, ReadingState state) {
    var table = Loads.table(Duration.ofSeconds(seconds), SyncPolicy.of("a", Duration.ofMinutes(1)));
    var load = NodeLoad.builder(table).reading(0, new Measurement(0.5, NOW - ageMillis)).build();

    assertThat(load.state(0, NOW)).isEqualTo(state);
    var hot = NodeLoad.builder(table).hotValue(new Measurement(2, NOW + 1)).build();
    assertThat(hot.hotValue(NOW)).isEqualTo(seconds == 0 ? 0 : 2);
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void staleAfter_bothDialects_haveTheTolerance(Dialect dialect) {
    var policy =
        DynamicSchedulerPolicy.of(
            dialect,
            List.of(),
            List.of(SyncPolicy.of("a", Duration.ofMinutes(3))),
            List.of(),
            List.of(),
            List.of());

    assertThat(MetricTable.of(policy).staleAfterMillis(0)).isEqualTo(600_000);
    assertThat(policy.breaker().silence()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void state_frozenExporter_isImplausibleInAllMetrics() {
    var load =
        NodeLoad.builder(TABLE).reading(0, new Measurement(0.5, NOW)).frozenSince(NOW).build();

    assertThat(load.isFrozen()).isTrue();
    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(load.lastKnown(0)).isEqualTo(0.5);
    assertThat(load.lastKnown(1)).isNaN();
  }

  @Test
  void lastKnown_staleReading_isItsOwn() {
    var before = at(0.9, NOW - 9_000_000);
    var load =
        NodeLoad.builder(TABLE)
            .reading(0, new Measurement(0.4, NOW - 8_000_000))
            .build(before, NOW);

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.STALE);
    assertThat(load.lastKnown(0)).isEqualTo(0.4);
    assertThat(load.lastKnownMillis(0)).isEqualTo(NOW - 8_000_000);
  }

  @ParameterizedTest
  @CsvSource({"NaN, 0", "-1, 0", "41, 0", "0.8, -120001"})
  void lastKnown_implausibleReading_isTheOneBefore(double value, long ageMillis) {
    var before = at(0.3, NOW - 60_000);
    var load =
        NodeLoad.builder(TABLE)
            .reading(0, new Measurement(value, NOW - ageMillis))
            .build(before, NOW);
    var missing = NodeLoad.builder(TABLE).build(load, NOW);

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(load.lastKnown(0)).isEqualTo(0.3);
    assertThat(missing.state(0, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(missing.lastKnown(0)).isEqualTo(0.3);
    assertThat(missing.lastKnownMillis(0)).isEqualTo(NOW - 60_000);
  }

  @Test
  void lastKnown_readingsTakenWhileFrozen_areNone() {
    var tainted = at(0.9, NOW - 10_000);
    var frozen =
        NodeLoad.builder(TABLE)
            .reading(0, new Measurement(0.9, NOW - 10_000))
            .frozenSince(NOW - 20_000)
            .build(tainted, NOW);

    assertThat(frozen.lastKnown(0)).isNaN();
  }

  @Test
  void hotValue_none_isZero() {
    assertThat(NodeLoad.builder(TABLE).build().hotValue(NOW)).isZero();
  }

  @Test
  void build_builderUsedOn_doesNotChangeWhatWasBuilt() {
    var builder = NodeLoad.builder(TABLE).reading(0, new Measurement(0.5, NOW));
    var load = builder.build();
    builder.reading(0, new Measurement(0.9, NOW - 1));

    assertThat(load.value(0)).isEqualTo(0.5);
    assertThat(load.timeMillis(0)).isEqualTo(NOW);
  }

  @Property
  void state_anyReading_isFreshExactlyWhenAllHolds(
      @ForAll double value, @ForAll @LongRange(min = -200_000, max = 520_000) long ageMillis) {
    boolean expected = value >= 0 && value <= 1.5 && ageMillis >= -120_000 && ageMillis < 480_000;

    assertThat(at(value, NOW - ageMillis).isFresh(0, NOW)).isEqualTo(expected);
  }

  private static NodeLoad at(double value, long timeMillis) {
    return NodeLoad.builder(TABLE).reading(0, new Measurement(value, timeMillis)).build();
  }
}

package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    "359999, FRESH",
    "360000, STALE",
    "360001, STALE",
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
            .reading(0, new Measurement(0.1, NOW - 360_000))
            .reading(1, new Measurement(0.2, NOW - 360_000))
            .build();

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.STALE);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.FRESH);
    assertThat(load.state(1, NOW - 360_000 + 3_900_000)).isEqualTo(ReadingState.STALE);
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
    "2, 299999, 2",
    "2, 300000, 0",
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
      @ForAll double value, @ForAll @LongRange(min = -200_000, max = 400_000) long ageMillis) {
    boolean expected = value >= 0 && value <= 1.5 && ageMillis >= -120_000 && ageMillis < 360_000;

    assertThat(at(value, NOW - ageMillis).isFresh(0, NOW)).isEqualTo(expected);
  }

  private static NodeLoad at(double value, long timeMillis) {
    return NodeLoad.builder(TABLE).reading(0, new Measurement(value, timeMillis)).build();
  }
}

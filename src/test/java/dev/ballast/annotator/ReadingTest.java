package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.MetricDefinition.Unit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReadingTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "0.41283, 0.41283", "1.5, 1.5", "1e-9, 1e-9", "-0.0, 0.0"})
  void of_plausibleFraction_isAValue(double value, double fraction) {
    assertThat(Reading.of(value, Unit.FRACTION)).isEqualTo(new Reading.Value(fraction));
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NAN",
    "Infinity, INFINITE",
    "-Infinity, INFINITE",
    "-1e-9, NEGATIVE",
    "-12.5, NEGATIVE",
    "1.500001, TOO_HIGH",
    "41.3, TOO_HIGH",
  })
  void of_noFraction_isLostWithItsCause(double value, LossCause cause) {
    assertThat(Reading.of(value, Unit.FRACTION)).isEqualTo(new Reading.Lost(cause));
  }

  @ParameterizedTest
  @CsvSource({"50, 0.5", "150, 1.5"})
  void of_percent_isConverted(double value, double fraction) {
    assertThat(Reading.of(value, Unit.PERCENT)).isEqualTo(new Reading.Value(fraction));
  }

  @Property
  void of_anyValue_isAPlausibleFractionOrLost(@ForAll double value) {
    if (Reading.of(value, Unit.FRACTION) instanceof Reading.Value reading) {
      assertThat(reading.fraction()).isBetween(0.0, 1.5).isEqualTo(value);
    } else {
      assertThat(value >= 0 && value <= 1.5).isFalse();
    }
  }
}

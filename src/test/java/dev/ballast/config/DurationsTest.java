package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "3m, PT3M",
    "1h30m, PT1H30M",
    "90s, PT1M30S",
    "1.5h, PT1H30M",
    "100ms, PT0.1S",
    "0s, PT0S",
    ".5s, PT0.5S",
    "1.s, PT1S",
    "+3m, PT3M",
    "250us, PT0.00025S",
    "250\u00b5s, PT0.00025S",
    "250\u03bcs, PT0.00025S",
    "1ns, PT0.000000001S",
    "0.1ns, PT0S",
    "30m1h, PT1H30M",
    "2562047h, PT2562047H"
  })
  void parse_goForm_sameLength(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "'', not a duration",
    "0, without a unit",
    "180, without a unit",
    "1h30, without a unit",
    "1d, a day is 24h",
    "3 m, is not a unit",
    "3M, is not a unit",
    "m, not a duration",
    ".s, not a duration",
    "1.2.3s, without a unit",
    "-3m, negative",
    "+, not a duration",
    "2562048h, longer than 292 years",
    "99999999999999999999h, longer than 292 years"
  })
  void parse_otherText_saysWhatToWrite(String text, String message) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Property
  void format_anyMillis_parsesBack(@ForAll @LongRange(min = 0, max = 1L << 42) long millis) {
    Duration duration = Duration.ofMillis(millis);
    assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
  }
}

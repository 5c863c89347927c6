package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "+2, 2",
    "007, 7",
    "1.5, 1.5",
    "5., 5",
    ".5, 0.5",
    "100m, 0.1",
    "3400m, 3.4",
    "250000u, 0.25",
    "7n, 7e-9",
    "2k, 2e3",
    "3M, 3e6",
    "4G, 4e9",
    "5T, 5e12",
    "6P, 6e15",
    "7E, 7e18",
    "1Ki, 1024",
    "1.5Mi, 1572864",
    "8Gi, 8589934592",
    "2Ti, 2199023255552",
    "1Pi, 1125899906842624",
    "1Ei, 1152921504606846976",
    "12e6, 12e6",
    "12E6, 12e6",
    "1e+3, 1e3",
    "1500e-3, 1.5",
    "0e999999999999, 0",
    "123456789012345678901234567890, 9223372036854775807",
    "9E30, 9223372036854775807",
    "1e999999999999, 9223372036854775807",
    "0.1n, 1e-9",
    "1e-99999, 1e-9",
    "0.000000000000000000000000000001, 1e-9",
    "1.0000000000000000000000000000000, 1"
  })
  void parse_knownForm_isItsValue(String text, double value) {
    assertThat(Quantity.parse(text)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "+",
        "m",
        "Gi",
        "1 ",
        " 1",
        "1K",
        "1ki",
        "1gi",
        "1mi",
        "1ni",
        "1Mii",
        "1MiB",
        "1Mb",
        "1e",
        "1e+",
        "1e3m",
        "1E3Ki",
        "1e1.5",
        "1..2",
        "1.2.3",
        "1,5",
        "0x10",
        "NaN",
        "Infinity",
        "one",
        "1\u0660",
        "++1",
        "1_000"
      })
  void parse_otherText_isRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a quantity: write one such as 500m, 1.5 or 2Gi");
  }

  @Test
  void parse_negative_isRefused() {
    assertThatThrownBy(() -> Quantity.parse("-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("negative: ");
  }

  @Property
  void parse_decimal_isNearestToTheExactValue(@ForAll @LongRange(min = 1) long nanos) {
    var exact = BigDecimal.valueOf(nanos, 9);

    assertThat(Quantity.parse(nanos + "n")).isCloseTo(exact.doubleValue(), within(ulps(exact)));
    assertThat(Quantity.parse(exact.toPlainString()))
        .isCloseTo(exact.doubleValue(), within(ulps(exact)));
  }

  private static double ulps(BigDecimal value) {
    return 2 * Math.ulp(value.doubleValue());
  }
}

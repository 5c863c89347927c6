package dev.ballast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
  @Test
  void median_ofAnOddNumber_isTheMiddleValue() {
    assertThat(Arithmetic.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
  }

  @Test
  void median_ofAnEvenNumber_isTheMeanOfTheMiddleTwo() {
    assertThat(Arithmetic.median(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(3);
  }

  @Test
  void quantile_isTheNearestRank() {
    var values = List.of(40.0, 10.0, 30.0, 20.0);
    assertThat(Arithmetic.quantile(values, 0.5)).isEqualTo(20);
    assertThat(Arithmetic.quantile(values, 0.51)).isEqualTo(30);
    assertThat(Arithmetic.quantile(values, 0.99)).isEqualTo(40);
    assertThat(Arithmetic.quantile(values, 1e-9)).isEqualTo(10);
  }

  @Test
  void median_ofNothing_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Arithmetic.median(List.of()));
  }

  @Property
  void median_isBetweenTheExtremes(
      @ForAll @NotEmpty List<@DoubleRange(min = 0, max = 1e6) Double> values) {
    assertThat(Arithmetic.median(values))
        .isBetween(Arithmetic.quantile(values, 1e-9), Arithmetic.quantile(values, 1));
  }
}

package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SimilarTest {
  @ParameterizedTest
  @CsvSource({"period, period, 0", "perido, period, 1", "perod, period, 1", "abc, '', 3"})
  void distance_words_lettersThatDiffer(String a, String b, int distance) {
    assertThat(Similar.distance(a, b)).isEqualTo(distance);
    assertThat(Similar.distance(b, a)).isEqualTo(distance);
  }

  @Test
  void to_misspelt_nearest() {
    assertThat(Similar.to("WIEGHT", List.of("height", "weight"))).contains("weight");
  }

  @Test
  void to_farFromAll_none() {
    assertThat(Similar.to("colour", List.of("name", "period"))).isEmpty();
  }

  @Test
  void to_veryLong_notCompared() {
    assertThat(Similar.to("a".repeat(1 << 20), List.of("a".repeat(1 << 20)))).isEmpty();
  }
}

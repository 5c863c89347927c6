package dev.ballast.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.RankingPolicy.Spread;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScaleTest {
  @ParameterizedTest
  @CsvSource({
    "10, 0, 0",
    "10, 4, 0",
    "10, 5, 1",
    "10, 14, 1",
    "10, 15, 2",
    "10, 94, 9",
    "10, 95, 10",
    "10, 100, 10",
    "100, 0, 0",
    "100, 57, 57",
    "100, 100, 100",
    "25, 50, 13",
    "25, 49, 12"
  })
  void sent_absolute_isTheNearestStep(int max, int score, int expected) {
    assertThat(new Scale(Spread.ABSOLUTE, max).sent(new int[] {score})).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'80 79 78 60', '10 10 9 0'", // 20 points, 2 a step
    "'80 75 70 65', '10 8 5 3'", // closer together: the scale stays 20 points long
    "'90 60 30', '10 5 0'",
    "'50', '10'",
    "'0 0', '10 10'",
    "'5 0', '10 8'"
  })
  void sent_candidates_fromTheBestDownToTheWorst(String scores, String expected) {
    assertThat(new Scale(Spread.CANDIDATES, 10).sent(ints(scores))).isEqualTo(ints(expected));
  }

  @Test
  void sent_nothing_isNothing() {
    for (var spread : Spread.values()) {
      assertThat(new Scale(spread, 10).sent(new int[0])).isEmpty();
    }
  }

  @Property
  void sent_anyScores_keepsTheirOrderWithinTheScale(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 100) Integer> list,
      @ForAll Spread spread,
      @ForAll @IntRange(min = 10, max = 100) int max) {
    int[] scores = list.stream().mapToInt(s -> s).toArray();

    int[] sent = new Scale(spread, max).sent(scores);

    for (int i = 0; i < scores.length; i++) {
      assertThat(sent[i]).isBetween(0, max);
      for (int j = 0; j < scores.length; j++) {
        assertThat(scores[i] < scores[j] && sent[i] > sent[j]).isFalse();
        assertThat(scores[i] == scores[j] && sent[i] != sent[j]).isFalse();
      }
    }
  }

  @Property
  void sent_candidates_lessThanTwoPointsBehindTheBestIsTheSame(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 100) Integer> list) {
    int[] scores = list.stream().mapToInt(s -> s).toArray();
    int best = Arrays.stream(scores).max().orElseThrow();

    int[] sent = new Scale(Spread.CANDIDATES, 10).sent(scores);

    for (int i = 0; i < scores.length; i++) {
      assertThat(best - scores[i] >= 2 || sent[i] == 10).isTrue();
    }
  }

  private static int[] ints(String text) {
    return Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
  }
}

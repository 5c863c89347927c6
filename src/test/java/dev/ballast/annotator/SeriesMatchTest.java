package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.config.MetricDefinition.NodeMatch.By;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SeriesMatchTest {
  private static final NodeIndex INDEX =
      NodeIndex.of(
          List.of(
              new AnnotatedNode("a", List.of("10.0.0.1"), List.of(), Map.of()),
              new AnnotatedNode("b", List.of("10.0.0.2"), List.of(), Map.of()),
              new AnnotatedNode("c", List.of("10.0.0.3"), List.of(), Map.of()),
              new AnnotatedNode("d", List.of("10.0.0.3"), List.of(), Map.of())),
          By.ANY);

  private static InstantAnswer answer(Sample... samples) {
    return new InstantAnswer(Instant.EPOCH, List.of(samples), 2);
  }

  @Test
  void single_seriesOfEachKind_areSortedAndCounted() {
    SeriesMatch match =
        SeriesMatch.single(
            answer(
                new Sample("10.0.0.1:1", 0.1),
                new Sample("10.0.0.2:1", 0.2),
                new Sample("10.0.0.2:2", 0.3),
                new Sample("10.0.0.3:1", 0.4),
                new Sample("c", 0.5),
                new Sample("x", 1),
                new Sample("y", 1),
                new Sample("z", 1),
                new Sample("zz", 1)),
            INDEX);
    assertThat(match.values()).containsExactly(Map.entry("a", 0.1));
    assertThat(match.lost())
        .containsOnly(
            Map.entry("b", LossCause.SEVERAL_SERIES),
            Map.entry("c", LossCause.SHARED_SERIES),
            Map.entry("d", LossCause.SHARED_SERIES));
    assertThat(match.matched()).isEqualTo(4);
    assertThat(match.unmatched()).isEqualTo(4);
    assertThat(match.unlabelled()).isEqualTo(2);
    assertThat(match.unmatchedExamples()).containsExactly("x", "y", "z");
  }

  @Test
  void single_sameValueTwice_isLostToo() {
    SeriesMatch match =
        SeriesMatch.single(answer(new Sample("a", 0.1), new Sample("a:9", 0.1)), INDEX);
    assertThat(match.values()).isEmpty();
  }

  @Test
  void largest_severalSeries_givesTheLargest() {
    SeriesMatch match =
        SeriesMatch.largest(
            answer(
                new Sample("a", 3),
                new Sample("a:1", 9),
                new Sample("a:2", 4),
                new Sample("b", 1),
                new Sample("b:1", Double.NaN)),
            INDEX);
    assertThat(match.values()).containsOnly(Map.entry("a", 9.0), Map.entry("b", Double.NaN));
    assertThat(match.lost()).isEmpty();
  }
}

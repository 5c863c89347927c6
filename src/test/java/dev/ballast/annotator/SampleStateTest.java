package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.annotator.SampleState.Fresh;
import dev.ballast.annotator.SampleState.Lost;
import dev.ballast.annotator.SampleState.Stale;
import dev.ballast.config.MetricDefinition.NodeMatch.By;
import dev.ballast.config.SampleTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SampleStateTest {
  /** An hour of lookback, stale after two minutes. */
  private static final SampleTimes TIMES = World.catalogue().sampleTimes();

  private static final long NOW = World.START;
  private static final double SECONDS = NOW / 1e3;

  private static SampleState state(boolean carriesLoad, Double... seconds) {
    List<Sample> samples = new ArrayList<>();
    for (Double each : seconds) {
      samples.add(new Sample("a", each));
    }
    List<AnnotatedNode> nodes = List.of(World.node("a", Map.of()));
    SeriesMatch match =
        SeriesMatch.largest(
            new InstantAnswer(Instant.ofEpochMilli(NOW), samples, 0), NodeIndex.of(nodes, By.ANY));
    return List.copyOf(SampleState.of(match, NOW, TIMES, nodes, node -> carriesLoad).values())
        .get(0);
  }

  @Test
  void of_youngSample_isFreshAtItsTime() {
    assertThat(state(false, SECONDS - 15.25)).isEqualTo(new Fresh(NOW - 15_250));
    assertThat(state(false, SECONDS - 120)).isEqualTo(new Fresh(NOW - 120_000));
  }

  @Test
  void of_severalSamples_takesTheNewest() {
    assertThat(state(false, SECONDS - 300, SECONDS - 15, SECONDS - 40))
        .isEqualTo(new Fresh(NOW - 15_000));
  }

  @Test
  void of_oldSample_isStaleSinceItsTime() {
    assertThat(state(false, SECONDS - 121)).isEqualTo(new Stale(NOW - 121_000));
  }

  @Test
  void of_noSampleThoughLoadIsCarried_isStaleSinceTheLookback() {
    assertThat(state(true)).isEqualTo(new Stale(NOW - 3_600_000));
  }

  @Test
  void of_noSampleAndNothingCarried_isLost() {
    assertThat(state(false)).isEqualTo(new Lost(LossCause.NO_SAMPLE_TIME));
  }

  @Test
  void of_timeAhead_isLostBeyondTwoMinutes() {
    assertThat(state(true, SECONDS + 120)).isEqualTo(new Fresh(NOW + 120_000));
    assertThat(state(true, SECONDS + 121, SECONDS))
        .isEqualTo(new Lost(LossCause.SAMPLE_TIME_AHEAD));
  }

  @Test
  void of_noTime_isLost() {
    assertThat(state(true, Double.NaN, SECONDS))
        .isEqualTo(new Lost(LossCause.SAMPLE_TIME_IMPLAUSIBLE));
    assertThat(state(true, -1.0)).isEqualTo(new Lost(LossCause.SAMPLE_TIME_IMPLAUSIBLE));
    assertThat(state(true, Double.POSITIVE_INFINITY))
        .isEqualTo(new Lost(LossCause.SAMPLE_TIME_IMPLAUSIBLE));
  }
}

package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaxWindowTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long BUCKET = 300_000;
  private static final long T = 1_000 * BUCKET;

  @ParameterizedTest
  @CsvSource({"PT24H, PT5M", "PT1H, PT5M", "PT2M, PT10S", "PT30S, PT2.5S"})
  void bucket_window_isFiveMinutesOrATwelfth(Duration window, Duration bucket) {
    assertThat(MaxWindow.bucket(window)).isEqualTo(bucket);
  }

  @Test
  void maximum_lessThanATenthKnown_isMissing() {
    MaxWindow window = new MaxWindow(HOUR);
    window.feed("a", T, 0.5);
    assertThat(window.maximum("a", T)).isEmpty(); // 5 of 60 minutes
    window.feed("a", T + BUCKET, 0.25);
    assertThat(window.maximum("a", T + BUCKET)).hasValue(0.5);
    assertThat(window.maximum("b", T)).isEmpty();
  }

  @Test
  void maximum_peakLeavesWithItsBucket() {
    MaxWindow window = new MaxWindow(HOUR);
    window.feed("a", T, 0.875);
    long now = T;
    for (int i = 1; i <= 12; i++) {
      now = T + i * BUCKET;
      window.feed("a", now, 0.25);
    }
    assertThat(window.maximum("a", now + BUCKET - 1)).hasValue(0.875);
    assertThat(window.maximum("a", now + BUCKET)).hasValue(0.25);
  }

  @Test
  void maximum_silenceOfAWindow_isMissing() {
    MaxWindow window = new MaxWindow(HOUR);
    for (int i = 0; i < 12; i++) {
      window.feed("a", T + i * BUCKET, 0.5);
    }
    assertThat(window.maximum("a", T + 30 * BUCKET)).isEmpty();
  }

  @Test
  void retain_nodeGone_forgetsIt() {
    MaxWindow window = new MaxWindow(HOUR);
    for (String node : List.of("a", "b")) {
      window.feed(node, T, 0.5);
      window.feed(node, T + BUCKET, 0.5);
    }
    window.retain(Set.of("b"));
    assertThat(window.maximum("a", T)).isEmpty();
    assertThat(window.newestMillis("a")).isEqualTo(Long.MIN_VALUE);
    assertThat(window.maximum("b", T)).hasValue(0.5);
  }

  record Fed(long millis, float value) {}

  @Provide
  Arbitrary<List<Fed>> readings() {
    Arbitrary<Fed> reading =
        Combinators.combine(
                Arbitraries.longs().between(0, 40 * BUCKET), Arbitraries.floats().between(0, 1.5f))
            .as((offset, value) -> new Fed(T + offset, value));
    return reading.list().ofMaxSize(60);
  }

  /** In any order of time, as history comes after the first live readings. */
  @Property
  void maximum_anyReadings_equalsANaiveModel(@ForAll("readings") List<Fed> readings) {
    MaxWindow window = new MaxWindow(HOUR);
    long newest = T;
    for (Fed each : readings) {
      window.feed("a", each.millis(), each.value());
      newest = Math.max(newest, each.millis());
    }
    long now = newest;
    Set<Long> buckets = new HashSet<>();
    double max = -1;
    for (Fed each : readings) {
      long bucket = each.millis() / BUCKET;
      if ((bucket + 1) * BUCKET > now - HOUR.toMillis()) {
        buckets.add(bucket);
        max = Math.max(max, each.value());
      }
    }
    OptionalDouble expected = buckets.size() >= 2 ? OptionalDouble.of(max) : OptionalDouble.empty();
    assertThat(window.maximum("a", now)).isEqualTo(expected);
  }
}

package dev.ballast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.metrics.Metrics;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BucketHistogramTest {
  private static final String TEXT =
      """
      # TYPE t histogram
      t_bucket{verb="filter",le="1.0E-4"} 50
      t_bucket{verb="filter",le="2.0E-4"} 90
      t_bucket{verb="filter",le="0.001"} 100
      t_bucket{verb="filter",le="+Inf"} 100
      t_bucket{verb="prioritize",le="1.0E-4"} 10
      t_bucket{verb="prioritize",le="2.0E-4"} 10
      t_bucket{verb="prioritize",le="0.001"} 10
      t_bucket{verb="prioritize",le="+Inf"} 20
      t_count{verb="filter"} 100
      """;
  private static final BucketHistogram FILTER = BucketHistogram.parse(TEXT, "t", "verb=\"filter\"");

  @Test
  void quantile_isInterpolatedWithinItsBucket() {
    assertThat(FILTER.quantile(0.5)).isCloseTo(100e-6, within(1e-12));
    assertThat(FILTER.quantile(0.7)).isCloseTo(150e-6, within(1e-12));
    assertThat(FILTER.quantile(0.95)).isCloseTo(600e-6, within(1e-12));
  }

  @Test
  void quantile_aboveAllFiniteEdges_isTheHighestOfThem() {
    assertThat(BucketHistogram.parse(TEXT, "t", "verb=\"prioritize\"").quantile(0.99))
        .isEqualTo(0.001);
  }

  @Test
  void quantile_ofNoCalls_isNoNumber() {
    assertThat(BucketHistogram.parse("", "t", "").quantile(0.5)).isNaN();
    assertThat(FILTER.since(FILTER).quantile(0.5)).isNaN();
    assertThat(FILTER.since(FILTER).most()).isNaN();
  }

  @Test
  void parse_withoutLabels_addsAllSeries() {
    assertThat(BucketHistogram.parse(TEXT, "t", "").count()).isEqualTo(120);
  }

  @Test
  void since_leavesWhatCameAfterwards() {
    var later =
        BucketHistogram.parse(
            TEXT.replace("50\n", "51\n").replace("90\n", "91\n").replace("100\n", "101\n"),
            "t",
            "verb=\"filter\"");
    assertThat(later.since(FILTER).count()).isEqualTo(1);
    assertThat(later.since(FILTER).most()).isEqualTo(100e-6);
  }

  @Test
  void most_isTheEdgeThatNoCallExceeded() {
    assertThat(FILTER.most()).isEqualTo(0.001);
    assertThat(BucketHistogram.parse(TEXT, "t", "").most()).isInfinite();
  }

  @Test
  void shareWithin_anEdge_isExact() {
    assertThat(FILTER.shareWithin(200e-6)).isEqualTo(0.9);
  }

  @Test
  void shareWithin_noEdge_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> FILTER.shareWithin(123e-6));
  }

  @Test
  void parse_whatBallastPublishes_hasTheEdgesThatAreReported() throws IOException {
    var metrics = new Metrics();
    metrics.extenderSeconds.labelValues("filter").observe(59e-6);
    metrics.extenderSeconds.labelValues("filter").observe(299e-6);
    var out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, metrics.registry.scrape());
    var calls =
        BucketHistogram.parse(
            out.toString(StandardCharsets.UTF_8), "ballast_extender_seconds", "verb=\"filter\"");
    assertThat(calls.shareWithin(60e-6)).isEqualTo(0.5);
    assertThat(calls.shareWithin(300e-6)).isEqualTo(1);
    assertThat(calls.shareWithin(1e-3)).isEqualTo(1);
    assertThat(calls.most()).isEqualTo(300e-6);
  }
}

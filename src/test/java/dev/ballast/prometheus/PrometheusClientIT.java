package dev.ballast.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ballast.annotator.MetricSource.InstantAnswer;
import dev.ballast.annotator.MetricSource.Sample;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrometheusClientIT {
  @TempDir private static Path folder;
  private static RealPrometheus prometheus;
  private static PrometheusClient client;

  @BeforeAll
  static void start() throws Exception {
    prometheus = RealPrometheus.start(folder, "global: {}\n");
    client = new PrometheusClient(PrometheusConfigs.of(prometheus.url()));
  }

  @AfterAll
  static void stop() {
    client.close();
    prometheus.close();
  }

  private static SourceException failure(ThrowingCallable call) {
    SourceException e = catchThrowableOfType(SourceException.class, call);
    assertThat(e).isNotNull();
    return e;
  }

  private static String labelled(String value, String label) {
    return "label_replace(vector(" + value + "), \"instance\", \"" + label + "\", \"\", \"\")";
  }

  @Test
  void query_vector_givesLabelsValuesAndTheServersTime() throws Exception {
    InstantAnswer answer =
        client.query(
            labelled("0.25", "a") + " or " + labelled("NaN", "b") + " or vector(1)", "instance");
    assertThat(answer.samples())
        .containsExactlyInAnyOrder(new Sample("a", 0.25), new Sample("b", Double.NaN));
    assertThat(answer.unlabelled()).isEqualTo(1);
    Instant servers =
        Instant.ofEpochMilli((long) (client.queryNumber("time()").orElseThrow() * 1000));
    assertThat(Duration.between(answer.evaluatedAt(), servers))
        .isBetween(Duration.ZERO, Duration.ofSeconds(30));
  }

  @Test
  void query_infinities_areRead() throws Exception {
    assertThat(client.query(labelled("1/0", "a"), "instance").samples())
        .containsExactly(new Sample("a", Double.POSITIVE_INFINITY));
    assertThat(client.query(labelled("-1/0", "a"), "instance").samples())
        .containsExactly(new Sample("a", Double.NEGATIVE_INFINITY));
  }

  @Test
  void query_nothing_isEmpty() throws Exception {
    assertThat(client.query("nothing", "instance").samples()).isEmpty();
    assertThat(client.queryNumber("count(nothing)")).isEmpty();
  }

  @Test
  void query_wrongQuery_givesPrometheusText() {
    SourceException e = failure(() -> client.query("sum(", "instance"));
    assertThat(e.reason()).isEqualTo(Cause.HTTP_STATUS);
    assertThat(e.httpStatus()).isEqualTo(400);
    assertThat(e).hasMessageContaining("parse error");
  }

  @Test
  void query_executionFails_is422() {
    SourceException e =
        failure(
            () ->
                client.query(
                    labelled("1", "a")
                        + " + on() ("
                        + labelled("1", "b")
                        + " or "
                        + labelled("1", "c")
                        + ")",
                    "instance"));
    assertThat(e.httpStatus()).isEqualTo(422);
  }

  @Test
  void query_scalarOrMatrix_isBadShape() {
    assertThat(failure(() -> client.query("1", "instance")).reason()).isEqualTo(Cause.BAD_SHAPE);
    assertThat(failure(() -> client.query("up[1m]", "instance")).reason())
        .isEqualTo(Cause.BAD_SHAPE);
  }

  @Test
  void query_otherPath_is404() {
    try (PrometheusClient wrong =
        new PrometheusClient(PrometheusConfigs.of(prometheus.url() + "/prefix"))) {
      assertThat(failure(() -> wrong.query("up", "instance")).httpStatus()).isEqualTo(404);
    }
  }

  @Test
  void queryRange_matrix_givesEachStep() throws Exception {
    List<String> seen = new ArrayList<>();
    client.queryRange(
        labelled("time()", "a"),
        "instance",
        Instant.ofEpochSecond(600),
        Instant.ofEpochSecond(1200),
        Duration.ofMinutes(5),
        (label, millis, value) -> seen.add(label + " " + millis + " " + value));
    assertThat(seen).containsExactly("a 600000 600.0", "a 900000 900.0", "a 1200000 1200.0");
  }

  @Test
  void queryRange_tooManyPoints_isRefused() {
    SourceException e =
        failure(
            () ->
                client.queryRange(
                    "vector(1)",
                    "instance",
                    Instant.ofEpochSecond(0),
                    Instant.ofEpochSecond(20_000),
                    Duration.ofSeconds(1),
                    (label, millis, value) -> {}));
    assertThat(e.httpStatus()).isEqualTo(400);
    assertThat(e).hasMessageContaining("11,000");
  }

  @Test
  void queryNumber_scalarOrOneSeries_isTheNumber() throws Exception {
    assertThat(client.queryNumber("42")).hasValue(42);
    assertThat(client.queryNumber("sum(" + labelled("7", "a") + ")")).hasValue(7);
  }
}

package dev.ballast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The table in the README is the list of all metrics: names, types and labels. */
@NullMarked
final class MetricsTableTest {
  private static final Pattern ROW =
      Pattern.compile("\\| `(ballast_\\w+)` \\| (\\w+) \\| ([\\w, ]*)\\| .+ \\|");
  private static final Pattern IN_ALERTS = Pattern.compile("\\bballast_\\w+");
  private static final int MOST_LABELS = 4;

  /** What a row says: type and label names. */
  private record Described(String type, Set<String> labels) {}

  private static Map<String, Described> table() throws IOException {
    var rows = new TreeMap<String, Described>();
    for (String line : Files.readAllLines(Path.of("README.md"))) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels =
            Stream.of(row.group(3).split(",", -1))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rows.put(row.group(1), new Described(row.group(2), labels)))
            .as("second row of " + row.group(1))
            .isNull();
      }
    }
    return rows;
  }

  /** What the registry holds, once each metric has a data point. */
  private static Map<String, Described> registered() throws IllegalAccessException {
    var metrics = new Metrics();
    for (Field field : Metrics.class.getFields()) {
      if (field.get(metrics) instanceof Counter counter) {
        touch(counter::labelValues);
      } else if (field.get(metrics) instanceof Gauge gauge) {
        touch(gauge::labelValues);
      } else if (field.get(metrics) instanceof Histogram histogram) {
        touch(histogram::labelValues);
      }
    }
    var registered = new TreeMap<String, Described>();
    for (MetricSnapshot snapshot : metrics.registry.scrape()) {
      boolean counter = snapshot instanceof CounterSnapshot;
      String type =
          counter ? "counter" : snapshot instanceof HistogramSnapshot ? "histogram" : "gauge";
      Set<String> labels = new TreeSet<>();
      assertThat(snapshot.getDataPoints()).as(snapshot.getMetadata().getName()).isNotEmpty();
      for (Label label : snapshot.getDataPoints().get(0).getLabels()) {
        labels.add(label.getName());
      }
      registered.put(
          snapshot.getMetadata().getName() + (counter ? "_total" : ""),
          new Described(type, labels));
    }
    return registered;
  }

  /** Gives a metric a data point, whatever the number of its labels is. */
  private static void touch(Consumer<String[]> labelValues) {
    for (int labels = 0; labels <= MOST_LABELS; labels++) {
      try {
        labelValues.accept(Collections.nCopies(labels, "any").toArray(String[]::new));
        return;
      } catch (IllegalArgumentException e) {
        // it has another number of labels
      }
    }
    throw new AssertionError("more than " + MOST_LABELS + " labels");
  }

  @Test
  void table_eachMetric_hasARowWithItsTypeAndLabels() throws Exception {
    assertThat(table()).isEqualTo(registered());
  }

  @Test
  void alerts_eachMetricTheyAskFor_isInTheTable() throws IOException {
    List<String> asked = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("deploy/prometheus/alerts.yaml"))) {
      var matcher = IN_ALERTS.matcher(line);
      while (matcher.find()) {
        asked.add(matcher.group().replaceAll("_(bucket|sum|count)$", ""));
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(table().keySet()).containsAll(asked);
  }
}

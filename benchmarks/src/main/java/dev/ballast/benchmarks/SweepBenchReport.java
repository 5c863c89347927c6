package dev.ballast.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All figures of a run, as they were measured. Immutable.
 *
 * @param setup what was measured, on what
 * @param notes what a reader has to know of it
 * @param idle Prometheus, kube-apiserver and etcd before the annotator started
 * @param first from the start of the annotator's process until as many patches as nodes were
 *     written
 * @param still sweeps while loads stand still
 * @param moving sweeps while the loads of all nodes move
 * @param memory the annotator after a garbage collection, sweep by sweep
 * @param prometheusPeakMiB the most resident memory of Prometheus
 * @param prometheusIdleMiB its resident memory before the annotator started
 * @param crane what crane's way needed for the sample
 */
record SweepBenchReport(
    Map<String, String> setup,
    List<String> notes,
    SweepBenchInterval idle,
    @JsonProperty("first") SweepBenchInterval first,
    List<SweepBenchInterval> still,
    List<SweepBenchInterval> moving,
    List<SweepBenchAnnotator.Memory> memory,
    double prometheusPeakMiB,
    double prometheusIdleMiB,
    SweepBenchCrane.Cost crane,
    SweepBenchCrane.Cost craneForAll) {

  /** Writes everything as JSON. */
  void writeJson(Path file) {
    try {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException("JSON to " + file, e);
    }
  }

  /** The figures as Markdown. */
  String markdown() {
    var out = new StringBuilder();
    setup.forEach(
        (key, value) -> out.append("- ").append(key).append(": ").append(value).append('\n'));
    notes.forEach(note -> out.append("- ").append(note).append('\n'));
    var stillMedian = SweepBenchInterval.median(still);
    var movingMedian = SweepBenchInterval.median(moving);
    out.append("\n| | first sweep | steady, loads stand still | steady, all loads move |\n");
    out.append("|---|---|---|---|\n");
    var row = new Rows(out, List.of(first, stillMedian, movingMedian));
    row.add("queries", "%.0f", SweepBenchInterval::queries);
    row.add("patches written", "%.0f", SweepBenchInterval::patches);
    row.add("bytes of patches", "%.0f", SweepBenchInterval::patchBytes);
    row.add("Ballast CPU, s", "%.2f", SweepBenchInterval::ballastCpu);
    row.add("wall time of the sweep, s", "%.2f", SweepBenchInterval::sweepSeconds);
    row.add("wall time measured, s", "%.0f", SweepBenchInterval::seconds);
    row.add("Prometheus CPU, s", "%.2f", SweepBenchInterval::prometheusCpu);
    row.add("... without its idle use", "%.2f", i -> i.without(idle).prometheusCpu());
    row.add("kube-apiserver CPU, s", "%.2f", i -> i.without(idle).apiserverCpu());
    row.add("etcd CPU, s", "%.2f", i -> i.without(idle).etcdCpu());
    out.append(
        line(
            "\nPrometheus: %.0f MiB resident before the annotator starts, %.0f MiB at most after;"
                + " scrapes and rules use %.2f CPU s a second.\n",
            prometheusIdleMiB, prometheusPeakMiB, idle.prometheusCpu() / idle.seconds()));
    memory(out);
    crane(out, movingMedian);
    return out.toString();
  }

  private void memory(StringBuilder out) {
    out.append("\n| sweep | resident after GC, MiB | heap after GC, MiB |\n|---|---|---|\n");
    for (int i = 0; i < memory.size(); i++) {
      var each = memory.get(i);
      out.append(line("| %d | %.1f | %.1f |\n", i + 1, each.residentMiB(), each.heapMiB()));
    }
  }

  private void crane(StringBuilder out, SweepBenchInterval ours) {
    out.append(
        line(
            "\nOne sweep of %d metrics beside crane's way, run for %d nodes and scaled to %d:\n\n",
            crane.metrics(), crane.nodes(), craneForAll.nodes()));
    out.append("| | queries | Prometheus CPU, s | wall time, s |\n|---|---|---|---|\n");
    out.append(
        line(
            "| crane's way, %d nodes | %d | %.2f | %.2f |\n",
            crane.nodes(), crane.queries(), crane.prometheusCpu(), crane.seconds()));
    out.append(
        line(
            "| scaled to %d nodes | %d | %.1f | %.1f |\n",
            craneForAll.nodes(),
            craneForAll.queries(),
            craneForAll.prometheusCpu(),
            craneForAll.seconds()));
    out.append(
        line(
            "| Ballast | %.0f | %.2f | %.2f |\n",
            ours.queries(), ours.without(idle).prometheusCpu(), ours.sweepSeconds()));
    out.append(
        line(
            "\ncrane patches each metric by itself: %d patches where Ballast writes at most one a"
                + " node. That is computed, not run.\n",
            craneForAll.nodes() * craneForAll.metrics()));
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Rows of a table with one column an interval. */
  private record Rows(StringBuilder out, List<SweepBenchInterval> columns) {
    void add(String name, String format, ToDoubleFunction<SweepBenchInterval> figure) {
      out.append("| ").append(name).append(" |");
      for (var column : columns) {
        out.append(' ').append(line(format, figure.applyAsDouble(column))).append(" |");
      }
      out.append('\n');
    }
  }
}

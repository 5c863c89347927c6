package dev.ballast.benchmarks;

import dev.ballast.benchmarks.SchedulerRun.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Medians and ratios of the runs of all variants. Immutable. */
final class SchedulerReport {
  /**
   * A variant over all rounds.
   *
   * @param podsPerSecond the median
   * @param least the slowest round
   * @param most the fastest round
   * @param toStock the median as a share of that of no extender; NaN when that did not run
   * @param toCeiling the same, of the ceiling of the same shortlist
   * @param toNoop the same, of the Go extender
   */
  record Row(
      String variant,
      double podsPerSecond,
      double least,
      double most,
      double toStock,
      double toCeiling,
      double toNoop,
      double schedulerCpuSeconds,
      double extenderCpuSeconds,
      double serverCpuSeconds,
      double p50Micros,
      double p99Micros,
      double mostMicros) {}

  private final Map<String, List<Figures>> byVariant = new LinkedHashMap<>();

  SchedulerReport(List<Figures> figures) {
    for (var run : figures) {
      byVariant.computeIfAbsent(run.variant(), v -> new ArrayList<>()).add(run);
    }
  }

  List<Row> rows() {
    return byVariant.keySet().stream().map(this::row).toList();
  }

  private Row row(String label) {
    var runs = byVariant.getOrDefault(label, List.of());
    var rates = runs.stream().map(Figures::podsPerSecond).toList();
    return new Row(
        label,
        Arithmetic.median(rates),
        Arithmetic.quantile(rates, 1e-9),
        Arithmetic.quantile(rates, 1),
        ratio(label, "stock"),
        ratio(label, Variant.parse(label).ceiling().label()),
        ratio(label, "noop"),
        median(runs, Figures::schedulerCpuSeconds),
        median(runs, Figures::extenderCpuSeconds),
        median(runs, Figures::serverCpuSeconds),
        median(runs, run -> run.extender().p50Micros()),
        median(runs, run -> run.extender().p99Micros()),
        median(runs, run -> run.extender().mostMicros()));
  }

  /** The ratio of two medians; NaN when the other did not run. */
  private double ratio(String label, String other) {
    var ours = rate(label);
    var theirs = rate(other);
    return ours.isPresent() && theirs.isPresent()
        ? ours.getAsDouble() / theirs.getAsDouble()
        : Double.NaN;
  }

  private OptionalDouble rate(String label) {
    var runs = byVariant.get(label);
    return runs == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(median(runs, Figures::podsPerSecond));
  }

  private static double median(List<Figures> runs, ToDoubleFunction<Figures> figure) {
    return Arithmetic.median(runs.stream().map(figure::applyAsDouble).toList());
  }

  /** A table in Markdown. */
  String table() {
    var text = new StringBuilder();
    text.append(
        """
        | variant | pods/s, median (least to most) | of stock | of the ceiling | of noop \
        | CPU s: scheduler | extender | apiserver + etcd | call in the extender: p50 | p99 | max |
        |---|---|---|---|---|---|---|---|---|---|---|
        """);
    for (var row : rows()) {
      boolean called = row.mostMicros() > 0;
      boolean shortens = Variant.parse(row.variant()).kind().shortens();
      text.append(
          "| %s | %.0f (%.0f to %.0f) | %s | %s | %s | %.1f | %s | %.1f | %s | %s | %s |%n"
              .formatted(
                  row.variant(),
                  row.podsPerSecond(),
                  row.least(),
                  row.most(),
                  share(row.toStock()),
                  shortens ? share(row.toCeiling()) : "",
                  share(row.toNoop()),
                  row.schedulerCpuSeconds(),
                  called ? "%.1f".formatted(row.extenderCpuSeconds()) : "",
                  row.serverCpuSeconds(),
                  called ? micros(row.p50Micros()) : "",
                  called ? micros(row.p99Micros()) : "",
                  called ? micros(row.mostMicros()) : ""));
    }
    return text.toString();
  }

  private static String share(double ratio) {
    return Double.isNaN(ratio) ? "" : "%.2f".formatted(ratio);
  }

  /** A time for readers; what is above the highest edge of a histogram has no upper bound. */
  static String micros(double micros) {
    if (Double.isInfinite(micros)) {
      return "over the last edge";
    }
    return micros >= 1000 ? "%.1f ms".formatted(micros / 1000) : "%.0f us".formatted(micros);
  }
}

package dev.ballast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.benchmarks.SchedulerRun.Figures;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class SchedulerReportTest {
  private static Figures run(String variant, int round, double podsPerSecond) {
    return new Figures(
        variant, round, podsPerSecond, 10, 5, 2, 8, new Extender.Work(600, 1, 50, 90, 200));
  }

  private static SchedulerReport.Row row(SchedulerReport report, String variant) {
    return report.rows().stream()
        .filter(row -> row.variant().equals(variant))
        .findFirst()
        .orElseThrow(NoSuchElementException::new);
  }

  @Test
  void rows_areRatiosOfMediansToTheirOwnCeiling() {
    var report =
        new SchedulerReport(
            List.of(
                run("stock", 1, 400),
                run("stock", 2, 390),
                run("stock", 3, 100),
                run("ceiling", 1, 260),
                run("ceiling-16", 1, 300),
                run("ballast", 1, 234),
                run("ballast-16", 1, 285)));
    assertThat(row(report, "stock").podsPerSecond()).isEqualTo(390);
    assertThat(row(report, "stock").least()).isEqualTo(100);
    assertThat(row(report, "stock").most()).isEqualTo(400);
    assertThat(row(report, "ballast").toStock()).isCloseTo(0.6, within(1e-9));
    assertThat(row(report, "ballast").toCeiling()).isCloseTo(0.9, within(1e-9));
    assertThat(row(report, "ballast-16").toCeiling()).isCloseTo(0.95, within(1e-9));
  }

  @Test
  void rows_withoutTheOther_haveNoRatio() {
    var report = new SchedulerReport(List.of(run("ballast", 1, 234)));
    assertThat(row(report, "ballast").toStock()).isNaN();
    assertThat(row(report, "ballast").toNoop()).isNaN();
    assertThat(report.table()).contains("| ballast | 234 (234 to 234) |  |  |  |");
  }
}

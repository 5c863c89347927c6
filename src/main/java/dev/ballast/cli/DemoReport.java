package dev.ballast.cli;

import dev.ballast.simulate.SideSummary;
import dev.ballast.simulate.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the demo says at its end. Immutable.
 *
 * @param summary the simulation's sums
 * @param medianCall the median time of an extender call
 */
record DemoReport(Summary summary, Duration medianCall) {
  private static final double ROUNDING = 0.05;

  /** The summary table and what to try next; lines without line ends, under 80 columns. */
  List<String> lines(DemoPaint paint) {
    var blind = summary.loadBlind();
    var ballast = summary.withBallast();
    var lines = new ArrayList<String>();
    lines.add(
        paint.bold(
            " %-42s %11s %13s"
                .formatted(
                    "After %.0f simulated minutes, seed %d, %d nodes"
                        .formatted(summary.simulatedMinutes(), summary.seed(), summary.nodes()),
                    "load-blind",
                    "with Ballast")));
    lines.add(compared(paint, "hot node-minutes, true CPU over 65 %", SideSummary::hotNodeMinutes));
    lines.add(
        row(
            "  without any pod these would be",
            number(summary.unavoidableHotNodeMinutes()),
            number(summary.unavoidableHotNodeMinutes())));
    lines.add(compared(paint, "node-minutes over 80 %", SideSummary::veryHotNodeMinutes));
    lines.add(row("highest CPU of a node", percent(blind.maxCpu()), percent(ballast.maxCpu())));
    lines.add(
        row(
            "core-minutes wanted, but not there",
            number(blind.missingCoreMinutes()),
            number(ballast.missingCoreMinutes())));
    lines.add(row("pods that came", count(blind.arrived()), count(ballast.arrived())));
    lines.add(row("  placed", count(blind.placed()), count(ballast.placed())));
    lines.add(
        row(
            "pod-minutes spent waiting",
            number(blind.waitingPodMinutes()),
            number(ballast.waitingPodMinutes())));
    lines.add(
        row(
            "  while every node with room was refused",
            number(blind.refusedPodMinutes()),
            number(ballast.refusedPodMinutes())));
    lines.add("");
    lines.add(
        " Ballast answered %d extender calls over HTTP, %d failed; median %s."
            .formatted(ballast.extenderCalls(), ballast.failedCalls(), time(medianCall)));
    lines.add(" Same nodes, pods and scheduler on both sides. A simulation, not a benchmark.");
    lines.add("");
    lines.addAll(next(paint));
    return lines;
  }

  private static List<String> next(DemoPaint paint) {
    return List.of(
        paint.bold(" What to try next"),
        "   java -jar target/ballast.jar demo --seed 2     another cluster, other pods",
        "   java -jar target/ballast.jar lint policy/default.yaml     check a policy",
        "   make local-up     a real kube-scheduler and API server on this machine",
        "   README.md         how to install it in a cluster");
  }

  private String compared(DemoPaint paint, String label, ToDoubleFunction<SideSummary> value) {
    double blind = value.applyAsDouble(summary.loadBlind());
    double ballast = value.applyAsDouble(summary.withBallast());
    var row = row(label, number(blind), number(ballast));
    if (blind < ROUNDING) {
      return row;
    }
    var change = " (%+.0f %%)".formatted((ballast / blind - 1) * 100);
    return row + (ballast <= blind ? paint.good(change) : paint.bad(change));
  }

  private static String row(String label, String blind, String ballast) {
    return " %-42s %11s %13s".formatted(label, blind, ballast);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String count(int value) {
    return String.valueOf(value);
  }

  private static String percent(double fraction) {
    return DemoPaint.percent(fraction);
  }

  private static String time(Duration call) {
    return String.format(Locale.ROOT, "%.2f ms", call.toNanos() / 1e6);
  }

  /** The same for machines; its names are the ones of the records. */
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("summary", summary);
    json.put("medianCallMicros", medianCall.toNanos() / 1_000);
    return json;
  }
}

package dev.ballast.cli;

import static dev.ballast.cli.DemoPaint.percent;

import dev.ballast.simulate.Placement;
import dev.ballast.simulate.Scenario;
import dev.ballast.simulate.SideSummary;
import dev.ballast.simulate.SideView;
import dev.ballast.simulate.SimulationView;
import dev.ballast.simulate.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The demo while it runs: a frame of always {@link #HEIGHT} lines under 80 columns, or a line of a
 * table where nothing can be redrawn. Immutable.
 */
record DemoScreen(Scenario scenario, DemoPaint paint) {
  /** Lines of a frame: with the cursor's own line it fits a terminal of 24. */
  static final int HEIGHT = 22;

  private static final int LABEL = 29;
  private static final int COLUMN = 25;
  private static final int STRIP = 24;
  private static final int BAR = 78;
  private static final int REFUSED_LINES = 4;
  private static final int POD = 16;
  private static final int NEWEST_LINES = 4;
  private static final String ROW = "%5s  %-9s %-14s %-14s %-12s %-9s %s";

  /** The lines of a frame, without line ends. */
  List<String> frame(SimulationView view, Summary sums, Duration elapsed) {
    var lines = new ArrayList<String>();
    var time = clock(elapsed) + " of " + clock(scenario.duration());
    var title = "Ballast demo: %d nodes, seed %d".formatted(sums.nodes(), sums.seed());
    lines.add(" " + paint.bold(pad(title, BAR - 18 - time.length())) + "simulated time " + time);
    lines.add(" " + paint.bar((double) elapsed.toMillis() / scenario.duration().toMillis(), BAR));
    lines.add("");
    var blind = view.loadBlind();
    var ballast = view.withBallast();
    lines.add(pad("", LABEL) + paint.bold(pad("load-blind", COLUMN) + "with Ballast"));
    lines.add(
        pad(" true CPU of each node", LABEL)
            + paint.strip(blind.nodeCpu(), SideSummary.HOT, STRIP)
            + " ".repeat(COLUMN - Math.min(STRIP, blind.nodeCpu().size()))
            + paint.strip(ballast.nodeCpu(), SideSummary.HOT, STRIP));
    lines.add(row("mean / highest", blind, ballast, DemoScreen::meanAndMax, SideView::maxCpu));
    lines.add(
        row(
            "hot nodes now, over " + percent(SideSummary.HOT),
            blind,
            ballast,
            s -> String.valueOf(s.hotNodes()),
            s -> s.hotNodes() > 0 ? 1 : 0));
    lines.add(
        plainRow(
            "hot node-minutes so far",
            minutes(sums.loadBlind().hotNodeMinutes()),
            minutes(sums.withBallast().hotNodeMinutes())));
    lines.add(
        plainRow("CPU requested", percent(blind.requestedCpu()), percent(ballast.requestedCpu())));
    lines.add(plainRow("pods placed / waiting", pods(blind), pods(ballast)));
    lines.add("");
    addRefused(lines, view.refused());
    lines.add("");
    addNewest(lines, view.newest());
    while (lines.size() < HEIGHT) {
      lines.add("");
    }
    return lines;
  }

  private String row(
      String label,
      SideView blind,
      SideView ballast,
      Function<SideView, String> text,
      Function<SideView, Number> load) {
    return pad(" " + label, LABEL)
        + paint.load(
            load.apply(blind).doubleValue(), SideSummary.HOT, pad(text.apply(blind), COLUMN))
        + paint.load(load.apply(ballast).doubleValue(), SideSummary.HOT, text.apply(ballast));
  }

  private static String plainRow(String label, String blind, String ballast) {
    return pad(" " + label, LABEL) + pad(blind, COLUMN) + ballast;
  }

  private void addRefused(List<String> lines, List<SimulationView.RefusedNode> refused) {
    int from = lines.size();
    lines.add(
        paint.bold(" Nodes that Ballast refuses now: " + refused.size())
            + paint.dim(refused.isEmpty() ? "" : "   (reading > limit of the policy)"));
    int shown = refused.size() > REFUSED_LINES ? REFUSED_LINES - 1 : refused.size();
    for (var node : refused.subList(0, shown)) {
      lines.add(
          "   %-10s %-22s %s   %s"
              .formatted(
                  node.node(),
                  node.metric(),
                  paint.bad(two(node.value()) + " > " + two(node.limit())),
                  paint.dim("read " + age(node.ageMillis()) + " ago")));
    }
    if (refused.size() > shown) {
      lines.add(paint.dim("   and " + (refused.size() - shown) + " more"));
    }
    while (lines.size() <= from + REFUSED_LINES) {
      lines.add("");
    }
  }

  private void addNewest(List<String> lines, List<SimulationView.NewPod> newest) {
    lines.add(
        paint.bold(pad(" Newest pods", POD))
            + paint.dim(
                pad("asks / uses", LABEL - POD)
                    + "node, and its true CPU just before the pod came"));
    for (var pod : newest.subList(0, Math.min(NEWEST_LINES, newest.size()))) {
      var cores = cores(pod.pod().cpuRequestMillis()) + " / " + cores(pod.pod().cpuUseMillis());
      lines.add(
          pad("   " + pod.pod().name(), POD)
              + pad(cores, LABEL - POD)
              + place(pod.loadBlind())
              + place(pod.withBallast()));
    }
  }

  private String place(Optional<Placement> placement) {
    return placement
        .map(
            p ->
                pad(p.node(), 9)
                    + paint.load(
                        p.cpuLoad(), SideSummary.HOT, pad(percent(p.cpuLoad()), COLUMN - 9)))
        .orElseGet(() -> pad("waits", COLUMN));
  }

  /** The head of the table for output that is not redrawn. */
  String tableHead() {
    var names =
        ROW.formatted(
            " time", "hot nodes", "mean CPU", "highest CPU", "placed", "waiting", "refused");
    return " Each pair is load-blind | with Ballast\n" + names;
  }

  /** A line of that table. */
  String tableRow(SimulationView view, Duration elapsed) {
    var a = view.loadBlind();
    var b = view.withBallast();
    return ROW.formatted(
        clock(elapsed),
        a.hotNodes() + " | " + b.hotNodes(),
        percent(a.meanCpu()) + " | " + percent(b.meanCpu()),
        percent(a.maxCpu()) + " | " + percent(b.maxCpu()),
        a.placed() + " | " + b.placed(),
        a.waiting() + " | " + b.waiting(),
        view.refused().size());
  }

  private static String meanAndMax(SideView side) {
    return percent(side.meanCpu()) + " / " + percent(side.maxCpu());
  }

  private static String pods(SideView side) {
    return side.placed() + " / " + side.waiting();
  }

  static String clock(Duration time) {
    return String.format(Locale.ROOT, "%02d:%02d", time.toHours(), time.toMinutesPart());
  }

  private static String age(long millis) {
    var age = Duration.ofMillis(millis);
    return age.toMinutes() == 0
        ? age.toSeconds() + " s"
        : age.toMinutes() + " min " + age.toSecondsPart() + " s";
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static String minutes(double minutes) {
    return String.format(Locale.ROOT, "%.0f", minutes);
  }

  private static String cores(int millis) {
    return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
  }

  private static String pad(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }
}

package dev.ballast.cli.doctor;

import dev.ballast.annotator.NodeMatching;
import dev.ballast.config.Durations;
import dev.ballast.config.SampleTimes;
import dev.ballast.load.Plausibility;
import dev.ballast.policy.DataPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Do samples of the nodes arrive, and as often as the configuration says? */
final class Sampling {
  static final String SAMPLES = "samples";
  static final String INTERVAL = "scrapeInterval";
  static final String NODE_CLOCKS = "node-clocks";

  /** How far measured and configured interval may differ: scrapes jitter, and some are missed. */
  private static final double FACTOR = 1.5;

  private Sampling() {}

  /**
   * The nodes without samples of late, and what to say of them.
   *
   * @param stopped names of these nodes
   */
  record Samples(Finding finding, Set<String> stopped) {}

  /**
   * What the times of the newest samples say.
   *
   * @param expected names of the nodes that should give samples
   * @param evaluatedMillis Prometheus' clock
   */
  static Samples samples(
      NodeMatching match, Set<String> expected, long evaluatedMillis, SampleTimes times) {
    var stopped = new TreeSet<String>(match.without());
    var future = new TreeSet<String>();
    long oldest = 0;
    for (var time : match.values().entrySet()) {
      long millis = Math.round(time.getValue() * 1000);
      long age = evaluatedMillis - millis;
      if (!Plausibility.isTime(millis, evaluatedMillis, DataPolicy.CLOCK_TOLERANCE.toMillis())) {
        future.add(time.getKey());
      } else if (age > times.staleAfter().toMillis()) {
        stopped.add(time.getKey());
      } else {
        oldest = Math.max(oldest, age);
      }
    }
    stopped.retainAll(expected);
    if (!future.isEmpty()) {
      return new Samples(
          Finding.broken(
              SAMPLES,
              "the newest sample of %s is ahead of Prometheus' clock, as of %s"
                  .formatted(Words.ofNodes(future.size(), expected.size()), Words.some(future)),
              "let sampleTimes answer with seconds since the epoch, and exporters without own"
                  + " timestamps"),
          stopped);
    }
    if (stopped.isEmpty()) {
      return new Samples(
          Finding.ok(
              SAMPLES,
              "of %s, none older than %s"
                  .formatted(
                      Words.count(expected.size(), "node"), Words.span(Duration.ofMillis(oldest)))),
          stopped);
    }
    String seen =
        "stopped or older than %s on %s, as on %s"
            .formatted(
                Words.span(times.staleAfter()),
                Words.ofNodes(stopped.size(), expected.size()),
                Words.some(stopped));
    String advice =
        "start node_exporter there and see Prometheus' targets; label nodes that never have one"
            + " ballast.dev/no-load-data";
    boolean broken = Share.of(stopped.size(), expected.size()) == Status.BROKEN;
    return new Samples(
        broken ? Finding.broken(SAMPLES, seen, advice) : Finding.warning(SAMPLES, seen, advice),
        stopped);
  }

  /** Whether samples are as far apart as the configuration says. */
  static Finding interval(List<Long> sampleMillis, Duration configured, Duration staleAfter) {
    if (sampleMillis.size() < 3) {
      return Finding.skipped(
          INTERVAL, "too few samples to tell their distance", "ask again in a few minutes");
    }
    var distances = new ArrayList<Long>();
    for (int i = 1; i < sampleMillis.size(); i++) {
      distances.add(sampleMillis.get(i) - sampleMillis.get(i - 1));
    }
    distances.sort(null);
    var real = Duration.ofMillis(distances.get(distances.size() / 2));
    String seen =
        "samples are %s apart; prometheus.scrapeInterval is %s"
            .formatted(Words.span(real), Words.span(configured));
    double ratio = (double) real.toMillis() / configured.toMillis();
    if (ratio < FACTOR && ratio > 1 / FACTOR) {
      return Finding.ok(INTERVAL, seen);
    }
    boolean flaps = staleAfter.compareTo(real.multipliedBy(2)) < 0;
    long seconds = Math.max(1, Math.round(real.toMillis() / 1e3));
    String advice =
        "set prometheus.scrapeInterval: " + Durations.format(Duration.ofSeconds(seconds));
    return flaps
        ? Finding.broken(
            INTERVAL, seen + "; nodes count as stopped after " + Words.span(staleAfter), advice)
        : Finding.warning(INTERVAL, seen, advice);
  }

  /**
   * Whether the clocks of the nodes run with the times of their samples; one that stands still is
   * an exporter that is asked but frozen, or cached on the way.
   *
   * @param aheadSeconds how far each node's clock is ahead of its sample's time, by label
   */
  static Finding nodeClocks(Map<String, Double> aheadSeconds, Duration tolerance) {
    if (aheadSeconds.isEmpty()) {
      return Finding.skipped(
          NODE_CLOCKS, "no series node_time_seconds", "turn node_exporter's collector time on");
    }
    var off =
        aheadSeconds.entrySet().stream()
            .filter(e -> !(Math.abs(e.getValue()) <= tolerance.toSeconds()))
            .toList();
    if (off.isEmpty()) {
      return Finding.ok(
          NODE_CLOCKS,
          "%s within %s of their samples"
              .formatted(Words.count(aheadSeconds.size(), "clock"), Words.span(tolerance)));
    }
    var first = off.get(0);
    double seconds = first.getValue();
    String seen =
        "%s off, as of %s: %s %s"
            .formatted(
                Words.count(off.size(), "clock"),
                first.getKey(),
                Words.span(Duration.ofMillis((long) (seconds * 1000))),
                seconds < 0 ? "behind" : "ahead");
    return Finding.warning(
        NODE_CLOCKS, seen, "set the node's clock; when it stands still, restart its node_exporter");
  }
}

package dev.ballast.annotator;

import dev.ballast.annotator.Maxima.Maximum;
import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.NodeMatch.By;
import dev.ballast.config.MetricDefinition.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the maxima of one metric from the source's history, one query a step, so that sweeps and
 * writes go on in between. The newest part comes first. For one thread.
 *
 * <p>The history is cut over time such that raw series times steps of a query stay below a bound; a
 * part that the source refuses all the same is halved, at most four times.
 */
final class HistoryFill {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryFill.class);
  private static final int MAX_HALVINGS = 4;
  private static final int UNPROCESSABLE = 422;

  private final List<Maximum> group;
  private final MetricDefinition base;
  private final Query query;
  private final long bucketMillis;
  private final long steps;
  private final long maxSeriesSteps;
  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean cut;
  private boolean paused;
  private boolean tried;

  /**
   * A part of the history.
   *
   * @param firstBucket number of the first bucket since the epoch
   */
  private record Part(long firstBucket, int buckets, int halvings) {}

  /**
   * A fill that has not begun.
   *
   * @param group maxima of one metric with buckets of one length, at least one
   */
  HistoryFill(List<Maximum> group, long maxSeriesSteps) {
    this.group = List.copyOf(group);
    this.base = group.get(0).base();
    this.query = (Query) base.source();
    this.bucketMillis = group.get(0).bucket().toMillis();
    this.steps =
        group.stream().mapToLong(m -> m.window().toMillis() / bucketMillis).max().orElseThrow();
    this.maxSeriesSteps = maxSeriesSteps;
  }

  /** Names of the maxima that are filled. */
  List<String> maxima() {
    return group.stream().map(Maximum::name).toList();
  }

  /** What it is called in logs and metrics. */
  String name() {
    return "history:" + base.name();
  }

  /** Name of the metric that is sampled. */
  String base() {
    return base.name();
  }

  /** What the labels of its series name. */
  By nodeMatch() {
    return base.node().by();
  }

  /** True when all of the history is in. */
  boolean isComplete() {
    return cut && parts.isEmpty();
  }

  /** True when there is a query to be made now. */
  boolean isReady() {
    return !isComplete() && !paused;
  }

  /** True once all is in or something failed: there is nothing more to wait for. */
  boolean isSettled() {
    return tried;
  }

  /** After a failure: tries again. */
  void resume() {
    paused = false;
  }

  /** Begins anew. */
  void reset() {
    parts.clear();
    cut = false;
    paused = false;
    tried = false;
  }

  /**
   * Makes one query.
   *
   * @param seriesInAnswer series of the metric's last answer; 0 when there was none
   * @throws SourceException when the source fails; it is asked again after {@link #resume}
   */
  void step(MetricSource source, NodeIndex index, int seriesInAnswer, long nowMillis)
      throws SourceException, InterruptedException {
    try {
      if (!cut) {
        cut(rawSeries(source, seriesInAnswer), nowMillis);
      } else if (!parts.isEmpty()) {
        fill(parts.removeFirst(), source, index);
      }
      if (isComplete()) {
        tried = true;
        LOG.info("{} is complete", name());
      }
    } catch (SourceException e) {
      paused = true;
      tried = true;
      throw e;
    }
  }

  private long rawSeries(MetricSource source, int seriesInAnswer)
      throws SourceException, InterruptedException {
    OptionalDouble counted = OptionalDouble.empty();
    if (query.seriesCount().isPresent()) {
      counted = source.queryNumber(query.seriesCount().get());
    }
    double series = counted.orElse(seriesInAnswer);
    if (!(series >= 1 && series <= Integer.MAX_VALUE)) {
      throw new SourceException(
          Cause.BAD_SHAPE,
          "the number of raw series is " + series + ", so there is no history yet to ask for");
    }
    return (long) series;
  }

  private void cut(long series, long nowMillis) {
    int most = (int) Math.max(1, Math.min(steps, maxSeriesSteps / series));
    long end = Math.floorDiv(nowMillis, bucketMillis);
    long first = end - steps + 1;
    for (long last = end; last >= first; last -= most) {
      long from = Math.max(first, last - most + 1);
      parts.addLast(new Part(from, (int) (last - from + 1), 0));
    }
    cut = true;
    LOG.info("{}: {} steps of {} raw series in {} queries", name(), steps, series, parts.size());
  }

  private void fill(Part part, MetricSource source, NodeIndex index)
      throws SourceException, InterruptedException {
    Buffer buffer = new Buffer(index, part, bucketMillis);
    try {
      source.queryRange(
          query.promql(),
          base.node().label(),
          Instant.ofEpochMilli(part.firstBucket() * bucketMillis),
          Instant.ofEpochMilli((part.firstBucket() + part.buckets() - 1) * bucketMillis),
          Duration.ofMillis(bucketMillis),
          buffer);
    } catch (SourceException e) {
      if (!isTooMuch(e) || part.buckets() == 1 || part.halvings() == MAX_HALVINGS) {
        parts.addFirst(part);
        throw e;
      }
      int half = part.buckets() / 2;
      int halvings = part.halvings() + 1;
      parts.addFirst(new Part(part.firstBucket(), half, halvings));
      parts.addFirst(new Part(part.firstBucket() + half, part.buckets() - half, halvings));
      return;
    }
    buffer.into(group, base.unit());
  }

  /** A smaller part may be answered. */
  private static boolean isTooMuch(SourceException e) {
    return switch (e.reason()) {
      case HTTP_STATUS -> e.httpStatus() == UNPROCESSABLE;
      case ERROR_STATUS, TOO_LARGE, TIMEOUT -> true;
      default -> false;
    };
  }

  /** The samples of a part by node, kept until the answer is known to be whole. */
  private static final class Buffer implements MetricSource.RangeSink {
    private final NodeIndex index;
    private final Part part;
    private final long bucketMillis;
    private final Map<String, List<String>> nodesByLabel = new HashMap<>();
    private final Map<String, Line> lines = new HashMap<>();

    /** A node's samples; a step that came twice is uncertain and counts as none. */
    private static final class Line {
      private final double[] values;
      private final BitSet seen = new BitSet();
      private final BitSet twice = new BitSet();

      Line(int buckets) {
        values = new double[buckets];
      }
    }

    Buffer(NodeIndex index, Part part, long bucketMillis) {
      this.index = index;
      this.part = part;
      this.bucketMillis = bucketMillis;
    }

    @Override
    public void accept(String label, long epochMillis, double value) {
      long step = Math.floorDiv(epochMillis, bucketMillis) - part.firstBucket();
      if (step < 0 || step >= part.buckets()) {
        return;
      }
      List<String> nodes = nodesByLabel.computeIfAbsent(label, index::find);
      for (String node : nodes) {
        Line line = lines.computeIfAbsent(node, n -> new Line(part.buckets()));
        int at = (int) step;
        if (nodes.size() > 1 || line.seen.get(at)) {
          line.twice.set(at);
        }
        line.seen.set(at);
        line.values[at] = value;
      }
    }

    void into(List<Maximum> group, MetricDefinition.Unit unit) {
      lines.forEach(
          (node, line) -> {
            line.seen.andNot(line.twice);
            line.seen.stream()
                .forEach(
                    at -> {
                      if (Reading.of(line.values[at], unit) instanceof Reading.Value reading) {
                        long time = (part.firstBucket() + at) * bucketMillis;
                        group.forEach(m -> m.values().feed(node, time, reading.fraction()));
                      }
                    });
          });
    }
  }
}

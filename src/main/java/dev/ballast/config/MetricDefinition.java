package dev.ballast.config;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.Optional;

/**
 * An entry of the metric catalogue: what a metric is and where its values come from.
 *
 * @param name the metric, which is also the key of the node annotation
 * @param source where values come from
 * @param unit unit of the source's values
 * @param resource the resource it measures
 * @param kind what it says about its window
 * @param window length of the window that a value covers
 * @param node how a series finds its node
 */
public record MetricDefinition(
    String name,
    Source source,
    Unit unit,
    Resource resource,
    MetricKind kind,
    Duration window,
    NodeMatch node) {

  /** What it measures. */
  public MetricShape shape() {
    return new MetricShape(resource, kind, window);
  }

  /** Where values come from. */
  public sealed interface Source {}

  /**
   * An instant query that answers with one series a node.
   *
   * @param promql the query
   * @param seriesCount a query that counts the raw series it reads; history is asked for in shards
   *     by that number. Absent: the number of series in the answer is taken
   */
  public record Query(String promql, Optional<String> seriesCount) implements Source {}

  /**
   * The largest value of another metric over the window, kept by the annotator.
   *
   * @param metric the metric of the catalogue that is sampled; its source is a query
   */
  public record MaximumOf(String metric) implements Source {}

  /** Unit of a source's values; annotations are always fractions. */
  public enum Unit {
    FRACTION(1.0),
    PERCENT(0.01);

    private final double factor;

    Unit(double factor) {
      this.factor = factor;
    }

    /** The value as a fraction. */
    public double toFraction(double value) {
      return value * factor;
    }
  }

  /**
   * How a series finds its node: the label that is read, and what its value is compared with.
   *
   * @param label the label, by default {@code instance}
   * @param by what the label's value names; a port after an address or a name is ignored
   */
  public record NodeMatch(String label, By by) {
    /** What a label's value names. */
    public enum By {
      /** The node's InternalIP, else its name, else its Hostname address. */
      ANY,
      INTERNAL_IP,
      NAME
    }

    /** {@code instance}, by address or name. */
    public static final NodeMatch INSTANCE = new NodeMatch("instance", By.ANY);
  }
}

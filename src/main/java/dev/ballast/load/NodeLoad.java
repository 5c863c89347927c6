package dev.ballast.load;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The readings of one node: for each metric of a {@link MetricTable} a value, a fraction of
 * capacity as it was written, and its time. Immutable. Whether a value may be used is a question of
 * the time, so every question takes the clock, milliseconds since the epoch.
 */
public final class NodeLoad {
  /** crane's life of a hot value; the clock tolerance is added. */
  public static final long HOT_VALUE_LIFE_MILLIS = 300_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final MetricTable metrics;
  private final int number;
  private final String name;
  private final NodeFacts facts;
  private final double[] values;
  private final long[] times;
  private final double[] lastValues;
  private final long[] lastTimes;
  private final long staleSinceMillis;
  private final boolean frozen;
  private final double hotValue;
  private final long hotValueMillis;

  private NodeLoad(Builder from, @Nullable NodeLoad before, long nowMillis) {
    metrics = from.metrics;
    number = from.number;
    name = from.name;
    facts = from.facts;
    values = from.values.clone();
    times = from.times.clone();
    staleSinceMillis = from.staleSinceMillis;
    frozen = from.frozen;
    hotValue = from.hotValue;
    hotValueMillis = from.hotValueMillis;
    lastValues = values.clone();
    lastTimes = times.clone();
    for (int i = 0; i < lastValues.length; i++) {
      boolean own =
          Plausibility.isFraction(values[i])
              && isTime(times[i], nowMillis)
              && times[i] <= from.frozenSinceMillis;
      if (!own) {
        lastValues[i] = Double.NaN;
        lastTimes[i] = NEVER;
        if (before != null && before.lastTimes[i] <= from.frozenSinceMillis) {
          lastValues[i] = before.lastValues[i];
          lastTimes[i] = before.lastTimes[i];
        }
      }
    }
  }

  private NodeLoad(NodeLoad of, int number) {
    metrics = of.metrics;
    this.number = number;
    name = of.name;
    facts = of.facts;
    values = of.values;
    times = of.times;
    lastValues = of.lastValues;
    lastTimes = of.lastTimes;
    staleSinceMillis = of.staleSinceMillis;
    frozen = of.frozen;
    hotValue = of.hotValue;
    hotValueMillis = of.hotValueMillis;
  }

  private boolean isTime(long epochMillis, long nowMillis) {
    return Plausibility.isTime(epochMillis, nowMillis, metrics.clockToleranceMillis());
  }

  /** The node's name. */
  public String name() {
    return name;
  }

  /**
   * The node's number in the {@link NodeNames} of the store that made it; {@link NodeNames#NONE}
   * when none did.
   */
  public int number() {
    return number;
  }

  /** The same under another number. */
  NodeLoad numbered(int other) {
    return new NodeLoad(this, other);
  }

  /** What is known of the node besides its load. */
  public NodeFacts facts() {
    return facts;
  }

  /** The metrics whose readings these are. */
  public MetricTable metrics() {
    return metrics;
  }

  /** A builder of a node without readings. */
  public static Builder builder(MetricTable metrics) {
    return new Builder(metrics);
  }

  /** The state of the reading of metric {@code i}. */
  public ReadingState state(int i, long nowMillis) {
    if (frozen) {
      return ReadingState.IMPLAUSIBLE;
    }
    long time = times[i];
    if (time == NEVER) {
      return ReadingState.MISSING;
    }
    if (!Plausibility.isFraction(values[i]) || !isTime(time, nowMillis)) {
      return ReadingState.IMPLAUSIBLE;
    }
    boolean stopped = time <= staleSinceMillis;
    return stopped || nowMillis - time >= metrics.staleAfterMillis(i)
        ? ReadingState.STALE
        : ReadingState.FRESH;
  }

  /** True when the node carries a reading of metric {@code i}, whatever its state. */
  public boolean hasReading(int i) {
    return times[i] != NEVER;
  }

  /** True when the reading of metric {@code i} is a number that may be used. */
  public boolean isFresh(int i, long nowMillis) {
    return state(i, nowMillis) == ReadingState.FRESH;
  }

  /**
   * Tells when the state of the reading of metric {@code i} changes as time goes on: when it is no
   * longer ahead of the clock, and when it becomes stale. Nothing without a reading.
   */
  public void changes(int i, LongConsumer whenMillis) {
    if (hasReading(i)) {
      whenMillis.accept(times[i] - metrics.clockToleranceMillis());
      whenMillis.accept(times[i] + metrics.staleAfterMillis(i));
    }
  }

  /**
   * The value of metric {@code i} as it was written, a fraction when it is plausible; NaN when
   * missing.
   */
  public double value(int i) {
    return values[i];
  }

  /** The time of the reading of metric {@code i}; unspecified when missing. */
  public long timeMillis(int i) {
    return times[i];
  }

  /** True while the node's exporter is frozen: none of its readings is plausible. */
  public boolean isFrozen() {
    return frozen;
  }

  /**
   * The last plausible value of metric {@code i} that is known, however old: its own reading's, or,
   * where that is missing or implausible, the one before it. NaN when there was none since the
   * start.
   */
  public double lastKnown(int i) {
    return lastValues[i];
  }

  /** The time of the last plausible value; unspecified without one. */
  public long lastKnownMillis(int i) {
    return lastTimes[i];
  }

  /** crane's hot value, 0 when the node has none that is fresh and plausible. */
  public double hotValue(long nowMillis) {
    boolean fresh =
        hotValueMillis != NEVER
            && nowMillis - hotValueMillis < HOT_VALUE_LIFE_MILLIS + metrics.clockToleranceMillis()
            && isTime(hotValueMillis, nowMillis);
    return fresh && hotValue > 0 && Double.isFinite(hotValue) ? hotValue : 0;
  }

  /** Collects the readings of one node. Confined to one thread. */
  public static final class Builder {
    private final MetricTable metrics;
    private int number = NodeNames.NONE;
    private String name = "";
    private NodeFacts facts = NodeFacts.UNKNOWN;
    private final double[] values;
    private final long[] times;
    private long staleSinceMillis = NEVER;
    private boolean frozen;
    private long frozenSinceMillis = Long.MAX_VALUE;
    private double hotValue;
    private long hotValueMillis = NEVER;

    private Builder(MetricTable metrics) {
      this.metrics = metrics;
      values = new double[metrics.size()];
      times = new long[metrics.size()];
      Arrays.fill(values, Double.NaN);
      Arrays.fill(times, NEVER);
    }

    /** Sets the node's name. */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /** Sets the node's number. */
    Builder number(int number) {
      this.number = number;
      return this;
    }

    /** Sets what is known besides the load. */
    public Builder facts(NodeFacts facts) {
      this.facts = facts;
      return this;
    }

    /** Sets the reading of metric {@code i}. */
    public Builder reading(int i, Measurement reading) {
      values[i] = reading.value();
      times[i] = reading.epochMillis();
      return this;
    }

    /** Readings taken at or before this time are stale. */
    public Builder staleSince(long epochMillis) {
      staleSinceMillis = epochMillis;
      return this;
    }

    /**
     * The node's exporter is frozen.
     *
     * @param sinceMillis readings taken later are never a last known value
     */
    public Builder frozenSince(long sinceMillis) {
      frozen = true;
      frozenSinceMillis = sinceMillis;
      return this;
    }

    /** Sets crane's hot value. */
    public Builder hotValue(Measurement reading) {
      hotValue = reading.value();
      hotValueMillis = reading.epochMillis();
      return this;
    }

    /** The readings so far, of a node of which nothing was known. */
    public NodeLoad build() {
      return new NodeLoad(this, null, Long.MAX_VALUE);
    }

    /**
     * The readings so far, of a node that is known.
     *
     * @param before where last known values come from that are missing or implausible now; of the
     *     same metrics
     * @param nowMillis the time at which these readings are judged
     */
    public NodeLoad build(@Nullable NodeLoad before, long nowMillis) {
      return new NodeLoad(this, before, nowMillis);
    }
  }
}

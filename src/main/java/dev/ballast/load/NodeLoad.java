package dev.ballast.load;

/**
 * The readings of one node: for each metric of a {@link MetricTable} a value, a fraction of
 * capacity as it was written, and its time. Immutable. Whether a value may be used is a question of
 * the time, so every question takes the clock, milliseconds since the epoch.
 */
public final class NodeLoad {
  /** crane's life of a hot value. */
  public static final long HOT_VALUE_LIFE_MILLIS = 300_000;

  private static final long NEVER = Long.MIN_VALUE;

  private final MetricTable metrics;
  private final String name;
  private final NodeFacts facts;
  private final double[] values;
  private final long[] times;
  private final long staleSinceMillis;
  private final double hotValue;
  private final long hotValueMillis;

  private NodeLoad(Builder from) {
    metrics = from.metrics;
    name = from.name;
    facts = from.facts;
    values = from.values.clone();
    times = from.times.clone();
    staleSinceMillis = from.staleSinceMillis;
    hotValue = from.hotValue;
    hotValueMillis = from.hotValueMillis;
  }

  /** The node's name. */
  public String name() {
    return name;
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
    long time = times[i];
    if (time == NEVER) {
      return ReadingState.MISSING;
    }
    if (!Plausibility.isFraction(values[i]) || !Plausibility.isTime(time, nowMillis)) {
      return ReadingState.IMPLAUSIBLE;
    }
    boolean stopped = time <= staleSinceMillis;
    return stopped || nowMillis - time >= metrics.staleAfterMillis(i)
        ? ReadingState.STALE
        : ReadingState.FRESH;
  }

  /** True when the reading of metric {@code i} is a number that may be used. */
  public boolean isFresh(int i, long nowMillis) {
    return state(i, nowMillis) == ReadingState.FRESH;
  }

  /**
   * The value of metric {@code i} as it was written, a fraction when it is plausible; NaN when
   * missing.
   */
  public double value(int i) {
    return values[i];
  }

  /** The last plausible value of metric {@code i}, however old; NaN without one. */
  public double lastKnown(int i) {
    return Plausibility.isFraction(values[i]) ? values[i] : Double.NaN;
  }

  /** The time of the reading of metric {@code i}; unspecified when missing. */
  public long timeMillis(int i) {
    return times[i];
  }

  /** crane's hot value, 0 when the node has none that is fresh and plausible. */
  public double hotValue(long nowMillis) {
    boolean fresh =
        hotValueMillis != NEVER
            && nowMillis - hotValueMillis < HOT_VALUE_LIFE_MILLIS
            && Plausibility.isTime(hotValueMillis, nowMillis);
    return fresh && hotValue > 0 && Double.isFinite(hotValue) ? hotValue : 0;
  }

  /** Collects the readings of one node. Confined to one thread. */
  public static final class Builder {
    private final MetricTable metrics;
    private String name = "";
    private NodeFacts facts = NodeFacts.UNKNOWN;
    private final double[] values;
    private final long[] times;
    private long staleSinceMillis = NEVER;
    private double hotValue;
    private long hotValueMillis = NEVER;

    private Builder(MetricTable metrics) {
      this.metrics = metrics;
      values = new double[metrics.size()];
      times = new long[metrics.size()];
      java.util.Arrays.fill(values, Double.NaN);
      java.util.Arrays.fill(times, NEVER);
    }

    /** Sets the node's name. */
    public Builder name(String name) {
      this.name = name;
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

    /** Sets crane's hot value. */
    public Builder hotValue(Measurement reading) {
      hotValue = reading.value();
      hotValueMillis = reading.epochMillis();
      return this;
    }

    /** The readings so far. */
    public NodeLoad build() {
      return new NodeLoad(this);
    }
  }
}

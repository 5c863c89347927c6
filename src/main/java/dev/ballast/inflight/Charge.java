package dev.ballast.inflight;

import dev.ballast.load.NodeLoad;

/** The pods in flight of one node at one moment, ready to be added to its readings. Immutable. */
public final class Charge {
  /** Of a node without pods in flight. */
  public static final Charge NONE = new Charge();

  private Charge() {}

  /**
   * What pods in flight are expected to add, in the score, to a reading.
   *
   * @param load the node's readings
   * @param metric a metric of kind mean
   * @return cores or bytes, by the metric's resource; 0 for another resource
   */
  public double inScore(NodeLoad load, int metric) {
    return 0;
  }

  /** As {@link #inScore}, in the filter. */
  public double inFilter(NodeLoad load, int metric) {
    return 0;
  }
}

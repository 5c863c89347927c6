package dev.ballast.extender;

import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeList;

/**
 * What pods are expected to use that were ranked first on a node and are not seen bound yet. Safe
 * for use by many threads.
 */
public interface ProvisionalDemand {
  /** Knows of none. */
  ProvisionalDemand NONE = (nodes, uid, nowMillis) -> new Demand[0];

  /**
   * The sums for nodes.
   *
   * @param uid the pod that is placed now, which does not count
   * @param nowMillis wall clock, milliseconds since the epoch
   * @return by node; empty when nothing is charged on any
   */
  Demand[] on(NodeList nodes, String uid, long nowMillis);
}

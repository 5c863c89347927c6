package dev.ballast.extender;

import dev.ballast.inflight.Demand;

/**
 * What pods are expected to use that were ranked first on a node and are not seen bound yet. Safe
 * for use by many threads.
 */
public interface ProvisionalDemand {
  /** Knows of none. */
  ProvisionalDemand NONE = (node, hash, uid, nowMillis) -> Demand.NONE;

  /**
   * The sum for a node.
   *
   * @param hash the hash code of the node's name, which callers have without a look at the name
   * @param uid the pod that is placed now, which does not count
   * @param nowMillis wall clock, milliseconds since the epoch
   */
  Demand of(String node, int hash, String uid, long nowMillis);
}

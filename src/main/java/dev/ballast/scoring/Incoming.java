package dev.ballast.scoring;

import dev.ballast.inflight.Demand;

/**
 * The pod that is to be placed, as far as decisions depend on it.
 *
 * @param uid its UID; decides ties, so that repeats and replicas agree
 * @param demand what it is expected to use
 * @param nominated whether the only candidate is the node it was nominated to, where pods have been
 *     evicted for it
 * @param shortens whether a shortlist may leave candidates out for it
 */
public record Incoming(String uid, Demand demand, boolean nominated, boolean shortens) {
  /** Nobody: a node is judged for what is on it. */
  public static final Incoming NOBODY = new Incoming("", Demand.NONE, false, false);
}

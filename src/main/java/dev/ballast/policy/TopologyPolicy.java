package dev.ballast.policy;

import dev.ballast.topology.ZonePreference;

/**
 * How nodes' zones count for pods that ask for topology. Other pods are judged as without it.
 *
 * @param enabled whether they count at all
 * @param weight share 0..1 of the zones' score in the score of such a pod; the load has the rest
 * @param prefer which of zones that do equally well are taken
 * @param lateResult whether a pod that needs a result may be bound where nobody writes it with the
 *     binding; the annotator writes it afterwards
 */
public record TopologyPolicy(
    boolean enabled, double weight, ZonePreference prefer, boolean lateResult) {
  /** What holds where a file says nothing. */
  public static final TopologyPolicy DEFAULT =
      new TopologyPolicy(true, 0.5, ZonePreference.MOST_FREE, false);
}

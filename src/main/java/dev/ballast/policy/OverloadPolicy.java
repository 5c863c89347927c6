package dev.ballast.policy;

/**
 * How many candidates the limits may refuse at once. A cluster that is hot everywhere has still to
 * run its pods, and kube-scheduler offers a part of the nodes only.
 *
 * @param whenAll what happens when all candidates are over their limits
 * @param maxRefusedShare largest share 0..1 of the candidates that is refused
 */
public record OverloadPolicy(WhenAll whenAll, double maxRefusedShare) {
  /** What happens when all candidates are over their limits. */
  public enum WhenAll {
    /** The pod waits. */
    REJECT,
    /** The tenth of the candidates that is least over its limits passes. */
    LEAST_OVERLOADED
  }

  /** What holds under our apiVersion where a file says nothing. */
  public static final OverloadPolicy DEFAULT = new OverloadPolicy(WhenAll.LEAST_OVERLOADED, 0.8);

  /** crane's: limits refuse whatever is over them. */
  public static final OverloadPolicy CRANE = new OverloadPolicy(WhenAll.REJECT, 1);
}

package dev.ballast.policy;

/**
 * How nodes are ranked, and how much of it is told.
 *
 * @param strategy the formula
 * @param spread how scores become the integers that are sent
 * @param scoreMax the largest integer that is sent, 10 to 100; the protocol's is 10, and
 *     kube-scheduler takes larger ones as they are
 * @param shortlist most nodes that a filter call gives back; 0 for all that pass
 */
public record RankingPolicy(Strategy strategy, Spread spread, int scoreMax, int shortlist) {
  /** What holds where a file says nothing. */
  public static final RankingPolicy DEFAULT =
      new RankingPolicy(new Strategy.Weighted(), Spread.ABSOLUTE, 10, 0);

  /** How scores become the integers that are sent. */
  public enum Spread {
    /** A score says the same in every call: 0 to 100 becomes 0 to {@code scoreMax}. */
    ABSOLUTE,
    /** The best candidate gets {@code scoreMax}, and the scale reaches down to the worst. */
    CANDIDATES
  }
}

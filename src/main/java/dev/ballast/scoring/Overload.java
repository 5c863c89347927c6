package dev.ballast.scoring;

import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.OverloadPolicy.WhenAll;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holds the refusals of one call within what the policy allows: too many, and those that are least
 * over their limits pass. kube-scheduler offers a part of the nodes, so a call whose candidates are
 * all refused makes the pod wait though other nodes may do. Immutable.
 */
final class Overload {
  /** What is noted when all candidates were over their limits. */
  static final String ALL_OVER = "all candidates were over their limits: the least overloaded pass";

  /** What is noted when more candidates were over their limits than may be refused. */
  static final String SHARE_OVER =
      "more than maxRefusedShare of the candidates were over their limits: the least overloaded of"
          + " these pass";

  private static final int LEAST_SHARE = 10; // a tenth passes
  private static final double ROUNDING = 1e-9; // 0.7 * 10 is not 7 in binary

  private final OverloadPolicy policy;
  private final Limits limits;

  Overload(OverloadPolicy policy, Limits limits) {
    this.policy = policy;
    this.limits = limits;
  }

  /**
   * Lets refused candidates pass while too few do.
   *
   * @param verdicts the verdicts; changed in place
   * @return a note when something was changed, else an empty text
   */
  String relieve(Round round, Standings.Table standings, Verdict[] verdicts) {
    int candidates = verdicts.length;
    int passing = Verdict.passing(verdicts);
    int wanted = leastPassing(candidates, passing);
    if (passing >= wanted) {
      return "";
    }
    double[] excess = limits.excess(round, standings);
    int[] lots = new int[candidates];
    for (int i = 0; i < candidates; i++) {
      lots[i] = round.lot(i);
    }
    IntStream.range(0, candidates)
        .filter(i -> verdicts[i] instanceof Verdict.Refused)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> excess[i]).thenComparingInt(i -> lots[i]))
        .limit(wanted - passing)
        .forEach(i -> verdicts[i] = spared(verdicts[i]));
    return passing == 0 ? ALL_OVER : SHARE_OVER;
  }

  private static Verdict spared(Verdict verdict) {
    return verdict instanceof Verdict.Refused refused ? new Verdict.Spared(refused) : verdict;
  }

  private int leastPassing(int candidates, int passing) {
    if (passing == 0 && policy.whenAll() == WhenAll.REJECT) {
      return 0;
    }
    int byShare = candidates - (int) (policy.maxRefusedShare() * candidates + ROUNDING);
    int tenth = (candidates + LEAST_SHARE - 1) / LEAST_SHARE;
    return passing == 0 ? Math.max(tenth, byShare) : byShare;
  }
}

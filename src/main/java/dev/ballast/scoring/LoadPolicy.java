package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.StateEffect.OnScore;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A policy, ready to judge nodes by crane's formulas (crane-scheduler, {@code
 * pkg/plugins/dynamic}). Immutable, so safe for use by many threads. Only fresh readings are
 * numbers here:
 *
 * <ul>
 *   <li>Filter: a node is refused when a fresh reading is above its limit; a limit of 0 is off.
 *   <li>Score, 0..100: {@code int(sum((1-u)*w*100) / sum(w)) - int(10*hot)}, both cut towards 0 as
 *       in Go, then held in 0..100. Terms without a fresh reading leave numerator and divisor;
 *       under {@link OnScore#CRANE} they count 0 and keep their weight, as in crane.
 * </ul>
 *
 * <p>On fresh data the scores are crane's. We differ where data is not: a node without any usable
 * term has no score, while crane gives it 0.
 */
public final class LoadPolicy {
  /** The score of a node that has no usable reading. */
  public static final int NO_SCORE = -1;

  /** The best score. */
  public static final int MAX_SCORE = 100;

  /** Part of every {@link #reason} and of nobody else's: how a refusal for load is told. */
  public static final String REASON_MARK = "the load policy";

  private static final int HOT_VALUE_POINTS = 10;

  private record Limit(int metric, PredicatePolicy predicate, String reason) {}

  private record Term(int metric, double weight) {}

  private final Limit[] limits;
  private final Term[] terms;
  private final boolean renormalise;
  private final boolean hotValueCounts;

  public LoadPolicy(DynamicSchedulerPolicy policy, MetricTable metrics) {
    limits =
        policy.predicates().stream()
            .filter(p -> p.limit() > 0)
            .map(p -> new Limit(metrics.indexOf(p.name()), p, reason(p.name())))
            .toArray(Limit[]::new);
    terms =
        policy.priorities().stream()
            .filter(p -> p.weight() > 0)
            .map((PriorityPolicy p) -> new Term(metrics.indexOf(p.name()), p.weight()))
            .toArray(Term[]::new);
    renormalise = policy.data().missing().score() != OnScore.CRANE;
    hotValueCounts = !policy.hotValues().isEmpty();
  }

  /** The text that a pod's event shows for a metric over its limit. */
  public static String reason(String metric) {
    return "node(s) had " + metric + " over the limit of " + REASON_MARK;
  }

  /** The verdict on a node; a node that is not known (null) is accepted. */
  public Verdict judge(@Nullable NodeLoad load, long nowMillis) {
    return judge(load, nowMillis, 0);
  }

  /**
   * The verdict with limits raised.
   *
   * @param margin fraction of capacity that is added to every limit
   */
  public Verdict judge(@Nullable NodeLoad load, long nowMillis, double margin) {
    if (load == null) {
      return Verdict.ACCEPTED;
    }
    for (var limit : limits) {
      int i = limit.metric();
      if (load.isFresh(i, nowMillis) && load.value(i) > limit.predicate().limit() + margin) {
        return new Verdict.Refused(
            limit.predicate().name(), load.value(i), limit.predicate().limit(), limit.reason());
      }
    }
    return Verdict.ACCEPTED;
  }

  /** The score of a node, 0..100, or {@link #NO_SCORE}. */
  public int score(@Nullable NodeLoad load, long nowMillis) {
    if (load == null) {
      return NO_SCORE;
    }
    double sum = 0;
    double weights = 0;
    boolean usable = false;
    for (var term : terms) {
      boolean fresh = load.isFresh(term.metric(), nowMillis);
      if (fresh) {
        sum += (1 - load.value(term.metric())) * term.weight() * MAX_SCORE;
        usable = true;
      }
      if (fresh || !renormalise) {
        weights += term.weight();
      }
    }
    if (!usable) {
      return NO_SCORE;
    }
    int base = (int) (sum / weights);
    int penalty = hotValueCounts ? (int) (load.hotValue(nowMillis) * HOT_VALUE_POINTS) : 0;
    // A long, as a hot value may be any number: the difference must not wrap round.
    return (int) Math.max(0, Math.min(MAX_SCORE, (long) base - penalty));
  }

  /**
   * Fills in what nodes without a usable reading get: the median of the others, so that they are
   * neither the best nor the worst. Without any other score nothing is changed.
   *
   * @param scores scores of the candidates, {@link #NO_SCORE} where there is none; changed in place
   * @return false when no candidate has a score
   */
  public static boolean fillWithMedian(int[] scores) {
    int[] known = Arrays.stream(scores).filter(s -> s != NO_SCORE).sorted().toArray();
    if (known.length == 0) {
      return false;
    }
    if (known.length < scores.length) {
      int median = (known[(known.length - 1) / 2] + known[known.length / 2]) / 2;
      for (int i = 0; i < scores.length; i++) {
        if (scores[i] == NO_SCORE) {
          scores[i] = median;
        }
      }
    }
    return true;
  }
}

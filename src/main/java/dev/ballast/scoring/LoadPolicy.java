package dev.ballast.scoring;

import dev.ballast.inflight.Demand;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.ReadingState;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A policy, ready to judge and rank nodes. Immutable but for what it remembers of nodes that have
 * not changed, so safe for use by many threads. Only fresh readings are numbers here; what the
 * others do is the policy's choice.
 *
 * <ul>
 *   <li>Filter: a candidate is refused when its load for the pod is above a limit. Too many
 *       refusals are taken back, the least overloaded first; a shortlist leaves out all but the
 *       best.
 *   <li>Score, 0..100: by the policy's strategy, less {@code int(10*hot)} where crane's hot value
 *       counts. A candidate without any fresh reading gets the median of the others. Where pods
 *       count provisionally, the first is sent higher than all others: it is charged before its
 *       binding is seen, so it has to be the one that kube-scheduler takes.
 * </ul>
 *
 * <p>Under crane's apiVersion and on fresh data, verdicts and scores are crane's (crane-scheduler,
 * {@code pkg/plugins/dynamic}). We differ where data is not: a node without any usable term has no
 * score, while crane gives it 0.
 */
public final class LoadPolicy {
  /** The score of a node that has no usable reading. */
  public static final int NO_SCORE = -1;

  /** The best score. */
  public static final int MAX_SCORE = 100;

  /** Part of every {@link #reason} and of nobody else's: how a refusal for load is told. */
  public static final String REASON_MARK = "the load policy";

  /**
   * What a nominated node may be over its limit, a fraction of capacity: pods have been evicted
   * there for the pod that now comes, so a refusal would have cost them for nothing.
   */
  static final double NOMINATED_MARGIN = 0.10;

  private static final int HOT_VALUE_POINTS = 10;

  private final Limits limits;
  private final Overload overload;
  private final MetricTable metrics;
  private final Standings standings;
  private final Effects effects;
  private final Scorer scorer;
  private final boolean remembers;
  private final boolean hotValueCounts;
  private final Shortlist shortlist;
  private final Scale scale;
  private final boolean oneFirst;

  public LoadPolicy(DynamicSchedulerPolicy policy, MetricTable metrics) {
    this.metrics = metrics;
    var loads = new EffectiveLoad(policy, metrics);
    standings = new Standings(loads, metrics.size());
    effects = new Effects(policy.data());
    limits = new Limits(policy, metrics, loads);
    overload = new Overload(policy.overload(), limits);
    scorer = Scorer.of(policy, metrics);
    remembers = scorer.isIndependent();
    hotValueCounts = !policy.hotValues().isEmpty();
    shortlist = new Shortlist(policy.ranking().shortlist());
    scale = Scale.of(policy.ranking());
    oneFirst = policy.inFlight().enabled() && policy.inFlight().provisional();
  }

  /** The text that a pod's event shows for a metric over its limit. */
  public static String reason(String metric) {
    return "node(s) had " + metric + " over the limit of " + REASON_MARK;
  }

  /** The text that a pod's event shows for a metric without a fresh reading, where one is asked. */
  public static String reason(String metric, ReadingState state) {
    return "node(s) had no fresh "
        + metric
        + " ("
        + state.name().toLowerCase(Locale.ROOT)
        + "), which "
        + REASON_MARK
        + " requires";
  }

  /** What the limits say of a node alone, without pods in flight. */
  public Verdict judge(NodeLoad load, long nowMillis) {
    var round = Round.of(load, nowMillis);
    return limits.judge(round, standings.of(round), 0)[0];
  }

  /**
   * What a filter call came to.
   *
   * @param verdicts what is said of each candidate
   * @param note what changed the verdicts as a whole; empty when nothing did
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
  public record Filtered(Verdict[] verdicts, String note) {}

  /** Whether {@link #filter} scores candidates, so that what is charged provisionally counts. */
  public boolean scoresInFilter() {
    return shortlist.isOn();
  }

  /** Judges the candidates. */
  public Filtered filter(Round round) {
    double margin = round.pod().nominated() ? NOMINATED_MARGIN : 0;
    var standing = standings.of(round);
    var verdicts = limits.judge(round, standing, margin);
    // Behind a nominated node that is refused, kube-scheduler asks about all the others.
    String note = round.pod().nominated() ? "" : overload.relieve(round, standing, verdicts);
    if (shortlist.shortens(round, verdicts)) {
      int[] scores = scores(round, standing);
      if (fillWithMedian(scores)) {
        shortlist.shorten(round, standing, scores, verdicts);
      }
    }
    return new Filtered(verdicts, note);
  }

  /**
   * What a prioritize call came to.
   *
   * @param scores the score of each candidate, 0..100; {@link #NO_SCORE} for all when nothing is
   *     known of any
   * @param sent the integers to send; empty when nothing is known of any
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would cost the hot path
  public record Ranked(int[] scores, int[] sent) {
    /** Whether something is known of a candidate. */
    public boolean isKnown() {
      return sent.length > 0;
    }
  }

  /** Ranks the candidates. */
  public Ranked rank(Round round) {
    int[] scores = scores(round, standings.of(round));
    return fillWithMedian(scores) ? sent(round, scores) : new Ranked(scores, new int[0]);
  }

  /**
   * Ranks the candidates of a pod by how well it fits their zones, too.
   *
   * @param fits by candidate, 0 to 100
   * @param weight their share of the score, 0 to 1; the load has the rest where any is known
   */
  public Ranked rank(Round round, int[] fits, double weight) {
    int[] scores = scores(round, standings.of(round));
    double ofFits = fillWithMedian(scores) ? weight : 1;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (int) Math.round(ofFits * fits[i] + (1 - ofFits) * scores[i]);
    }
    return sent(round, scores);
  }

  private Ranked sent(Round round, int[] scores) {
    int[] sent = scale.sent(scores);
    if (oneFirst) {
      setApart(first(round, scores), sent);
    }
    return new Ranked(scores, sent);
  }

  /** The candidate with the highest score; among equals, lots are drawn. */
  private static int first(Round round, int[] scores) {
    int first = 0;
    for (int i = 1; i < scores.length; i++) {
      boolean ahead = scores[i] > scores[first];
      if (ahead || (scores[i] == scores[first] && round.lot(i) > round.lot(first))) {
        first = i;
      }
    }
    return first;
  }

  /** Lets no other candidate be sent as high as the first. */
  private static void setApart(int first, int[] sent) {
    sent[first] = Math.max(1, sent[first]);
    for (int i = 0; i < sent.length; i++) {
      if (i != first && sent[i] >= sent[first]) {
        sent[i] = sent[first] - 1;
      }
    }
  }

  private int[] scores(Round round, Standings.Table standing) {
    int[] scores = new int[round.size()];
    int[] open = remembered(round.provisional(), standing, scores);
    if (open.length > 0) {
      score(round, standing, open, scores);
    }
    if (hotValueCounts) {
      lessHotValue(scores, round);
    }
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > MAX_SCORE) {
        scores[i] = MAX_SCORE;
      }
    }
    return scores;
  }

  /** Takes the scores that are remembered; gives the candidates that are still to be scored. */
  private int[] remembered(Demand[] provisional, Standings.Table standing, int[] scores) {
    int[] open = new int[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = remembers ? standing.score(i) : NO_SCORE;
      boolean charged = provisional.length > 0 && !provisional[i].isFreeInScore();
      if (scores[i] == NO_SCORE || charged) {
        open[count++] = i;
      }
    }
    return Arrays.copyOf(open, count);
  }

  private void score(Round round, Standings.Table standing, int[] nodes, int[] scores) {
    boolean all = nodes.length == scores.length;
    var part = all ? round : round.part(nodes);
    var standings = all ? standing : standing.part(nodes);
    var columns = Columns.of(part, standings, scorer.metrics(), metrics, effects);
    if (!all && columns.hasGaps() && effects.dependOnOthers()) {
      score(round, standing, IntStream.range(0, scores.length).toArray(), scores);
      return;
    }
    int[] rated = new int[nodes.length];
    scorer.score(part, columns.loads(), rated);
    for (int i = 0; i < rated.length; i++) {
      boolean known = part.loads()[i] != null && columns.isUsable(i);
      scores[nodes[i]] = known ? rated[i] : NO_SCORE;
      if (remembers && columns.isPlain(i)) {
        standings.score(i, rated[i]);
      }
    }
  }

  private static void lessHotValue(int[] scores, Round round) {
    for (int i = 0; i < scores.length; i++) {
      @Nullable NodeLoad load = round.loads()[i];
      if (load != null && scores[i] != NO_SCORE) {
        int penalty = (int) (load.hotValue(round.nowMillis()) * HOT_VALUE_POINTS);
        // A long, as a hot value may be any number: the difference must not wrap round.
        scores[i] = (int) Math.max(0, Math.min(MAX_SCORE, (long) scores[i] - penalty));
      }
    }
  }

  /**
   * Fills in what nodes without a usable reading get: the median of the others, so that they are
   * neither the best nor the worst. Without any other score nothing is changed.
   *
   * @param scores scores of the candidates, {@link #NO_SCORE} where there is none; changed in place
   * @return false when no candidate has a score
   */
  static boolean fillWithMedian(int[] scores) {
    boolean complete = scores.length > 0;
    for (int score : scores) {
      complete &= score != NO_SCORE;
    }
    if (complete) {
      return true;
    }
    int[] known = Arrays.stream(scores).filter(s -> s != NO_SCORE).sorted().toArray();
    if (known.length == 0) {
      return false;
    }
    int median = (known[(known.length - 1) / 2] + known[known.length / 2]) / 2;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] == NO_SCORE) {
        scores[i] = median;
      }
    }
    return true;
  }
}

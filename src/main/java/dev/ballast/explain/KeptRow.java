package dev.ballast.explain;

import dev.ballast.inflight.Charge;
import dev.ballast.load.MetricKind;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.ReadingState;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A node in a decision, small enough to be kept for an hour: a few hundred bytes, and no hold on
 * the load it was judged by. Immutable; its arrays are never handed out.
 */
final class KeptRow {
  private static final int FIGURES = 4; // value, age in seconds, in flight, incoming
  private static final int NONE = -1;

  private final String node;
  private final float[] figures;
  private final ReadingState[] states;
  private final @Nullable Verdict verdict;
  private final int score;
  private final int sent;
  private final int rank;

  private KeptRow(
      String node,
      float[] figures,
      ReadingState[] states,
      @Nullable Verdict verdict,
      int score,
      int sent,
      int rank) {
    this.node = node;
    this.figures = figures;
    this.states = states;
    this.verdict = verdict;
    this.score = score;
    this.sent = sent;
    this.rank = rank;
  }

  /** Candidate {@code i} of a judged decision. */
  static KeptRow of(Decision decision, int i, PolicyFacts policy) {
    boolean filter = decision.call().verb() == Decision.Verb.FILTER;
    @Nullable NodeLoad load = decision.load(i);
    var row =
        new Measured(
            load, decision.charge(i), decision.incoming(), filter, decision.call().atMillis());
    return new KeptRow(
        decision.name(i),
        row.figures(policy),
        row.states(policy),
        filter ? decision.verdict(i) : null,
        filter ? NONE : decision.score(i),
        filter ? NONE : decision.sent(i),
        filter ? NONE : Ranking.rank(decision, i));
  }

  /** A node as it stands now; it was not asked for. */
  static KeptRow now(
      NodeLoad load,
      Charge charge,
      Verdict verdict,
      int score,
      int rank,
      PolicyFacts policy,
      long nowMillis) {
    var row = new Measured(load, charge, dev.ballast.inflight.Demand.NONE, false, nowMillis);
    return new KeptRow(
        load.name(), row.figures(policy), row.states(policy), verdict, score, NONE, rank);
  }

  /** What a row is made of. */
  private record Measured(
      @Nullable NodeLoad load,
      Charge charge,
      dev.ballast.inflight.Demand incoming,
      boolean filter,
      long atMillis) {
    ReadingState[] states(PolicyFacts policy) {
      var states = new ReadingState[load == null ? 0 : policy.metrics().size()];
      for (int m = 0; load != null && m < states.length; m++) {
        states[m] = load.state(m, atMillis);
      }
      return states;
    }

    float[] figures(PolicyFacts policy) {
      if (load == null) {
        return new float[0];
      }
      float[] figures = new float[FIGURES * policy.metrics().size()];
      for (int m = 0; m < policy.metrics().size(); m++) {
        boolean missing = load.state(m, atMillis) == ReadingState.MISSING;
        figures[FIGURES * m] = missing ? Float.NaN : (float) load.value(m);
        figures[FIGURES * m + 1] = missing ? Float.NaN : (atMillis - load.timeMillis(m)) / 1000f;
        var shape = policy.metrics().get(m).shape();
        double capacity = load.facts().capacity(shape.resource());
        if (shape.kind() == MetricKind.MEAN && capacity > 0) {
          double pods = filter ? charge.inFilter(load, m) : charge.inScore(load, m);
          double pod =
              filter ? incoming.inFilter(shape.resource()) : incoming.inScore(shape.resource());
          figures[FIGURES * m + 2] = (float) (pods / capacity);
          figures[FIGURES * m + 3] = (float) (pod / capacity);
        }
      }
      return figures;
    }
  }

  String node() {
    return node;
  }

  /** The row as it is shown. */
  Answers.Row show(PolicyFacts policy) {
    return new Answers.Row(
        node,
        states.length > 0 || policy.metrics().isEmpty(),
        verdict == null ? null : text(verdict),
        verdict == null ? null : refusal(verdict),
        score == NONE ? null : score,
        sent == NONE ? null : sent,
        rank == NONE ? null : rank,
        readings(policy));
  }

  private List<Answers.Reading> readings(PolicyFacts policy) {
    var readings = new ArrayList<Answers.Reading>();
    for (int m = 0; m < states.length; m++) {
      var metric = policy.metrics().get(m);
      readings.add(
          new Answers.Reading(
              metric.name(),
              states[m].name().toLowerCase(Locale.ROOT),
              number(figures[FIGURES * m]),
              number(figures[FIGURES * m + 1]),
              round(figures[FIGURES * m + 2]),
              round(figures[FIGURES * m + 3]),
              metric.limit() > 0 ? metric.limit() : null,
              metric.weight() > 0 ? metric.weight() : null));
    }
    return readings;
  }

  static String text(Verdict verdict) {
    if (verdict instanceof Verdict.Refused || verdict instanceof Verdict.Unfit) {
      return "refused";
    }
    if (verdict instanceof Verdict.Spared) {
      return "spared";
    }
    return verdict instanceof Verdict.NotListed ? "not_listed" : "passed";
  }

  /** What a verdict has against the node, or null. */
  static Verdict.@Nullable Refused against(Verdict verdict) {
    if (verdict instanceof Verdict.Refused refused) {
      return refused;
    }
    return verdict instanceof Verdict.Spared spared ? spared.over() : null;
  }

  private static Answers.@Nullable Refusal refusal(Verdict verdict) {
    if (verdict instanceof Verdict.Unfit unfit) {
      return new Answers.Refusal(Ranking.TOPOLOGY, null, null, unfit.reason());
    }
    Verdict.@Nullable Refused refused = against(verdict);
    return refused == null
        ? null
        : new Answers.Refusal(
            refused.metric(), number((float) refused.usage()), refused.limit(), refused.reason());
  }

  private static @Nullable Double number(float value) {
    return Float.isFinite(value) ? round(value) : null; // JSON has no NaN
  }

  /** Five digits behind the point, as annotations have. */
  private static double round(double value) {
    return Math.rint(value * 1e5) / 1e5;
  }
}

package dev.ballast.extender;

import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.ExtenderAnswers;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Incoming;
import dev.ballast.scoring.Round;
import dev.ballast.scoring.Verdict;

/** Judges calls that are ours to judge. Safe for use by many threads. */
final class CallJudge {
  /** The pod annotation whose value {@code off} exempts it from the shortlist. */
  private static final String SHORTLIST = "ballast.dev/shortlist";

  private final ExtenderService.Parts parts;

  CallJudge(ExtenderService.Parts parts) {
    this.parts = parts;
  }

  /** Judges a filter call. */
  Judgement filter(ExtenderRequest request, LoadSnapshot snapshot, long nowMillis) {
    var round = round(request, snapshot, nowMillis);
    var filtered = parts.policy().filter(round);
    var verdicts = filtered.verdicts();
    return new Judgement(
        ExtenderAnswers.filtered(request.candidates(), refusals(verdicts)),
        verdicts.length > 0 && Verdict.passing(verdicts) == 0,
        filtered.note(),
        call ->
            Decision.filtered(
                call,
                round.pod().demand(),
                round.nodes(),
                round.loads(),
                round.charges(),
                verdicts),
        () -> count(verdicts));
  }

  /** Judges a prioritize call. */
  Judgement prioritize(ExtenderRequest request, LoadSnapshot snapshot, long nowMillis) {
    var round = round(request, snapshot, nowMillis);
    var ranked = parts.policy().rank(round);
    return new Judgement(
        ranked.isKnown()
            ? ExtenderAnswers.scored(request.candidates(), ranked.sent())
            : ExtenderAnswers.noScores(),
        false,
        "",
        call ->
            Decision.ranked(
                call,
                round.pod().demand(),
                round.nodes(),
                round.loads(),
                round.charges(),
                ranked.scores(),
                ranked.sent()),
        () -> {});
  }

  /** Where a pod prefers or spreads over nodes itself, a shortlist might leave out its choice. */
  private static boolean shortens(ExtenderPod pod) {
    return !pod.preferredAffinity()
        && !pod.topologySpread()
        && !"off".equals(pod.annotations().get(SHORTLIST));
  }

  private Round round(ExtenderRequest request, LoadSnapshot snapshot, long nowMillis) {
    var candidates = request.candidates();
    var pod = request.pod();
    var nodes = candidates.nodes();
    var incoming =
        new Incoming(
            pod.uid(), parts.demands().apply(pod), isNominated(pod, candidates), shortens(pod));
    return new Round(
        incoming,
        nodes,
        snapshot.at(nodes),
        parts.charges().apply(snapshot.names()).at(nodes),
        () -> parts.provisional().on(nodes, pod.uid(), nowMillis),
        nowMillis);
  }

  private static boolean isNominated(ExtenderPod pod, Candidates candidates) {
    return candidates.count() == 1
        && !pod.nominatedNodeName().isEmpty()
        && candidates.name(0).equals(pod.nominatedNodeName());
  }

  private void count(Verdict[] verdicts) {
    Metrics metrics = parts.metrics();
    int refused = 0;
    int spared = 0;
    String metric = "";
    int run = 0; // of one metric: most refusals are
    for (var verdict : verdicts) {
      if (verdict == Verdict.ACCEPTED) {
        continue;
      }
      if (verdict instanceof Verdict.Refused refusal) {
        if (!refusal.metric().equals(metric)) {
          refused(metric, run);
          metric = refusal.metric();
          run = 0;
        }
        run++;
        refused++;
      } else if (verdict instanceof Verdict.Spared) {
        spared++;
      }
    }
    refused(metric, run);
    if (spared > 0) {
      boolean all = refused + spared == verdicts.length;
      String cause = all ? "all_overloaded" : "max_refused_share";
      metrics.extenderOverloadPasses.labelValues(cause).inc(spared);
    }
  }

  private void refused(String metric, int nodes) {
    if (nodes > 0) {
      parts.metrics().extenderRefusedNodes.labelValues(metric).inc(nodes);
    }
  }

  /** The verdicts as the answer needs them. */
  private static ExtenderAnswers.Refusals refusals(Verdict[] verdicts) {
    return new ExtenderAnswers.Refusals() {
      @Override
      public String reason(int i) {
        return verdicts[i] instanceof Verdict.Refused refused ? refused.reason() : "";
      }

      @Override
      public int firstNotGivenBack(int from, int all) {
        int i = from;
        while (i < all && Verdict.isPassing(verdicts[i])) {
          i++;
        }
        return i;
      }
    };
  }
}

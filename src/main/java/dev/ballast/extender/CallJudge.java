package dev.ballast.extender;

import dev.ballast.extender.wire.Candidates;
import dev.ballast.extender.wire.ExtenderAnswers;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.metrics.Metrics;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Incoming;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Round;
import dev.ballast.scoring.Verdict;
import dev.ballast.topology.ZoneFit;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Judges calls that are ours to judge. Safe for use by many threads. */
final class CallJudge {
  /** The pod annotation whose value {@code off} exempts it from the shortlist. */
  private static final String SHORTLIST = "ballast.dev/shortlist";

  /** The label of nodes that were refused for their zones. */
  private static final String TOPOLOGY = "topology";

  private static final String NO_LOAD = "the load is not judged: too much of it is lost";
  private static final String NOT_READY =
      "the zones are not judged: not all pods and topologies are listed yet";
  private static final ZoneFit[] NO_FITS = {};
  private static final Demand[] NOTHING_PROVISIONAL = {};

  private final ExtenderService.Parts parts;

  CallJudge(ExtenderService.Parts parts) {
    this.parts = parts;
  }

  /** Whether zones matter to a pod. */
  boolean asksForZones(ExtenderPod pod) {
    return parts.zones().matterTo(pod);
  }

  /**
   * Judges a filter call.
   *
   * @param byLoad whether the load is known well enough to count
   */
  Judgement filter(ExtenderRequest request, LoadSnapshot snapshot, boolean byLoad, long nowMillis) {
    var pod = request.pod();
    var zones = parts.zones();
    boolean asks = asksForZones(pod);
    boolean ready = zones.isReady();
    if (asks && ready) {
      zones.awaitBinds(pod);
    }
    var fits = asks && ready ? fits(request, nowMillis) : NO_FITS;
    boolean placed = ZoneJudge.isAnyPlaced(fits);
    var round = round(request, snapshot, placed, parts.policy().scoresInFilter(), nowMillis);
    var filtered = fits.length > 0 ? filter(round, fits, byLoad) : filter(round, byLoad);
    var verdicts = filtered.verdicts();
    int passing = Verdict.passing(verdicts);
    return new Judgement(
        ExtenderAnswers.filtered(request.candidates(), refusals(verdicts)),
        verdicts.length > 0 && passing == 0,
        note(filtered.note(), zones.note(pod), asks && !ready ? NOT_READY : ""),
        call ->
            Decision.filtered(
                call,
                round.pod().demand(),
                round.nodes(),
                round.loads(),
                round.charges(),
                verdicts),
        () -> {
          count(verdicts);
          if (placed) {
            zones.offer(pod, round.nodes(), fits, verdicts, nowMillis);
          }
        });
  }

  private ZoneFit[] fits(ExtenderRequest request, long nowMillis) {
    return parts.zones().fits(request.pod(), request.candidates().nodes(), nowMillis);
  }

  private LoadPolicy.Filtered filter(Round round, boolean byLoad) {
    if (byLoad) {
      return parts.policy().filter(round);
    }
    var verdicts = new Verdict[round.nodes().size()];
    Arrays.fill(verdicts, Verdict.ACCEPTED);
    return new LoadPolicy.Filtered(verdicts, NO_LOAD);
  }

  /** The load of the nodes whose zones fit is judged, as if there were no others. */
  private LoadPolicy.Filtered filter(Round round, ZoneFit[] fits, boolean byLoad) {
    var verdicts = new Verdict[fits.length];
    int[] fitting = new int[fits.length];
    int count = 0;
    for (int i = 0; i < fits.length; i++) {
      verdicts[i] = parts.zones().verdict(fits[i]);
      if (verdicts[i] == Verdict.ACCEPTED) {
        fitting[count++] = i;
      }
    }
    if (count == fits.length) {
      return filter(round, byLoad);
    }
    int[] places = Arrays.copyOf(fitting, count);
    var filtered = filter(round.part(places), byLoad);
    for (int i = 0; i < count; i++) {
      verdicts[places[i]] = filtered.verdicts()[i];
    }
    return new LoadPolicy.Filtered(verdicts, filtered.note());
  }

  private static String note(String... notes) {
    return Stream.of(notes).filter(note -> !note.isEmpty()).collect(Collectors.joining("; "));
  }

  /**
   * Judges a prioritize call.
   *
   * @param byLoad whether the load is known well enough to count
   */
  Judgement prioritize(
      ExtenderRequest request, LoadSnapshot snapshot, boolean byLoad, long nowMillis) {
    boolean zonesCount = asksForZones(request.pod()) && parts.zones().isReady();
    var fits = zonesCount ? fits(request, nowMillis) : NO_FITS;
    var round = round(request, snapshot, false, true, nowMillis);
    var ranked = rank(round, fits, byLoad);
    return new Judgement(
        ranked.isKnown()
            ? ExtenderAnswers.scored(request.candidates(), ranked.sent())
            : ExtenderAnswers.noScores(),
        false,
        byLoad ? "" : NO_LOAD,
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

  private LoadPolicy.Ranked rank(Round round, ZoneFit[] fits, boolean byLoad) {
    if (ZoneJudge.isAnyPlaced(fits)) {
      double weight = byLoad ? parts.zones().weight() : 1;
      return parts.policy().rank(round, ZoneJudge.scores(fits), weight);
    }
    if (byLoad) {
      return parts.policy().rank(round);
    }
    int[] none = new int[round.nodes().size()];
    Arrays.fill(none, LoadPolicy.NO_SCORE);
    return new LoadPolicy.Ranked(none, new int[0]);
  }

  /** Where a pod prefers or spreads over nodes itself, a shortlist might leave out its choice. */
  private static boolean shortens(ExtenderPod pod) {
    return !pod.preferredAffinity()
        && !pod.topologySpread()
        && !"off".equals(pod.annotations().get(SHORTLIST));
  }

  /**
   * What a call sees.
   *
   * @param placed whether zones decide, too: then no shortlist by load may leave their best out
   * @param scored whether scores are needed
   */
  private Round round(
      ExtenderRequest request,
      LoadSnapshot snapshot,
      boolean placed,
      boolean scored,
      long nowMillis) {
    var candidates = request.candidates();
    var pod = request.pod();
    var nodes = candidates.nodes();
    var incoming =
        new Incoming(
            pod.uid(),
            parts.demands().apply(pod),
            isNominated(pod, candidates),
            !placed && shortens(pod));
    // In this order: a pod that is seen bound in between counts twice, and not nowhere.
    var provisional =
        scored ? parts.provisional().on(nodes, pod.uid(), nowMillis) : NOTHING_PROVISIONAL;
    var charges = parts.charges().apply(snapshot.names()).at(nodes);
    return new Round(incoming, nodes, snapshot.at(nodes), charges, provisional, nowMillis);
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
    int unfit = 0;
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
      } else if (verdict instanceof Verdict.Unfit) {
        unfit++;
      }
    }
    refused(metric, run);
    refused(TOPOLOGY, unfit);
    if (spared > 0) {
      boolean all = refused + spared + unfit == verdicts.length;
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
        if (verdicts[i] instanceof Verdict.Refused refused) {
          return refused.reason();
        }
        return verdicts[i] instanceof Verdict.Unfit unfit ? unfit.reason() : "";
      }

      @Override
      public boolean evictingHelps(int i) {
        return verdicts[i] instanceof Verdict.Unfit unfit && unfit.evictingHelps();
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

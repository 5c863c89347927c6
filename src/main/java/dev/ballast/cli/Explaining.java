package dev.ballast.cli;

import dev.ballast.explain.DecisionRing;
import dev.ballast.explain.ExplainEndpoints;
import dev.ballast.explain.Explanations;
import dev.ballast.explain.PolicyFacts;
import dev.ballast.http.Handler;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.inflight.Provisional;
import dev.ballast.load.NodeList;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.InFlightPolicy;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.Incoming;
import java.util.List;
import java.util.Map;

/**
 * What becomes of decisions: they are kept to be explained, and a pod that was ranked counts on its
 * first-ranked node until its binding is seen. Safe for use by many threads, but for {@link
 * #drain}.
 */
final class Explaining implements DecisionSink {
  private final PolicyFacts facts;
  private final InFlightPolicy policy;
  private final boolean charges;
  private final DecisionRing ring = new DecisionRing();
  private final Explanations explanations;
  private final Provisional provisional;
  private final long startedMillis = System.currentTimeMillis();

  Explaining(PolicyFacts facts, InFlightPolicy policy, Metrics metrics) {
    this.facts = facts;
    this.policy = policy;
    charges = policy.enabled() && policy.provisional();
    explanations =
        Explanations.within(
            Runtime.getRuntime().maxMemory(), ring, () -> facts, metrics.explanationsDropped::inc);
    provisional =
        new Provisional(
            onFirstRanked ->
                metrics.firstRankedBound.labelValues(onFirstRanked ? "same" : "other").inc());
  }

  /** One that works alike and keeps what it is told to itself. */
  Explaining spare() {
    return new Explaining(facts, policy, new Metrics());
  }

  @Override
  public void accept(Decision decision) {
    ring.accept(decision);
    int first = decision.first();
    if (first >= 0) {
      // Without a charge it is remembered all the same, to count where pods go.
      provisional.set(
          decision.call().uid(),
          decision.name(first),
          charges ? decision.incoming() : Demand.NONE,
          decision.call().atMillis());
    }
  }

  /** What other pods are expected to use that were ranked first on these nodes. */
  Demand[] provisional(NodeList nodes, String exceptUid, long nowMillis) {
    return provisional.on(nodes, exceptUid, nowMillis);
  }

  /** Those who are to be told of pods. */
  List<PodListener> podListeners() {
    return List.of(provisional, new BindingFeeder());
  }

  /** Takes decisions out of the ring that explanations need; to be called by one thread. */
  void drain() {
    explanations.drain(System.currentTimeMillis());
  }

  /** The pages that explain. */
  Map<String, Map<String, Handler>> routes(String name, ClusterView view) {
    var parts =
        new ExplainEndpoints.Parts(
            name,
            Version.text(),
            startedMillis,
            () -> facts,
            view.store()::snapshot,
            view::isComplete,
            view::isNeutral,
            view::charge,
            (loads, charged, now) -> {
              var round = view.round(loads, Incoming.NOBODY, now);
              return new ExplainEndpoints.Judged(
                  view.loadPolicy().filter(round).verdicts(),
                  view.loadPolicy().rank(round).scores());
            },
            System::currentTimeMillis);
    return new ExplainEndpoints(parts, ring, explanations).routes();
  }

  /** Tells explanations which pods got a node. */
  private final class BindingFeeder implements PodListener {
    @Override
    public void put(PodFacts pod) {
      if (pod.isBound()) {
        explanations.bound(pod.uid(), pod.namespace(), pod.name(), pod.node(), pod.boundMillis());
      }
    }

    @Override
    public void remove(PodFacts last) {
      explanations.removed(last.uid());
    }
  }
}

package dev.ballast.cli;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.ballast.annotator.PodSources;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.HotValue;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.inflight.WaitingPods;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * What is known of pods beside their use of nodes: those that wait for load, and when pods were
 * bound. Safe for use by many threads.
 */
final class PodWatch implements PodListener {
  private final DynamicSchedulerPolicy policy;
  private final LongSupplier clock;
  private final Estimate estimate;
  private final WaitingPods waiting;
  private final HotValue hotValue;

  /** Nothing is known yet; the clock is in milliseconds since the epoch. */
  PodWatch(DynamicSchedulerPolicy policy, LongSupplier clock) {
    this.policy = policy;
    this.clock = clock;
    estimate = new Estimate(policy.inFlight());
    waiting = new WaitingPods(policy.schedulerNames());
    hotValue = new HotValue(policy.hotValues());
  }

  @Override
  public void put(PodFacts pod) {
    waiting.put(pod);
    hotValue.put(pod, clock.getAsLong());
  }

  @Override
  public void remove(PodFacts last) {
    waiting.remove(last); // its binding counts on, as it does for crane
  }

  /** Names the nodes that would accept a pod. */
  interface Accepting {
    Stream<String> nodes(Demand incoming, long nowMillis);
  }

  /** What the annotator is to know. */
  PodSources sources(Accepting accepting, BooleanSupplier podsKnown) {
    return new PodSources(
        this::demands,
        (incoming, nowMillis) -> accepting.nodes(incoming, nowMillis).collect(toSet()),
        nowMillis ->
            podsKnown.getAsBoolean() ? Optional.of(hotValue.values(nowMillis)) : Optional.empty());
  }

  private Map<String, Demand> demands() {
    return waiting.pods().stream()
        .collect(
            toMap(
                PodFacts::uid,
                pod -> policy.inFlight().enabled() ? estimate.of(pod.resources()) : Demand.NONE));
  }

  /** Sets the gauges to what is known now. */
  void publish(Metrics metrics, long nowMillis) {
    metrics.podsWaiting.set(waiting.pods().size());
    long since = waiting.sinceMillis().orElse(nowMillis);
    metrics.longestWait.set(Math.max(0, nowMillis - since) / 1e3);
  }
}

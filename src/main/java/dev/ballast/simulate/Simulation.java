package dev.ballast.simulate;

import dev.ballast.inflight.PodListener;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.Resource;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two clusters with the same nodes, the same load of their own and the same pods arriving, placed
 * by the same scheduler loop; only one of the two asks an extender. Time moves in ticks of {@link
 * #TICK}, and everything but the duration of calls depends on the scenario alone. Confined to one
 * thread, which is also the one that moves the clock.
 *
 * <p>In a tick pods end, pods arrive, readings that are due are published, both queues are tried,
 * and then the load is measured: so what is published is at least one tick old, as with a scrape.
 * Before the first tick a day of the load that nodes carry anyway has been measured, so that maxima
 * over hours and a day mean something at once.
 *
 * <p>What the model leaves out: a pod's use does not change during its life, does not rise at its
 * start, and is not slowed by a full node (work that was not done is not made up for); there are no
 * limits, evictions, OOM kills, taints, affinities, priorities or preemption; every node is offered
 * to the extender, where kube-scheduler samples from 100 nodes on; a pod that found no node is
 * tried again every tick instead of with a growing delay; a binding is seen at once; measuring is
 * free of gaps and errors. One scheduler is alone on each cluster.
 */
public final class Simulation {
  /** The step of time. */
  public static final Duration TICK = Duration.ofSeconds(10);

  private static final Duration HISTORY = Duration.ofDays(1).plusMinutes(10);
  private static final int NEWEST = 4;

  /**
   * What a simulation works with.
   *
   * @param scenario what happens
   * @param clock the time, which the extender reads too
   * @param metrics what is measured and published
   * @param store where readings go, and what the extender judges by
   * @param annotations the text of readings
   * @param judge the policy, to say which nodes are refused; deciding is the extender's business
   * @param extender asked by one of the sides
   * @param pods told of the pods of that side, as an informer would tell
   */
  public record Parts(
      Scenario scenario,
      SimulatedClock clock,
      List<SimulatedMetric> metrics,
      LoadStore store,
      LoadAnnotations annotations,
      LoadPolicy judge,
      Extender extender,
      PodListener pods) {}

  private final Parts parts;
  private final Scenario scenario;
  private final Side loadBlind;
  private final Side withBallast;
  private final Measurements measurements;
  private final LoadPublisher publisher;
  private final Cluster untouched;
  private int arrived;
  private long unavoidableMillis;

  /** A simulation at its start, with a day of history measured. */
  public Simulation(Parts parts) {
    this.parts = parts;
    scenario = parts.scenario();
    loadBlind = new Side(scenario, Optional.empty(), PodListener.NONE);
    withBallast = new Side(scenario, Optional.of(parts.extender()), parts.pods());
    untouched = new Cluster(scenario);
    measurements = new Measurements(parts.metrics(), scenario.nodes().size(), TICK);
    publisher =
        new LoadPublisher(parts.metrics(), parts.store(), parts.annotations(), scenario.nodes());
    long start = scenario.startMillis();
    for (long t = start - HISTORY.toMillis(); t < start; t += TICK.toMillis()) {
      measurements.sample(untouched, t);
    }
    parts.clock().moveTo(start);
  }

  /** Whether the scenario's time is over. */
  public boolean done() {
    return elapsed().compareTo(scenario.duration()) >= 0;
  }

  /** Simulated time since the start. */
  public Duration elapsed() {
    return Duration.ofMillis(parts.clock().getAsLong() - scenario.startMillis());
  }

  /** Lets one {@link #TICK} pass. */
  public void tick() {
    long now = parts.clock().getAsLong();
    long step = TICK.toMillis();
    loadBlind.cluster().endPods(now);
    withBallast.cluster().endPods(now);
    for (; arrived < scenario.arrivals().size() && next().arrivesMillis() <= now; arrived++) {
      loadBlind.arrive(next());
      withBallast.arrive(next());
    }
    publisher.publishDue(measurements, now);
    loadBlind.loop().run(now);
    withBallast.loop().run(now);
    measurements.sample(withBallast.cluster(), now);
    loadBlind.account(now, step);
    withBallast.account(now, step);
    for (int node = 0; node < untouched.size(); node++) {
      boolean hot = untouched.load(node, Resource.CPU, now) > SideSummary.HOT;
      unavoidableMillis += hot ? step : 0;
    }
    parts.clock().moveTo(now + step);
  }

  private SimulatedPod next() {
    return scenario.arrivals().get(arrived);
  }

  /** What it looks like now. */
  public SimulationView view() {
    long now = parts.clock().getAsLong();
    var newest = new ArrayList<SimulationView.NewPod>();
    for (int i = arrived - 1; i >= Math.max(0, arrived - NEWEST); i--) {
      var pod = scenario.arrivals().get(i);
      newest.add(
          new SimulationView.NewPod(pod, placement(loadBlind, pod), placement(withBallast, pod)));
    }
    return new SimulationView(loadBlind.view(now), withBallast.view(now), refused(now), newest);
  }

  private static Optional<Placement> placement(Side side, SimulatedPod pod) {
    return Optional.ofNullable(side.loop().placements().get(pod.name()));
  }

  private List<SimulationView.RefusedNode> refused(long nowMillis) {
    var snapshot = parts.store().snapshot();
    var metrics = parts.store().metrics();
    var refused = new ArrayList<SimulationView.RefusedNode>();
    for (var node : scenario.nodes()) {
      var load = snapshot.find(node.name());
      if (load != null && parts.judge().judge(load, nowMillis) instanceof Verdict.Refused refusal) {
        long age = nowMillis - load.timeMillis(metrics.indexOf(refusal.metric()));
        refused.add(
            new SimulationView.RefusedNode(
                node.name(), refusal.metric(), refusal.usage(), refusal.limit(), age));
      }
    }
    return refused;
  }

  /** What it came to so far. */
  public Summary summary() {
    return new Summary(
        scenario.seed(),
        scenario.nodes().size(),
        elapsed().toMillis() / 60_000.0,
        unavoidableMillis / 60_000.0,
        loadBlind.summary(),
        withBallast.summary());
  }
}

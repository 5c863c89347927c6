package dev.ballast.simulate;

import dev.ballast.inflight.PodListener;
import dev.ballast.load.Resource;
import java.util.Optional;
import java.util.stream.IntStream;

/** One side of the comparison: a cluster, the scheduler that fills it, and the sums so far. */
final class Side {
  private static final double MILLIS_PER_MINUTE = 60_000;
  private static final double MILLIS_PER_CORE = 1_000;

  private final Cluster cluster;
  private final SchedulerLoop loop;
  private int arrived;
  private long hotMillis;
  private long veryHotMillis;
  private long waitingMillis;
  private long refusedMillis;
  private double maxCpu;
  private double maxRequested;
  private double missingCoreMinutes;

  Side(Scenario scenario, Optional<Extender> extender, PodListener listener) {
    cluster = new Cluster(scenario, listener);
    loop = new SchedulerLoop(cluster, extender, Seeds.stream(scenario.seed(), "lots"));
  }

  Cluster cluster() {
    return cluster;
  }

  SchedulerLoop loop() {
    return loop;
  }

  void arrive(SimulatedPod pod) {
    arrived++;
    loop.enqueue(pod);
  }

  /** Adds what the next {@code stepMillis} are like to the sums. */
  void account(long nowMillis, long stepMillis) {
    for (int node = 0; node < cluster.size(); node++) {
      double demand = cluster.demand(node, Resource.CPU, nowMillis);
      double load = Math.min(1, demand);
      hotMillis += load > SideSummary.HOT ? stepMillis : 0;
      veryHotMillis += load > SideSummary.VERY_HOT ? stepMillis : 0;
      maxCpu = Math.max(maxCpu, load);
      missingCoreMinutes +=
          (demand - load)
              * (cluster.node(node).cpuMillis() / MILLIS_PER_CORE)
              * (stepMillis / MILLIS_PER_MINUTE);
      maxRequested = Math.max(maxRequested, cluster.requested(node, Resource.CPU));
      maxRequested = Math.max(maxRequested, cluster.requested(node, Resource.MEMORY));
    }
    for (var why : loop.waiting().values()) {
      waitingMillis += stepMillis;
      refusedMillis += why == SchedulerLoop.Waiting.FOR_LOAD ? stepMillis : 0;
    }
  }

  SideView view(long nowMillis) {
    var loads =
        IntStream.range(0, cluster.size())
            .mapToObj(i -> cluster.load(i, Resource.CPU, nowMillis))
            .toList();
    int hot = (int) loads.stream().filter(load -> load > SideSummary.HOT).count();
    double requested = 0;
    double capacity = 0;
    for (int i = 0; i < cluster.size(); i++) {
      requested += cluster.requested(i, Resource.CPU) * cluster.node(i).cpuMillis();
      capacity += cluster.node(i).cpuMillis();
    }
    return new SideView(
        loads, hot, requested / capacity, loop.placements().size(), loop.waiting().size());
  }

  SideSummary summary() {
    return new SideSummary(
        arrived,
        loop.placements().size(),
        loop.waiting().size(),
        hotMillis / MILLIS_PER_MINUTE,
        veryHotMillis / MILLIS_PER_MINUTE,
        maxCpu,
        missingCoreMinutes,
        waitingMillis / MILLIS_PER_MINUTE,
        refusedMillis / MILLIS_PER_MINUTE,
        maxRequested,
        loop.calls(),
        loop.failedCalls());
  }
}

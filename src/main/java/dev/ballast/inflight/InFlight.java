package dev.ballast.inflight;

import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The ledger of the pods on nodes: for each node the {@link Charge} of its pods. It holds every
 * live pod, of every scheduler and kind, and drops nothing by time: what a pod still counts is a
 * question of each reading's own time, so clocks that step cannot hurt, and what is held is what
 * exists.
 *
 * <p>Written by one thread, the one that is told of pods; read by many, without a lock. Two ledgers
 * that were told of the same pods, in whatever order, give the same charges.
 */
public final class InFlight implements PodListener {
  private record Held(String node, Charge.Slot slot) {}

  /**
   * The pods in flight of a cluster.
   *
   * @param pods pods that some reading of their node does not show entirely
   * @param cpu cores that they are expected to add
   * @param memory bytes that they are expected to add
   */
  public record Totals(int pods, double cpu, double memory) {}

  private final Estimate estimate;
  private final Map<String, Held> byUid = new HashMap<>();
  private final ConcurrentMap<String, Charge> byNode = new ConcurrentHashMap<>();

  public InFlight(Estimate estimate) {
    this.estimate = estimate;
  }

  /** The pods of a node, as they are now. */
  public Charge charge(String node) {
    return byNode.getOrDefault(node, Charge.NONE);
  }

  @Override
  public void put(PodFacts pod) {
    if (!pod.isLive()) {
      remove(pod);
      return;
    }
    var slot = new Charge.Slot(fullUntil(pod), estimate.of(pod.resources()));
    var held = new Held(pod.node(), slot);
    var before = byUid.put(pod.uid(), held);
    if (held.equals(before)) {
      return;
    }
    if (before != null && before.node().equals(held.node())) {
      byNode.computeIfPresent(
          held.node(), (node, charge) -> charge.without(before.slot()).with(slot));
      return;
    }
    if (before != null) {
      takeOff(before);
    }
    byNode.merge(held.node(), Charge.NONE.with(slot), (charge, alone) -> charge.with(slot));
  }

  @Override
  public void remove(PodFacts last) {
    var before = byUid.remove(last.uid());
    if (before != null) {
      takeOff(before);
    }
  }

  private void takeOff(Held held) {
    byNode.computeIfPresent(
        held.node(), (node, charge) -> charge.size() == 1 ? null : charge.without(held.slot()));
  }

  private long fullUntil(PodFacts pod) {
    Duration warmup = estimate.warmup(pod.resources());
    long start = pod.startMillis();
    long sum = start + warmup.toMillis();
    return sum < start ? PodFacts.NOT_YET : sum; // it would be after the end of time
  }

  /**
   * What all nodes' newest readings do not show, by each node's reading that misses the most; nodes
   * without readings are left out.
   */
  public Totals totals(LoadSnapshot snapshot) {
    int pods = 0;
    double cpu = 0;
    double memory = 0;
    for (var entry : byNode.entrySet()) {
      var load = snapshot.find(entry.getKey());
      if (load != null) {
        var node = totals(entry.getValue(), load);
        pods += node.pods();
        cpu += node.cpu();
        memory += node.memory();
      }
    }
    return new Totals(pods, cpu, memory);
  }

  private static Totals totals(Charge charge, NodeLoad load) {
    int pods = 0;
    double cpu = 0;
    double memory = 0;
    for (int i = 0; i < load.metrics().size(); i++) {
      if (Double.isNaN(load.value(i))) {
        continue;
      }
      pods = Math.max(pods, charge.pods(load, i));
      if (load.metrics().shape(i).resource() == Resource.CPU) {
        cpu = Math.max(cpu, charge.inScore(load, i));
      } else {
        memory = Math.max(memory, charge.inScore(load, i));
      }
    }
    return new Totals(pods, cpu, memory);
  }

  /** The number of live pods that are held. */
  int pods() {
    return byUid.size();
  }

  /** The number of nodes that have live pods. */
  int nodes() {
    return byNode.size();
  }
}

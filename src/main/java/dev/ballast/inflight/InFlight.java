package dev.ballast.inflight;

import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
  private static final int SHARED_DEMANDS = 4_096;

  /**
   * The pods in flight of a cluster.
   *
   * @param pods pods that some reading of their node does not show entirely
   * @param cpu cores that they are expected to add
   * @param memory bytes that they are expected to add
   */
  public record Totals(int pods, double cpu, double memory) {}

  private final Estimate estimate;
  private final Shared<Demand> demands = new Shared<>(SHARED_DEMANDS);
  private final Map<String, PodFacts> byUid = new HashMap<>();
  private final ConcurrentMap<String, Place> byNode = new ConcurrentHashMap<>();
  private volatile Places places = new Places(NodeNames.EMPTY);

  public InFlight(Estimate estimate) {
    this.estimate = estimate;
  }

  /** The charge of a node, and the number it has among the names; guarded by the ledger. */
  private static final class Place {
    volatile Charge charge = Charge.NONE;
    int number = NodeNames.NONE;
  }

  /**
   * The charges of nodes by number: a call would look up hundreds of names, which is most of it.
   * Its elements are written under the ledger's lock and then {@code places}, which a call reads
   * first.
   */
  private static final class Places implements NodeCharges {
    final NodeNames names;
    final Charge[] byNumber;

    Places(NodeNames names) {
      this.names = names;
      byNumber = new Charge[names.size()];
      Arrays.fill(byNumber, Charge.NONE);
    }

    @Override
    public Charge[] at(NodeList nodes) {
      var charges = NodeCharges.NONE.at(nodes);
      nodes.gather(byNumber, charges);
      return charges;
    }
  }

  /** The pods of a node, as they are now. */
  public Charge charge(String node) {
    @Nullable Place place = byNode.get(node);
    return place == null ? Charge.NONE : place.charge;
  }

  /** The pods of nodes by their number. */
  public NodeCharges charges(NodeNames names) {
    var known = places;
    return known.names == names ? known : places(names);
  }

  /** Nodes have come or gone. */
  private synchronized Places places(NodeNames names) {
    if (places.names != names) {
      byNode.values().forEach(place -> place.number = NodeNames.NONE);
      var next = new Places(names);
      for (int number = 0; number < names.size(); number++) {
        if (!names.isFree(number)) {
          var place = byNode.computeIfAbsent(names.name(number), name -> new Place());
          place.number = number;
          next.byNumber[number] = place.charge;
        }
      }
      byNode.values().removeIf(place -> place.number == NodeNames.NONE && place.charge.size() == 0);
      places = next;
    }
    return places;
  }

  @Override
  public void put(PodFacts pod) {
    if (!pod.isLive()) {
      remove(pod);
      return;
    }
    var before = byUid.put(pod.uid(), pod);
    var slot = slot(pod);
    if (before == null) {
      putOn(pod.node(), slot);
      return;
    }
    var slotBefore = slot(before);
    if (!before.node().equals(pod.node())) {
      takeOff(before.node(), slotBefore);
      putOn(pod.node(), slot);
    } else if (!slotBefore.equals(slot)) {
      change(pod.node(), charge -> charge.without(slotBefore).with(slot));
    }
  }

  @Override
  public void remove(PodFacts last) {
    var before = byUid.remove(last.uid());
    if (before != null) {
      takeOff(before.node(), slot(before));
    }
  }

  private void putOn(String node, Charge.Slot slot) {
    change(node, charge -> charge.with(slot));
  }

  private void takeOff(String node, Charge.Slot slot) {
    change(node, charge -> charge.size() == 1 ? Charge.NONE : charge.without(slot));
  }

  private synchronized void change(String node, UnaryOperator<Charge> change) {
    var place = byNode.computeIfAbsent(node, name -> new Place());
    place.charge = change.apply(place.charge);
    if (place.number != NodeNames.NONE) {
      var known = places;
      known.byNumber[place.number] = place.charge;
      places = known;
    }
  }

  /** Made of the pod's facts whenever it is needed: keeping it would cost more than the pod. */
  private Charge.Slot slot(PodFacts pod) {
    return new Charge.Slot(fullUntil(pod), demands.of(estimate.of(pod.resources())));
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
        var node = totals(entry.getValue().charge, load);
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
    return (int) byNode.values().stream().filter(place -> place.charge.size() > 0).count();
  }

  /** The number of nodes that are kept: those, and those with a number. */
  int kept() {
    return byNode.size();
  }
}

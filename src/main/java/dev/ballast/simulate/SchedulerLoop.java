package dev.ballast.simulate;

import dev.ballast.load.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A small scheduler that decides as kube-scheduler does with its default resource plugins: one pod
 * after the other, nodes that fit by requests, then an extender's filter if there is one, then the
 * best sum of LeastAllocated and BalancedAllocation (0..100 each, weight 1; kubernetes {@code
 * pkg/scheduler/framework/plugins/noderesources}) plus the extender's score times its weight times
 * 10. The extender is ignorable: a call that fails changes nothing but the count of failures.
 *
 * <p>Ties go by lot among the nodes that have been scored; a node that the extender did not list
 * loses to one that it did, and such nodes go by their order. With one node left prioritize is not
 * called. A pod without a node is tried again at the next run. Confined to one thread.
 */
final class SchedulerLoop {
  /** Weight of the extender, as in the scheduler configuration that Ballast ships. */
  static final int EXTENDER_WEIGHT = 5;

  private static final int POINTS_PER_EXTENDER_POINT = 10;
  private static final int MAX_NODE_SCORE = 100;

  /** Why a pod waits. */
  enum Waiting {
    /** Its requests fit nowhere. */
    FOR_ROOM,
    /** Its requests fit somewhere, but the extender refused all of these nodes. */
    FOR_LOAD
  }

  private record Candidate(int node, long score, double lot) {
    boolean beats(Candidate other) {
      return score > other.score || (score == other.score && lot > other.lot);
    }
  }

  private final Cluster cluster;
  private final Optional<Extender> extender;
  private final Random lots;
  private final List<String> names;
  private final Map<String, Integer> indexOf = new LinkedHashMap<>();
  private final ArrayDeque<SimulatedPod> queue = new ArrayDeque<>();
  private final Map<SimulatedPod, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Placement> placements = new LinkedHashMap<>();
  private int calls;
  private int failedCalls;

  SchedulerLoop(Cluster cluster, Optional<Extender> extender, Random lots) {
    this.cluster = cluster;
    this.extender = extender;
    this.lots = lots;
    names = IntStream.range(0, cluster.size()).mapToObj(i -> cluster.node(i).name()).toList();
    for (int i = 0; i < names.size(); i++) {
      indexOf.put(names.get(i), i);
    }
  }

  void enqueue(SimulatedPod pod) {
    queue.add(pod);
  }

  /** Tries every pod of the queue once, in the order of their arrival. */
  void run(long nowMillis) {
    waiting.clear();
    for (Iterator<SimulatedPod> pods = queue.iterator(); pods.hasNext(); ) {
      var pod = pods.next();
      var node = choose(pod);
      if (node.isPresent()) {
        bind(pod, node.get(), nowMillis);
        pods.remove();
      }
    }
  }

  /** The pods that the last run left, and why. */
  Map<SimulatedPod, Waiting> waiting() {
    return waiting;
  }

  /** Where each pod went, by its name, in the order of binding. */
  Map<String, Placement> placements() {
    return placements;
  }

  /** Calls of the extender. */
  int calls() {
    return calls;
  }

  /** Calls of the extender without an answer that can be used. */
  int failedCalls() {
    return failedCalls;
  }

  private void bind(SimulatedPod pod, int node, long nowMillis) {
    double load = cluster.load(node, Resource.CPU, nowMillis);
    placements.put(pod.name(), new Placement(names.get(node), load));
    cluster.bind(node, pod, nowMillis);
  }

  private Optional<Integer> choose(SimulatedPod pod) {
    var fitting =
        IntStream.range(0, cluster.size()).filter(i -> cluster.fits(i, pod)).boxed().toList();
    if (fitting.isEmpty()) {
      waiting.put(pod, Waiting.FOR_ROOM);
      return Optional.empty();
    }
    var passing = extender.isPresent() ? filter(extender.get(), pod, fitting) : fitting;
    if (passing.isEmpty()) {
      waiting.put(pod, Waiting.FOR_LOAD);
      return Optional.empty();
    }
    return Optional.of(passing.size() == 1 ? passing.get(0) : best(pod, passing));
  }

  private List<Integer> filter(Extender extender, SimulatedPod pod, List<Integer> nodes) {
    calls++;
    try {
      return extender.filter(pod, namesOf(nodes)).stream().map(this::index).toList();
    } catch (ExtenderCallException e) {
      failedCalls++;
      return nodes;
    }
  }

  private int best(SimulatedPod pod, List<Integer> nodes) {
    var candidates = new ArrayList<Candidate>();
    var scores =
        extender.isPresent() ? prioritize(extender.get(), pod, nodes) : Map.<String, Long>of();
    for (int node : nodes) {
      var given = scores.get(names.get(node));
      long points = given == null ? 0 : given * EXTENDER_WEIGHT * POINTS_PER_EXTENDER_POINT;
      double lot = lots.nextDouble(); // drawn for every node, so that both sides draw alike
      boolean hasLot = extender.isEmpty() || given != null;
      candidates.add(new Candidate(node, ownScore(pod, node) + points, hasLot ? lot : -1));
    }
    var best = candidates.get(0);
    for (var candidate : candidates) {
      best = candidate.beats(best) ? candidate : best;
    }
    return best.node();
  }

  private Map<String, Long> prioritize(Extender extender, SimulatedPod pod, List<Integer> nodes) {
    calls++;
    try {
      return extender.prioritize(pod, namesOf(nodes));
    } catch (ExtenderCallException e) {
      failedCalls++;
      return Map.of();
    }
  }

  private long ownScore(SimulatedPod pod, int node) {
    double cpu = cluster.requestedWith(node, Resource.CPU, pod);
    double memory = cluster.requestedWith(node, Resource.MEMORY, pod);
    long leastAllocated =
        ((long) ((1 - cpu) * MAX_NODE_SCORE) + (long) ((1 - memory) * MAX_NODE_SCORE)) / 2;
    double deviation = Math.abs(cpu - memory) / 2; // standard deviation of two numbers
    return leastAllocated + (long) ((1 - deviation) * MAX_NODE_SCORE);
  }

  private List<String> namesOf(List<Integer> nodes) {
    return nodes.stream().map(names::get).toList();
  }

  private int index(String name) {
    return Objects.requireNonNull(indexOf.get(name));
  }
}

package dev.ballast.simulate;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.load.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * One side's cluster: which pods run where, what is requested and what is really used. Nodes go by
 * their index in the scenario. Confined to one thread.
 */
final class Cluster {
  private record Running(SimulatedPod pod, int node, long endsMillis, PodFacts facts) {}

  private final List<SimulatedNode> nodes;
  private final Background background;
  private final PodListener listener;
  private final List<Running> running = new ArrayList<>();
  private final long[] cpuRequestedMillis;
  private final long[] memoryRequestedMib;
  private final long[] cpuUsedMillis;
  private final long[] memoryUsedMib;

  /** A cluster without pods, nobody told of changes. */
  Cluster(Scenario scenario) {
    this(scenario, PodListener.NONE);
  }

  /** A cluster without pods that tells of those that are bound and end. */
  Cluster(Scenario scenario, PodListener listener) {
    this.listener = listener;
    nodes = scenario.nodes();
    background = scenario.background();
    cpuRequestedMillis = new long[nodes.size()];
    memoryRequestedMib = new long[nodes.size()];
    cpuUsedMillis = new long[nodes.size()];
    memoryUsedMib = new long[nodes.size()];
    for (int i = 0; i < nodes.size(); i++) {
      cpuRequestedMillis[i] =
          Math.round(background.requested(i, Resource.CPU) * nodes.get(i).cpuMillis());
      memoryRequestedMib[i] =
          Math.round(background.requested(i, Resource.MEMORY) * nodes.get(i).memoryMib());
    }
  }

  int size() {
    return nodes.size();
  }

  SimulatedNode node(int i) {
    return nodes.get(i);
  }

  int pods() {
    return running.size();
  }

  void bind(int node, SimulatedPod pod, long nowMillis) {
    var facts = pod.boundTo(nodes.get(node).name(), nowMillis);
    running.add(new Running(pod, node, nowMillis + pod.lifetimeMillis(), facts));
    account(node, pod, 1);
    listener.put(facts);
  }

  /** Ends the pods whose time has come. */
  void endPods(long nowMillis) {
    running.removeIf(
        r -> {
          boolean ends = r.endsMillis() <= nowMillis;
          if (ends) {
            account(r.node(), r.pod(), -1);
            listener.remove(r.facts());
          }
          return ends;
        });
  }

  private void account(int node, SimulatedPod pod, long sign) {
    cpuRequestedMillis[node] += sign * pod.cpuRequestMillis();
    memoryRequestedMib[node] += sign * pod.memoryRequestMib();
    cpuUsedMillis[node] += sign * pod.cpuUseMillis();
    memoryUsedMib[node] += sign * pod.memoryUseMib();
  }

  /** The fraction of a node's capacity that is requested. */
  double requested(int node, Resource resource) {
    return resource == Resource.MEMORY
        ? (double) memoryRequestedMib[node] / nodes.get(node).memoryMib()
        : (double) cpuRequestedMillis[node] / nodes.get(node).cpuMillis();
  }

  /** The same with one more pod. */
  double requestedWith(int node, Resource resource, SimulatedPod pod) {
    return requested(node, resource)
        + (resource == Resource.MEMORY
            ? (double) pod.memoryRequestMib() / nodes.get(node).memoryMib()
            : (double) pod.cpuRequestMillis() / nodes.get(node).cpuMillis());
  }

  /** Whether a pod's requests fit beside what is requested already. */
  boolean fits(int node, SimulatedPod pod) {
    return cpuRequestedMillis[node] + pod.cpuRequestMillis() <= nodes.get(node).cpuMillis()
        && memoryRequestedMib[node] + pod.memoryRequestMib() <= nodes.get(node).memoryMib();
  }

  /** What a node is asked to do, a fraction of its capacity; over 1 when it cannot. */
  double demand(int node, Resource resource, long nowMillis) {
    double pods =
        resource == Resource.MEMORY
            ? (double) memoryUsedMib[node] / nodes.get(node).memoryMib()
            : (double) cpuUsedMillis[node] / nodes.get(node).cpuMillis();
    return background.load(node, resource, nowMillis) + pods;
  }

  /** What a node really does, a fraction 0..1 of its capacity. */
  double load(int node, Resource resource, long nowMillis) {
    return Math.min(1, demand(node, resource, nowMillis));
  }
}

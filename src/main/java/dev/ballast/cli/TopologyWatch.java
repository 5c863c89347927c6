package dev.ballast.cli;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.TopologyFeed;
import dev.ballast.policy.TopologyPolicy;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.ZoneLedger;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What is known of the zones of nodes: topologies, the labels that go with them, and the pods
 * there. Knows nothing where the policy does not count zones. Safe for use by many threads.
 */
final class TopologyWatch implements PodListener, TopologyFeed.Listener, AutoCloseable {
  private final boolean enabled;
  private final ZoneLedger ledger;
  private final TopologyFeed feed;
  private final LongSupplier clock;

  /** Nothing is known yet; the clock is in milliseconds since the epoch. */
  TopologyWatch(KubeConnection connection, TopologyPolicy policy, LongSupplier clock) {
    enabled = policy.enabled();
    ledger = new ZoneLedger(policy.prefer());
    feed = new TopologyFeed(connection, this);
    this.clock = clock;
  }

  /** Starts to list and watch topologies; returns at once. */
  void start() {
    if (enabled) {
      feed.start();
    }
  }

  /** Who has what. */
  ZoneLedger ledger() {
    return ledger;
  }

  /** Whether all topologies have been listed, or none count. */
  boolean hasSynced() {
    return !enabled || feed.hasSynced();
  }

  /** Ends what was assumed for too long; to be called once a second. */
  void expire() {
    ledger.expire(clock.getAsLong());
  }

  /** Takes a node's label. */
  void put(AnnotatedNode node) {
    if (enabled) {
      ledger.aware(node.name(), node.zoneAware(), clock.getAsLong());
    }
  }

  /** Takes back a node. */
  void removeNode(String name) {
    ledger.aware(name, Optional.empty(), clock.getAsLong());
  }

  @Override
  public void put(PodFacts pod) {
    if (!enabled) {
      return;
    }
    if (pod.isLive()) {
      ledger.put(pod(pod), pod.node(), pod.boundMillis(), clock.getAsLong());
    } else if (pod.ended()) {
      remove(pod);
    }
  }

  @Override
  public void remove(PodFacts last) {
    if (enabled) {
      ledger.remove(pod(last), last.node(), clock.getAsLong());
    }
  }

  private static ZoneLedger.Pod pod(PodFacts pod) {
    return new ZoneLedger.Pod(pod.uid(), pod.namespace(), pod.name(), pod.topology());
  }

  @Override
  public void put(NodeTopology topology) {
    ledger.put(topology, clock.getAsLong());
  }

  @Override
  public void unreadable(NodeTopology.Kind kind, String node) {
    ledger.unreadable(kind, node, clock.getAsLong());
  }

  @Override
  public void remove(NodeTopology.Kind kind, String node) {
    ledger.remove(kind, node, clock.getAsLong());
  }

  @Override
  public void close() {
    feed.close();
  }
}

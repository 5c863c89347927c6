package dev.ballast.cli;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.annotator.PodSources;
import dev.ballast.config.BallastConfiguration;
import dev.ballast.extender.LoadGauges;
import dev.ballast.http.OperationsEndpoints.Check;
import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.NodeCharges;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.NodeFeed;
import dev.ballast.kube.PodFeed;
import dev.ballast.load.Breaker;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.scoring.Incoming;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Round;
import dev.ballast.topology.ZoneLedger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a process knows of the cluster, whatever its role: nodes with their load, pods with what
 * they will add to it, and how the policy judges that. Safe for use by many threads, but for {@link
 * #look} and {@link #followOrder}.
 */
final class ClusterView implements AutoCloseable {
  /** Where kube-scheduler's threads mix its nodes too much, no order is good for long. */
  private static final int MOST_LOOKS_BEFORE_ORDER = 256;

  private final DynamicSchedulerPolicy policy;
  private final Metrics metrics;
  private final LoadStore store;
  private final LoadPolicy loadPolicy;
  private final InFlight inFlight;
  private final PodWatch podWatch;
  private final TopologyWatch topologies;
  private final NodeFeed nodes;
  private final PodFeed pods;
  private final LoadWatch watch;
  private boolean podsStarted; // confined to the thread that looks, as the next two
  private int looksAtOrder;
  private int looksBeforeOrder = 1;

  /**
   * A view that is not started yet.
   *
   * @param soon runs the publishing of a snapshot after a moment
   * @param events takes what the breaker has to tell
   * @param listeners told of pods too, of each when its node's charge is known already
   */
  ClusterView(
      KubeConnection connection,
      DynamicSchedulerPolicy policy,
      BallastConfiguration config,
      Metrics metrics,
      Executor soon,
      LoadWatch.Events events,
      List<PodListener> listeners) {
    this.policy = policy;
    this.metrics = metrics;
    store =
        new LoadStore(
            MetricTable.of(policy, config.metrics().shapes()),
            new LoadAnnotations(config.annotations().timeZone()),
            soon,
            new UnreadableLog(metrics));
    loadPolicy = new LoadPolicy(policy, store.metrics());
    inFlight = new InFlight(new Estimate(policy.inFlight()));
    podWatch = new PodWatch(policy, System::currentTimeMillis);
    topologies = new TopologyWatch(connection, policy.topology(), System::currentTimeMillis);
    nodes = new NodeFeed(connection, keys(policy)::contains, new StoreFeeder());
    var all = new ArrayList<PodListener>();
    if (policy.inFlight().enabled()) {
      all.add(inFlight); // first: what is expected of a pod on a node ends when it counts there
    }
    all.addAll(listeners);
    all.add(podWatch);
    all.add(topologies);
    pods = new PodFeed(connection, List.copyOf(all), new UnreadablePodLog(metrics));
    watch =
        new LoadWatch(
            new LoadWatch.Listing(
                nodes::hasSynced, () -> nodes.nodes().stream().map(AnnotatedNode::name).toList()),
            store::snapshot,
            new Breaker(policy, store.metrics()),
            System::currentTimeMillis,
            metrics,
            events);
  }

  /** The annotations of nodes that are read. */
  private static Set<String> keys(DynamicSchedulerPolicy policy) {
    var keys = new HashSet<String>();
    policy.syncPolicies().forEach(sync -> keys.add(sync.name()));
    keys.add(LoadAnnotations.HOT_VALUE);
    keys.add(LoadAnnotations.STALE_SINCE);
    keys.add(LoadAnnotations.FROZEN_SINCE);
    return keys;
  }

  /**
   * Starts to list and watch the nodes; returns at once. Pods follow when all nodes are known: a
   * process answers from then on, and pods, of which there are thirty times as many, would only
   * hold that up.
   */
  void start() {
    nodes.start();
    topologies.start();
  }

  /** The load of all nodes. */
  LoadStore store() {
    return store;
  }

  /** How the policy judges. */
  LoadPolicy loadPolicy() {
    return loadPolicy;
  }

  /** Who has what of the zones of nodes. */
  ZoneLedger zones() {
    return topologies.ledger();
  }

  /** Whether all that has to do with zones is known: topologies and pods. */
  boolean zonesKnown() {
    return topologies.hasSynced() && pods.hasSynced();
  }

  /** A pod by its UID, if it is known. */
  Optional<PodFacts> pod(String uid) {
    return pods.find(uid);
  }

  /** All nodes with their annotations, once all are known; none before. */
  Collection<AnnotatedNode> listedNodes() {
    return nodes.hasSynced() ? nodes.nodes() : List.of();
  }

  /** The pods in flight of nodes with these names; none where the policy does not count them. */
  NodeCharges charges(NodeNames names) {
    return policy.inFlight().enabled() ? inFlight.charges(names) : NodeCharges.NONE;
  }

  /** The pods in flight of a node, in the same way. */
  Charge charge(String node) {
    return policy.inFlight().enabled() ? inFlight.charge(node) : Charge.NONE;
  }

  /** True from the first snapshot on that holds all listed nodes. */
  boolean isComplete() {
    return watch.isComplete();
  }

  /** Whether so much load data is lost that nothing is judged. */
  boolean isNeutral() {
    return watch.isNeutral();
  }

  /** To be called after each publishing until the view is complete, and once a second. */
  void look() {
    watch.look();
    topologies.expire();
    if (!podsStarted && watch.isComplete()) {
      podsStarted = true;
      pods.start();
    }
  }

  /**
   * Numbers the nodes in the order in which kube-scheduler lists them; to be called often. A list
   * that cannot be followed makes it wait longer each time.
   */
  void followOrder() {
    if (++looksAtOrder < looksBeforeOrder) {
      return;
    }
    looksAtOrder = 0;
    if (store.reorder()) {
      charges(store.snapshot().names()); // not while a call waits
      looksBeforeOrder = Math.min(2 * looksBeforeOrder, MOST_LOOKS_BEFORE_ORDER);
    } else {
      looksBeforeOrder = 1;
    }
  }

  /** What the annotator has to know of pods. */
  PodSources podSources() {
    return podWatch.sources(this::accepting, pods::hasSynced);
  }

  private Stream<String> accepting(Demand incoming, long nowMillis) {
    var known = store.snapshot().nodes().toArray(NodeLoad[]::new);
    if (isNeutral()) {
      return Stream.of(known).map(NodeLoad::name);
    }
    var round = round(known, new Incoming("", incoming, false, false), nowMillis);
    var verdicts = loadPolicy.filter(round).verdicts();
    return IntStream.range(0, known.length)
        .filter(i -> verdicts[i].passes())
        .mapToObj(i -> known[i].name());
  }

  /** Nodes as one call would see them for a pod, with their pods in flight. */
  Round round(NodeLoad[] loads, Incoming pod, long nowMillis) {
    return Round.of(
        pod,
        Stream.of(loads).map(NodeLoad::name).toArray(String[]::new),
        loads,
        Stream.of(loads).map(load -> charge(load.name())).toArray(Charge[]::new),
        nowMillis);
  }

  /** Readiness checks on what is known. */
  List<Check> checks() {
    return List.of(
        new Check(
            "nodes",
            watch::isComplete,
            true,
            () ->
                nodes.nodes().size()
                    + " listed, "
                    + (nodes.isWatching() ? "watching" : "not watching")),
        new Check("pods", pods::hasSynced, false, this::podsDetail),
        new Check(
            "topologies",
            topologies::hasSynced,
            false,
            () -> topologies.hasSynced() ? "listed, or none are served" : "not listed yet"),
        watch.check());
  }

  private String podsDetail() {
    String counts = pods.counts().toString();
    return pods.hasSynced()
        ? counts
        : counts + ", not all are listed: the others do not count in flight";
  }

  /** Brings the gauges up to date. */
  void publishGauges() {
    long now = System.currentTimeMillis();
    var snapshot = store.snapshot();
    LoadGauges.publish(snapshot, store.metrics(), now, metrics);
    LoadGauges.publish(inFlight.totals(snapshot), metrics);
    metrics.synced.labelValues("nodes").set(watch.isComplete() ? 1 : 0);
    metrics.synced.labelValues("pods").set(pods.hasSynced() ? 1 : 0);
    pods.counts()
        .forEach(
            (state, count) ->
                metrics.pods.labelValues(state.name().toLowerCase(Locale.ROOT)).set(count));
    podWatch.publish(metrics, now);
    metrics.unplacedPods.set(zones().unplaced().size());
    metrics.synced.labelValues("topologies").set(topologies.hasSynced() ? 1 : 0);
  }

  @Override
  public void close() {
    pods.close();
    topologies.close();
    nodes.close();
  }

  /** Puts what the informer sees into the store. */
  private final class StoreFeeder implements NodeFeed.Listener {
    @Override
    public void put(AnnotatedNode node) {
      store.put(node.name(), node.facts(), node.annotations(), System.currentTimeMillis());
      topologies.put(node);
    }

    @Override
    public void remove(String name) {
      store.remove(name);
      topologies.removeNode(name);
    }
  }
}

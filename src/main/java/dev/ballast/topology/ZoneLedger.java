package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who has what of the zones of each node. It is told of topologies and of pods, and hands out
 * shares of zones so that none is handed out twice:
 *
 * <ul>
 *   <li>A pod with a result counts on the zones of its result.
 *   <li>A pod without one counts in each zone of its node, as it may be anywhere.
 *   <li>A pod that is about to be bound is assumed: it counts on the zones that were chosen for it,
 *       until it is seen, its binding has failed, or {@link #LIFE_MILLIS} are over.
 *   <li>A pod that has been offered nodes and not been bound yet may be on any of them: for other
 *       pods it counts in each zone of each of these, for {@link #OFFER_MILLIS} at most.
 *   <li>Where the kubelet decides, what a topology calls available is less by the pods that came
 *       after it was made: those that were there when its fingerprint held are in it, and so are
 *       those that are older than {@link #LIFE_MILLIS}.
 * </ul>
 *
 * <p>Times are milliseconds since the epoch. Safe for use by many threads: what is changed is
 * changed under one lock, and calls read one immutable value a node.
 *
 * <p>Source: crane's scheduler plugin for the results; scheduler-plugins' NodeResourceTopologyMatch
 * for the fingerprint. We differ from crane in that a pod without a result counts and that
 * assumptions end; from scheduler-plugins in that an assumed pod counts on its zones only.
 */
public final class ZoneLedger {
  /** Life of an assumption, and of the doubt whether a topology has seen a pod. */
  public static final long LIFE_MILLIS = 300_000;

  /** Life of an offer. */
  public static final long OFFER_MILLIS = 2_000;

  private static final long[] NO_HASHES = {};

  /**
   * A pod. Immutable.
   *
   * @param topology what it asks for, with the result that it has
   */
  public record Pod(String uid, String namespace, String name, PodTopology topology) {}

  /** What came of {@link #assume}. Immutable. */
  public sealed interface Assumption {
    /** Nothing has to be counted: the pod may be bound as it is. */
    record Unneeded() implements Assumption {}

    /**
     * The shares that the pod is assumed to have from now on.
     *
     * @param needsResult whether an agent waits to be told of them
     */
    record Chosen(List<ZoneShare> shares, boolean needsResult) implements Assumption {
      public Chosen {
        shares = List.copyOf(shares);
      }
    }

    /**
     * Nothing is assumed, and the pod must not be bound there.
     *
     * @param reason why, for people
     */
    record Refused(String reason) implements Assumption {}
  }

  /**
   * A pod on a node.
   *
   * @param shares of zones; null when these are not known
   * @param assumed whether it has not been seen there
   * @param sinceMillis when it was bound or assumed
   */
  private record Held(
      Pod pod, @Nullable List<ZoneShare> shares, boolean assumed, long sinceMillis) {}

  /** What is known of a node; written under the lock. */
  private static final class Place {
    /** By kind, what is published: empty when it cannot be read. */
    final Map<Kind, Optional<NodeTopology>> published = new EnumMap<>(Kind.class);

    final Map<String, Held> held = new HashMap<>(); // by UID, pods that ask
    Optional<Boolean> aware = Optional.empty();
    long[] hashes = NO_HASHES; // of all its pods
    Set<String> covered = Set.of(); // UIDs of pods that its topology has seen
    @Nullable NodeZones empty; // without any use
    volatile @Nullable NodeZones zones; // what is left; null without a topology that can be read

    /** The topology that counts: an agent's, else the kubelet's. */
    Optional<NodeTopology> topology() {
      var crane = published.getOrDefault(Kind.CRANE, Optional.empty());
      var community = published.getOrDefault(Kind.COMMUNITY, Optional.empty());
      boolean agent = crane.filter(t -> t.cpus() == NodeTopology.CpuBinding.AGENT).isPresent();
      return agent || community.isEmpty() ? crane : community;
    }

    boolean isUnknown() {
      return published.isEmpty() && held.isEmpty() && aware.isEmpty() && hashes.length == 0;
    }
  }

  /** A pod that has been offered nodes. */
  private record Offer(PodTopology pod, Set<String> nodes, long untilMillis) {}

  private final ZonePreference preference;
  private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Offer> offers = new ConcurrentHashMap<>(); // by UID
  private final Map<String, Set<String>> assumedOn = new HashMap<>(); // by UID; guarded by this
  private final Set<String> doubtful = new HashSet<>(); // nodes that time changes; guarded by this
  private final ZoneLayout.Known layouts = new ZoneLayout.Known(); // guarded by this
  private int agents; // nodes with crane's kind; guarded by this
  private volatile boolean anyAgents;

  /** A ledger of no nodes. */
  public ZoneLedger(ZonePreference preference) {
    this.preference = preference;
  }

  /** Takes a topology, new or changed. */
  public synchronized void put(NodeTopology topology, long nowMillis) {
    publish(topology.node(), topology.kind(), Optional.of(topology), nowMillis);
  }

  /** Takes note that a node's topology cannot be read. */
  public synchronized void unreadable(Kind kind, String node, long nowMillis) {
    publish(node, kind, Optional.empty(), nowMillis);
  }

  private void publish(String node, Kind kind, Optional<NodeTopology> topology, long nowMillis) {
    var place = place(node);
    if (place.published.put(kind, topology) == null && kind == Kind.CRANE) {
      agents++;
      anyAgents = true;
    }
    shape(node, place, nowMillis);
  }

  /** Takes back a node's topology. */
  public synchronized void remove(Kind kind, String node, long nowMillis) {
    var place = place(node);
    if (place.published.remove(kind) != null && kind == Kind.CRANE) {
      agents--;
      anyAgents = agents > 0;
    }
    shape(node, place, nowMillis);
  }

  /** Takes what a node's label says of pods that do not say whether all comes from one zone. */
  public synchronized void aware(String node, Optional<Boolean> aware, long nowMillis) {
    var place = places.get(node);
    if (place == null && aware.isEmpty()) {
      return;
    }
    place = place(node);
    if (!place.aware.equals(aware)) {
      place.aware = aware;
      shape(node, place, nowMillis);
    }
  }

  /** Takes a pod that is on a node and has not ended, new or changed. */
  public synchronized void put(Pod pod, String node, long boundMillis, long nowMillis) {
    offers.remove(pod.uid());
    var place = place(node);
    var before = place.held.get(pod.uid());
    forget(pod.uid(), nowMillis);
    long hash = PodFingerprint.hash(pod.namespace(), pod.name());
    place.hashes = with(place.hashes, hash);
    if (pod.topology().asks()) {
      var shares = pod.topology().result().orElse(null);
      if (shares == null && before != null && isKubelets(place)) {
        shares = before.shares(); // foretold when it was bound
      }
      place.held.put(pod.uid(), new Held(pod, shares, false, boundMillis));
    }
    recount(node, place, nowMillis);
  }

  private static boolean isKubelets(Place place) {
    return place.topology().filter(t -> t.cpus() == NodeTopology.CpuBinding.KUBELET).isPresent();
  }

  /** Takes back a pod that was on a node, or was to be bound to one: it has ended or is gone. */
  public synchronized void remove(Pod last, String node, long nowMillis) {
    offers.remove(last.uid());
    forget(last.uid(), nowMillis);
    var place = places.get(node);
    if (place != null) {
      place.hashes = without(place.hashes, PodFingerprint.hash(last.namespace(), last.name()));
      place.held.remove(last.uid());
      recount(node, place, nowMillis);
    }
  }

  private static long[] with(long[] hashes, long hash) {
    for (long there : hashes) {
      if (there == hash) {
        return hashes;
      }
    }
    long[] more = Arrays.copyOf(hashes, hashes.length + 1);
    more[hashes.length] = hash;
    return more;
  }

  private static long[] without(long[] hashes, long hash) {
    return Arrays.stream(hashes).filter(there -> there != hash).toArray();
  }

  /**
   * Chooses a pod's zones on a node and counts it there. The same pod again is chosen for anew, as
   * if it were not there.
   */
  public synchronized Assumption assume(Pod pod, String node, long nowMillis) {
    offers.remove(pod.uid());
    var fit = fit(pod.uid(), pod.topology(), node);
    if (fit instanceof ZoneFit.Placed placed) {
      var place = place(node);
      place.held.put(pod.uid(), new Held(pod, placed.shares(), true, nowMillis));
      assumedOn.computeIfAbsent(pod.uid(), uid -> new HashSet<>()).add(node);
      recount(node, place, nowMillis);
      return new Assumption.Chosen(placed.shares(), placed.needsResult());
    }
    if (fit instanceof ZoneFit.Unbound) {
      return new Assumption.Unneeded();
    }
    return new Assumption.Refused(
        fit instanceof ZoneFit.Missing
            ? "node " + node + " has no NodeResourceTopology that can be read"
            : "the zones of node " + node + " have no room left for the pod");
  }

  /** Takes back what was assumed of a pod on a node: its binding has failed for sure. */
  public synchronized void forget(String uid, String node, long nowMillis) {
    var nodes = assumedOn.get(uid);
    if (nodes != null && nodes.remove(node)) {
      if (nodes.isEmpty()) {
        assumedOn.remove(uid);
      }
      drop(uid, node, nowMillis);
    }
  }

  private void forget(String uid, long nowMillis) {
    var nodes = assumedOn.remove(uid);
    if (nodes != null) {
      nodes.forEach(node -> drop(uid, node, nowMillis));
    }
  }

  private void drop(String uid, String node, long nowMillis) {
    var place = places.get(node);
    var held = place == null ? null : place.held.get(uid);
    if (place != null && held != null && held.assumed()) {
      place.held.remove(uid);
      recount(node, place, nowMillis);
    }
  }

  /** Notes that a pod may be bound to any of these nodes now. */
  public void offer(String uid, PodTopology pod, Set<String> nodes, long nowMillis) {
    offers.put(uid, new Offer(pod, nodes, nowMillis + OFFER_MILLIS));
  }

  /** Ends what has been assumed or doubted for too long; to be called about once a second. */
  public synchronized void expire(long nowMillis) {
    offers.values().removeIf(offer -> offer.untilMillis() <= nowMillis);
    for (String node : List.copyOf(doubtful)) {
      var place = places.get(node);
      if (place != null) {
        for (var held : List.copyOf(place.held.values())) {
          if (held.assumed() && isOver(held, nowMillis)) {
            forget(held.pod().uid(), node, nowMillis);
          }
        }
        recount(node, place, nowMillis);
      }
    }
  }

  private static boolean isOver(Held held, long nowMillis) {
    return nowMillis - held.sinceMillis() >= LIFE_MILLIS;
  }

  /**
   * How a pod fits nodes.
   *
   * @param uid the pod, which does not stand in its own way
   * @param name gives the name of a node by its place
   */
  public ZoneFit[] fits(
      String uid, PodTopology pod, int nodes, IntFunction<String> name, long nowMillis) {
    var fits = new ZoneFit[nodes];
    List<Offer> others =
        offers.isEmpty()
            ? List.of()
            : offers.entrySet().stream()
                .filter(o -> !o.getKey().equals(uid) && o.getValue().untilMillis() > nowMillis)
                .map(Map.Entry::getValue)
                .toList();
    for (int i = 0; i < nodes; i++) {
      fits[i] = fit(uid, pod, name.apply(i), others);
    }
    return fits;
  }

  private ZoneFit fit(String uid, PodTopology pod, String node) {
    return fit(uid, pod, node, List.of());
  }

  private ZoneFit fit(String uid, PodTopology pod, String node, List<Offer> others) {
    @Nullable Place place = places.get(node);
    @Nullable NodeZones zones = place == null ? null : place.zones;
    if (place == null || zones == null) {
      boolean wanted = pod.explicit() || (anyAgents && !pod.request().isEmpty());
      return wanted ? ZoneFit.MISSING : ZoneFit.UNBOUND;
    }
    if (place.held.containsKey(uid)) {
      zones = withoutPod(uid, place, zones);
    }
    if (!others.isEmpty()) {
      var here = others.stream().filter(o -> o.nodes().contains(node)).map(Offer::pod).toList();
      zones = here.isEmpty() ? zones : zones.without(here);
    }
    return zones.fit(pod, preference);
  }

  private synchronized NodeZones withoutPod(String uid, Place place, NodeZones zones) {
    @Nullable NodeZones empty = place.empty;
    return empty == null ? zones : rest(empty, place, uid);
  }

  /** The node's zones and what is free of them, if it has a topology that can be read. */
  public Optional<NodeZones> zones(String node) {
    @Nullable Place place = places.get(node);
    return place == null ? Optional.empty() : Optional.ofNullable(place.zones);
  }

  /** A pod that an agent does not bind, as it has no result. */
  public record Unplaced(Pod pod, String node, long boundMillis) {}

  /** The pods that need a result and have none, in no order. */
  public synchronized Collection<Unplaced> unplaced() {
    var unplaced = new ArrayList<Unplaced>();
    places.forEach(
        (node, place) -> {
          @Nullable NodeZones zones = place.zones;
          if (zones != null && zones.hasAgent()) {
            place.held.values().stream()
                .filter(held -> held.shares() == null && !held.pod().topology().request().isEmpty())
                .forEach(held -> unplaced.add(new Unplaced(held.pod(), node, held.sinceMillis())));
          }
        });
    return unplaced;
  }

  /**
   * Chooses the zones of a pod that runs on a node without a result, and counts it there from now
   * on; refused when nothing is left for it, and then it goes on counting in each zone.
   */
  public synchronized Assumption place(Unplaced late, long nowMillis) {
    var place = place(late.node());
    var held = place.held.get(late.pod().uid());
    if (held == null || held.assumed() || held.shares() != null) {
      return new Assumption.Unneeded(); // gone, or it has one by now
    }
    var fit = fit(late.pod().uid(), late.pod().topology(), late.node());
    if (fit instanceof ZoneFit.Placed placed && placed.needsResult()) {
      place.held.put(
          late.pod().uid(), new Held(held.pod(), placed.shares(), false, held.sinceMillis()));
      recount(late.node(), place, nowMillis);
      return new Assumption.Chosen(placed.shares(), true);
    }
    return new Assumption.Refused("the zones of node " + late.node() + " have no room left for it");
  }

  /** Takes back what {@link #place} chose: it could not be written. */
  public synchronized void unplace(Unplaced late, long nowMillis) {
    var place = places.get(late.node());
    var held = place == null ? null : place.held.get(late.pod().uid());
    if (place != null && held != null && !held.assumed()) {
      place.held.put(late.pod().uid(), new Held(held.pod(), null, false, held.sinceMillis()));
      recount(late.node(), place, nowMillis);
    }
  }

  private Place place(String node) {
    return places.computeIfAbsent(node, name -> new Place());
  }

  /** A node's topology or label has changed. */
  private void shape(String node, Place place, long nowMillis) {
    var topology = place.topology();
    place.empty = topology.flatMap(t -> NodeZones.of(t, place.aware, layouts)).orElse(null);
    recount(node, place, nowMillis);
  }

  /** Something of a node has changed. */
  private void recount(String node, Place place, long nowMillis) {
    @Nullable NodeZones empty = place.empty;
    if (empty == null) {
      place.zones = null;
      if (place.isUnknown()) {
        places.remove(node);
      }
      doubtful.remove(node);
      return;
    }
    place.covered = covered(place, empty.topology(), nowMillis);
    place.zones = rest(empty, place, "");
    boolean changesWithTime =
        place.held.values().stream()
            .anyMatch(h -> h.assumed() || (!empty.hasAgent() && !isCovered(place, h)));
    if (changesWithTime) {
      doubtful.add(node);
    } else {
      doubtful.remove(node);
    }
  }

  /** The pods that the topology of a node without an agent has seen. */
  private static Set<String> covered(Place place, NodeTopology topology, long nowMillis) {
    if (topology.cpus() == NodeTopology.CpuBinding.AGENT) {
      return Set.of();
    }
    boolean all =
        topology
            .fingerprint()
            .filter(seen -> seen.equals(fingerprint(place, topology)))
            .isPresent();
    var covered = new HashSet<String>();
    place.held.forEach(
        (uid, held) -> {
          if ((all && !held.assumed()) || place.covered.contains(uid) || isOver(held, nowMillis)) {
            covered.add(uid);
          }
        });
    return covered;
  }

  private static String fingerprint(Place place, NodeTopology topology) {
    long[] hashes =
        topology.isFingerprintOfExclusive()
            ? place.held.values().stream()
                .filter(h -> !h.assumed() && h.pod().topology().hasWholeCpus())
                .mapToLong(h -> PodFingerprint.hash(h.pod().namespace(), h.pod().name()))
                .toArray()
            : place.hashes;
    return PodFingerprint.of(hashes);
  }

  private static boolean isCovered(Place place, Held held) {
    return place.covered.contains(held.pod().uid());
  }

  /** What is left of a node without one of its pods; empty for all. */
  private static NodeZones rest(NodeZones empty, Place place, String exceptUid) {
    var use = empty.use();
    for (var held : place.held.values()) {
      boolean counted = empty.hasAgent() || !isCovered(place, held);
      if (counted && !held.pod().uid().equals(exceptUid)) {
        var topology = held.pod().topology();
        @Nullable List<ZoneShare> shares = held.shares();
        if (shares == null || !use.of(repaired(shares, topology))) {
          use.anywhere(empty.needs(topology));
        }
      }
    }
    return use.rest();
  }

  /**
   * Shares with their memory: crane writes the thousandths of a CPU as bytes there, and only the
   * CPUs of its results can be believed.
   */
  private static List<ZoneShare> repaired(List<ZoneShare> shares, PodTopology pod) {
    boolean asCrane =
        shares.stream()
            .anyMatch(
                s ->
                    s.amount("memory") > 0
                        && s.amount("memory") == s.amount(NodeTopology.CPU)
                        && pod.request().getOrDefault("memory", 0L) != s.amount("memory"));
    if (!asCrane) {
      return shares;
    }
    long cpus = shares.stream().mapToLong(s -> s.amount(NodeTopology.CPU)).sum();
    return shares.stream().map(s -> repaired(s, pod, cpus)).toList();
  }

  private static ZoneShare repaired(ZoneShare share, PodTopology pod, long cpus) {
    SortedMap<String, Long> amounts = new TreeMap<>();
    pod.request()
        .forEach(
            (resource, amount) ->
                amounts.put(
                    resource,
                    (long) Math.ceil((double) amount * share.amount(NodeTopology.CPU) / cpus)));
    return new ZoneShare(share.zone(), amounts);
  }
}

package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;
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
   * @param ofAgent whether the shares are what an agent binds, not what a kubelet may do
   * @param assumed whether it has not been seen there
   * @param sinceMillis when it was bound or assumed
   */
  private record Held(
      Pod pod,
      @Nullable List<ZoneShare> shares,
      boolean ofAgent,
      boolean assumed,
      long sinceMillis) {
    /** Its shares, as far as they hold for who binds containers there. */
    @Nullable List<ZoneShare> shares(NodeZones zones) {
      return ofAgent == zones.hasAgent() ? shares : null;
    }

    /** Whether it is there and nobody knows its shares. */
    boolean waits(NodeZones zones) {
      return !assumed && shares(zones) == null;
    }

    /** Whether its shares were chosen after it was bound, and are not seen yet. */
    boolean isPlaced() {
      return ofAgent && !assumed && shares != null && ofResult(pod).isEmpty();
    }

    /** What a pod's result gives it, if it has one that can be counted. */
    static Optional<List<ZoneShare>> ofResult(Pod pod) {
      return pod.topology().result().flatMap(result -> CountedShares.of(result, pod.topology()));
    }
  }

  /** What is known of a node; written under the lock. */
  private static final class Place {
    /** By kind, what is published: empty when it cannot be read. */
    final Map<Kind, Optional<NodeTopology>> published = new EnumMap<>(Kind.class);

    /** By UID, pods that ask; whose UID is there is asked without the lock. */
    final ConcurrentMap<String, Held> held = new ConcurrentHashMap<>(4);

    Optional<Boolean> aware = Optional.empty();
    PodHashes hashes = PodHashes.NONE; // of all its pods
    Set<String> covered = Set.of(); // UIDs of pods that its topology has seen
    @Nullable NodeZones empty; // without any use
    volatile @Nullable NodeZones zones; // what is left; null without a topology that can be read

    /**
     * The topology that counts: an agent's, else the kubelet's. One of crane's that cannot be read
     * may be an agent's, so then there is none.
     */
    Optional<NodeTopology> topology() {
      var crane = published.get(Kind.CRANE);
      var community = published.getOrDefault(Kind.COMMUNITY, Optional.empty());
      if (crane == null) {
        return community;
      }
      boolean agent = crane.isEmpty() || crane.get().cpus() == NodeTopology.CpuBinding.AGENT;
      return agent || community.isEmpty() ? crane : community;
    }

    boolean isUnknown() {
      return published.isEmpty() && held.isEmpty() && aware.isEmpty() && hashes.isEmpty();
    }
  }

  /** A pod that has been offered nodes. */
  private record Offer(PodTopology pod, Set<String> nodes, long untilMillis) {}

  private final ZonePreference preference;
  private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Offer> offers = new ConcurrentHashMap<>(); // by UID
  private final Map<String, Set<String>> assumedOn = new HashMap<>(); // by UID; guarded by this
  private final ZoneLayout.Known layouts = new ZoneLayout.Known(); // guarded by this
  private final Set<String> doubtful = new HashSet<>(); // nodes that time changes; guarded by this
  private int agents; // nodes with crane's kind; guarded by this
  private volatile boolean anyAgents;
  private int topologies; // guarded by this
  private volatile boolean anyTopologies;

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
    if (place.published.put(kind, topology) == null) {
      count(kind, 1);
    }
    shape(node, place, nowMillis);
  }

  /** Takes back a node's topology. */
  public synchronized void remove(Kind kind, String node, long nowMillis) {
    var place = place(node);
    if (place.published.remove(kind) != null) {
      count(kind, -1);
    }
    shape(node, place, nowMillis);
  }

  private void count(Kind kind, int more) {
    topologies += more;
    anyTopologies = topologies > 0;
    agents += kind == Kind.CRANE ? more : 0;
    anyAgents = agents > 0;
  }

  /** Whether a node is known by which zones could matter to a pod, or the pod needs one. */
  public boolean matters(PodTopology pod) {
    return pod.explicit() || (anyTopologies && pod.asks());
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
    forgetElsewhere(pod.uid(), node, nowMillis);
    var place = place(node);
    place.hashes = place.hashes.with(pod);
    if (pod.topology().asks()) {
      @Nullable Held before = place.held.get(pod.uid());
      place.held.put(pod.uid(), seen(pod, before, boundMillis));
    } else {
      place.held.remove(pod.uid());
    }
    recount(node, place, nowMillis);
    offers.remove(pod.uid()); // at last: a call reads offers before it reads zones
  }

  /** A pod that is seen on a node where something may be known of it. */
  private static Held seen(Pod pod, @Nullable Held before, long boundMillis) {
    var counted = Held.ofResult(pod);
    if (counted.isPresent()) {
      return new Held(pod, counted.get(), true, false, boundMillis);
    }
    boolean stays =
        before != null && asksAlike(before.pod(), pod) && (!before.ofAgent() || before.isPlaced());
    return before != null && stays
        ? new Held(pod, before.shares(), before.ofAgent(), false, boundMillis)
        : new Held(pod, null, true, false, boundMillis);
  }

  private static boolean asksAlike(Pod pod, Pod other) {
    return pod.topology().request().equals(other.topology().request())
        && pod.topology().aligned().equals(other.topology().aligned());
  }

  /** Takes back a pod that was on a node, or was to be bound to one: it has ended or is gone. */
  public synchronized void remove(Pod last, String node, long nowMillis) {
    offers.remove(last.uid());
    forgetElsewhere(last.uid(), node, nowMillis);
    var place = places.get(node);
    if (place != null) {
      place.hashes = place.hashes.without(last.uid());
      place.held.remove(last.uid());
      recount(node, place, nowMillis);
    }
  }

  /** Ends what is assumed of a pod on other nodes; of this one the truth is known. */
  private void forgetElsewhere(String uid, String node, long nowMillis) {
    @Nullable Set<String> nodes = assumedOn.remove(uid);
    if (nodes != null) {
      nodes.remove(node);
      nodes.forEach(other -> drop(uid, other, nowMillis));
    }
  }

  /**
   * Chooses a pod's zones on a node and counts it there. A pod that is assumed there already keeps
   * what was chosen for it, as the binding with that may yet be done; one that is there already is
   * refused.
   */
  public synchronized Assumption assume(Pod pod, String node, long nowMillis) {
    var assumption = choose(pod, node, nowMillis);
    offers.remove(pod.uid()); // at last: a call reads offers before it reads zones
    return assumption;
  }

  private Assumption choose(Pod pod, String node, long nowMillis) {
    @Nullable Place place = places.get(node);
    @Nullable Held there = place == null ? null : place.held.get(pod.uid());
    if (there != null && !there.assumed()) {
      return new Assumption.Refused("the pod is on node " + node + " already");
    }
    @Nullable NodeZones zones = place == null ? null : place.zones;
    boolean alike = there != null && asksAlike(there.pod(), pod);
    @Nullable List<ZoneShare> kept =
        there == null || zones == null || !alike ? null : there.shares(zones);
    if (place != null && zones != null && kept != null) {
      place.held.put(pod.uid(), new Held(pod, kept, zones.hasAgent(), true, nowMillis));
      return new Assumption.Chosen(kept, zones.hasAgent());
    }
    var fit = fit(pod.uid(), new NodeZones.Wanted(pod.topology()), node, List.of());
    if (place != null && fit instanceof ZoneFit.Placed placed) {
      var shares = placed.shares();
      place.held.put(pod.uid(), new Held(pod, shares, placed.needsResult(), true, nowMillis));
      assumedOn.computeIfAbsent(pod.uid(), uid -> new HashSet<>()).add(node);
      recount(node, place, nowMillis);
      return new Assumption.Chosen(shares, placed.needsResult());
    }
    if (fit instanceof ZoneFit.Unbound) {
      return new Assumption.Unneeded();
    }
    return new Assumption.Refused(
        fit instanceof ZoneFit.Missing
            ? "node " + node + " has no NodeResourceTopology that can be read"
            : "the zones of node " + node + " have no room left for the pod");
  }

  /** Whether a pod counts on a node without having been seen there. */
  public synchronized boolean isAssumed(String uid, String node) {
    return assumedOn.getOrDefault(uid, Set.of()).contains(node);
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

  private void drop(String uid, String node, long nowMillis) {
    var place = places.get(node);
    var held = place == null ? null : place.held.get(uid);
    if (place != null && held != null && held.assumed()) {
      place.held.remove(uid);
      recount(node, place, nowMillis);
    }
  }

  /**
   * Notes that a pod may be bound to any of these nodes now, in place of those it was offered
   * before.
   *
   * @param nodes their names; not to be changed any more
   */
  public void offer(String uid, PodTopology pod, Set<String> nodes, long nowMillis) {
    if (pod.asks() && !nodes.isEmpty()) {
      offers.put(uid, new Offer(pod, nodes, nowMillis + OFFER_MILLIS));
    } else {
      offers.remove(uid);
    }
  }

  /** Ends what has been assumed or doubted for too long; to be called about once a second. */
  public synchronized void expire(long nowMillis) {
    offers.values().removeIf(offer -> offer.untilMillis() <= nowMillis);
    for (String node : List.copyOf(doubtful)) {
      @Nullable Place place = places.get(node);
      if (place != null) {
        expire(node, place, nowMillis);
      }
    }
  }

  private void expire(String node, Place place, long nowMillis) {
    var over =
        place.held.values().stream()
            .filter(held -> isOver(held, nowMillis) && (held.assumed() || !isCovered(place, held)))
            .toList();
    for (var held : over) {
      if (held.assumed()) {
        forget(held.pod().uid(), node, nowMillis);
      }
    }
    if (!over.isEmpty() && places.get(node) == place) { // still known, of all that it held
      recount(node, place, nowMillis);
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
    var wanted = new NodeZones.Wanted(pod);
    List<Offer> others = offersOfOthers(uid, nowMillis);
    for (int i = 0; i < nodes; i++) {
      fits[i] = fit(uid, wanted, name.apply(i), others);
    }
    return fits;
  }

  private List<Offer> offersOfOthers(String uid, long nowMillis) {
    if (offers.isEmpty()) {
      return List.of();
    }
    var others = new ArrayList<Offer>();
    offers.forEach(
        (other, offer) -> {
          if (!other.equals(uid) && offer.untilMillis() > nowMillis) {
            others.add(offer);
          }
        });
    return others;
  }

  private ZoneFit fit(String uid, NodeZones.Wanted wanted, String node, List<Offer> others) {
    PodTopology pod = wanted.pod();
    @Nullable Place place = places.get(node);
    @Nullable NodeZones zones = place == null ? null : place.zones;
    if (place == null || zones == null) {
      boolean missed = pod.explicit() || (anyAgents && !pod.request().isEmpty());
      return missed ? ZoneFit.MISSING : ZoneFit.UNBOUND;
    }
    if (place.held.containsKey(uid)) {
      zones = withoutPod(uid, place, zones);
    }
    if (!others.isEmpty()) {
      var here = new ArrayList<PodTopology>(0);
      for (var offer : others) {
        if (offer.nodes().contains(node)) {
          here.add(offer.pod());
        }
      }
      zones = here.isEmpty() ? zones : zones.without(here);
    }
    return zones.fit(wanted, preference);
  }

  private synchronized NodeZones withoutPod(String uid, Place place, NodeZones zones) {
    @Nullable NodeZones empty = place.empty;
    return empty == null ? zones : rest(empty, place, held -> !held.pod().uid().equals(uid));
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
                .filter(held -> held.waits(zones) && !held.pod().topology().request().isEmpty())
                .forEach(held -> unplaced.add(new Unplaced(held.pod(), node, held.sinceMillis())));
          }
        });
    return unplaced;
  }

  /**
   * Chooses the zones of a pod that runs on a node without a result, and counts it there from now
   * on; refused when nothing is left for it, and then it goes on counting in each zone. Others
   * without a result do not stand in its way: no agent binds them to anything, and two that wait
   * for each other would both get none. A pod for which this was done before, and whose result is
   * not seen yet, keeps what was chosen then.
   */
  public synchronized Assumption place(Unplaced late, long nowMillis) {
    String uid = late.pod().uid();
    @Nullable Place place = places.get(late.node());
    @Nullable Held held = place == null ? null : place.held.get(uid);
    @Nullable NodeZones zones = place == null ? null : place.zones;
    if (place == null || held == null || zones == null) {
      return new Assumption.Unneeded(); // gone
    }
    @Nullable List<ZoneShare> placed = held.isPlaced() ? held.shares(zones) : null;
    if (placed != null) {
      return new Assumption.Chosen(placed, true);
    }
    if (!held.waits(zones)) {
      return new Assumption.Unneeded(); // it has one by now
    }
    @Nullable NodeZones empty = place.empty;
    var fit =
        empty == null
            ? ZoneFit.MISSING
            : rest(empty, place, other -> other.shares(empty) != null)
                .fit(held.pod().topology(), preference);
    if (fit instanceof ZoneFit.Placed free && free.needsResult()) {
      var shares = free.shares();
      place.held.put(uid, new Held(held.pod(), shares, true, false, held.sinceMillis()));
      recount(late.node(), place, nowMillis);
      return new Assumption.Chosen(shares, true);
    }
    return new Assumption.Refused("the zones of node " + late.node() + " have no room left for it");
  }

  /** Takes back what {@link #place} chose: it could not be written. A result that is seen stays. */
  public synchronized void unplace(Unplaced late, long nowMillis) {
    @Nullable Place place = places.get(late.node());
    @Nullable Held held = place == null ? null : place.held.get(late.pod().uid());
    if (place != null && held != null && held.isPlaced()) {
      place.held.put(late.pod().uid(), new Held(held.pod(), null, true, false, held.sinceMillis()));
      recount(late.node(), place, nowMillis);
    }
  }

  /** Whether it knows nothing of any node or pod. */
  synchronized boolean isEmpty() {
    return places.isEmpty()
        && offers.isEmpty()
        && assumedOn.isEmpty()
        && doubtful.isEmpty()
        && agents == 0;
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

  /** Something of a node has changed. A node of which nothing is known any more is let go. */
  private void recount(String node, Place place, long nowMillis) {
    @Nullable NodeZones empty = place.empty;
    place.covered = empty == null ? Set.of() : covered(place, empty.topology(), nowMillis);
    place.zones = empty == null ? null : rest(empty, place, held -> true);
    boolean counts = empty != null && !empty.hasAgent();
    boolean changesWithTime =
        place.held.values().stream().anyMatch(h -> h.assumed() || (counts && !isCovered(place, h)));
    if (changesWithTime) {
      doubtful.add(node);
    } else {
      doubtful.remove(node);
    }
    if (place.isUnknown()) {
      places.remove(node);
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
    if (!topology.isFingerprintOfExclusive()) {
      return place.hashes.fingerprint();
    }
    return PodFingerprint.of(
        place.held.values().stream()
            .filter(h -> !h.assumed() && h.pod().topology().hasWholeCpus())
            .mapToLong(h -> PodHashes.nameHash(h.pod()))
            .toArray());
  }

  private static boolean isCovered(Place place, Held held) {
    return place.covered.contains(held.pod().uid());
  }

  /** What some of a node's pods leave of it. */
  private static NodeZones rest(NodeZones empty, Place place, Predicate<Held> which) {
    var use = empty.use();
    for (var held : place.held.values()) {
      boolean counted = empty.hasAgent() || !isCovered(place, held);
      if (counted && which.test(held)) {
        @Nullable List<ZoneShare> shares = held.shares(empty);
        if (shares == null || !use.of(shares)) {
          use.anywhere(empty.needs(held.pod().topology()));
        }
      }
    }
    return use.rest();
  }
}

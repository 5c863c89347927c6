package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The NUMA nodes of a node and what is free of them. Immutable, so safe for use by many threads.
 *
 * <p>Sources: crane's scheduler plugin for nodes with an agent; the kubelet's topology manager and
 * CPU manager for those without. We differ from crane in that a pod gets all or nothing, in that
 * what is free is never below 0, in that a pod which no zone is known of counts in each, and in
 * that a pod which spans zones gets the fewest, and of these the closest. On a node with more than
 * {@value ZoneSets#MAX_LISTED} zones it gets few and close ones, not always the fewest.
 */
public final class NodeZones {
  private static final long WHOLE_CPU = 1_000;

  /** More than a zone can have; as many as there are zones add up to a long. */
  private static final long MOST = 1L << 56;

  private static final int BEST = 100;

  /** Of the step from one number of zones to the next: what distance and free CPUs decide. */
  private static final double OF_DISTANCE = 0.5;

  private static final double OF_FREE = 0.25;

  private final NodeTopology topology;
  private final boolean aware;
  private final ZoneLayout layout;
  private final long[] free; // by resource, then by zone
  private final long[] whole; // the same, of CPUs the whole ones only: all that is handed out
  private final long[] most; // the same, if nobody used anything
  private @Nullable Answer answer; // the last one; immutable, so whoever sees it may use it

  private NodeZones(
      NodeTopology topology, boolean aware, ZoneLayout layout, long[] most, long[] free) {
    this.topology = topology;
    this.aware = aware;
    this.layout = layout;
    this.most = most;
    this.free = free;
    whole = whole(layout, free);
  }

  private static long[] whole(ZoneLayout layout, long[] amounts) {
    int zones = layout.zones.length;
    long[] whole = new long[amounts.length];
    for (int at = 0; at < whole.length; at++) {
      long amount = Math.min(amounts[at], MOST);
      whole[at] = at / zones == layout.cpu ? amount - amount % WHOLE_CPU : amount;
    }
    return whole;
  }

  /**
   * Zones that nobody uses; empty when there are more than can be told apart, or none that an agent
   * could bind to.
   *
   * @param aware what holds for pods that do not say whether all comes from one zone; empty when
   *     the topology decides
   */
  static Optional<NodeZones> of(
      NodeTopology topology, Optional<Boolean> aware, ZoneLayout.Known layouts) {
    List<Zone> zones = topology.numaNodes();
    boolean needed = topology.cpus() == CpuBinding.AGENT;
    if ((needed && zones.isEmpty()) || zones.size() > NodeTopology.MAX_NUMA_NODES) {
      return Optional.empty();
    }
    ZoneLayout layout = layouts.of(zones);
    int count = zones.size();
    long[] allocatable = new long[count * layout.resources.length];
    long[] free = new long[allocatable.length];
    for (int at = 0; at < free.length; at++) {
      @Nullable Amounts amounts =
          zones.get(at % count).resources().get(layout.resources[at / count]);
      if (amounts != null) {
        allocatable[at] = amounts.allocatable();
        free[at] = amounts.available().orElse(amounts.allocatable());
      }
    }
    boolean one = aware.orElse(topology.alignment() == Alignment.SINGLE_NUMA_NODE);
    return Optional.of(new NodeZones(topology, one, layout, whole(layout, allocatable), free));
  }

  /** Collects what is used. Confined to one thread. */
  final class Use {
    private final long[] used = new long[free.length];
    private final long[] anywhere = new long[layout.resources.length];

    /** Takes shares off their zones; tells whether the node has all these zones. */
    boolean of(List<ZoneShare> shares) {
      for (var share : shares) {
        if (layout.zone(share.zone()) < 0) {
          return false;
        }
      }
      for (var share : shares) {
        int at = layout.zone(share.zone());
        for (String resource : layout.resources) {
          used[at] = PodTopology.plus(used[at], share.amount(resource));
          at += layout.zones.length;
        }
      }
      return true;
    }

    /** Takes amounts off each zone: which one they are of is not known. */
    void anywhere(Map<String, Long> amounts) {
      for (int r = 0; r < anywhere.length; r++) {
        anywhere[r] = PodTopology.plus(anywhere[r], amounts.getOrDefault(layout.resources[r], 0L));
      }
    }

    /** What is left. */
    NodeZones rest() {
      long[] rest = new long[free.length];
      for (int at = 0; at < rest.length; at++) {
        long use = PodTopology.plus(used[at], anywhere[at / layout.zones.length]);
        rest[at] = Math.max(0, free[at] - use);
      }
      return new NodeZones(topology, aware, layout, most, rest);
    }
  }

  /** A collector of use. */
  Use use() {
    return new Use();
  }

  /** What is left when pods are somewhere on the node, without their shares being known. */
  NodeZones without(List<PodTopology> pods) {
    var use = use();
    pods.forEach(pod -> use.anywhere(needs(pod)));
    return use.rest();
  }

  /** The published topology. */
  public NodeTopology topology() {
    return topology;
  }

  /** How much of a resource is free in a zone; 0 when there is no such zone or resource. */
  public long free(String zone, String resource) {
    int z = layout.zone(zone);
    int r = layout.resource(resource);
    return z < 0 || r < 0 ? 0 : free[r * layout.zones.length + z];
  }

  /** Whether an agent binds containers as the scheduler has chosen. */
  boolean hasAgent() {
    return topology.cpus() == CpuBinding.AGENT;
  }

  /** What a pod takes of the zones at most. */
  SortedMap<String, Long> needs(PodTopology pod) {
    return hasAgent() ? pod.request() : pod.alignedRequest();
  }

  /** How a pod fits. */
  ZoneFit fit(PodTopology pod, ZonePreference preference) {
    return fit(new Wanted(pod), preference);
  }

  /**
   * A pod whose request is worked out once for nodes that are built alike. Confined to one thread.
   */
  static final class Wanted {
    private final PodTopology pod;
    private @Nullable ZoneRequest request;

    Wanted(PodTopology pod) {
      this.pod = pod;
    }

    PodTopology pod() {
      return pod;
    }

    /** What an agent would bind of it. */
    private ZoneRequest request(ZoneLayout layout) {
      @Nullable ZoneRequest last = request;
      if (last != null && last.layout == layout) {
        return last;
      }
      var made = new ZoneRequest(layout, pod.request());
      request = made;
      return made;
    }
  }

  /** How a pod fits. */
  ZoneFit fit(Wanted wanted, ZonePreference preference) {
    PodTopology pod = wanted.pod();
    if (hasAgent()) {
      return pod.request().isEmpty() ? ZoneFit.UNBOUND : withAgent(wanted, preference);
    }
    boolean untold = topology.kind() == Kind.CRANE || layout.zones.length == 0;
    if (pod.aligned().isEmpty() || untold) {
      return ZoneFit.UNBOUND; // nothing tells what the kubelet does
    }
    return switch (topology.alignment()) {
      case SINGLE_NUMA_NODE -> admitted(pod, preference);
      case RESTRICTED, BEST_EFFORT -> likely(pod, preference);
      case NONE -> ZoneFit.UNBOUND;
    };
  }

  private ZoneFit withAgent(Wanted wanted, ZonePreference preference) {
    if (layout.cpu < 0) {
      return ZoneFit.MISSING; // as good as none
    }
    int limit = wanted.pod().aware().orElse(aware) ? 1 : layout.zones.length;
    ZoneRequest request = wanted.request(layout);
    @Nullable Answer last = answer;
    if (last == null || !last.isTo(request, limit, preference)) {
      last = new Answer(request, limit, preference, search(request, limit, preference));
      answer = last;
    }
    return last.fit();
  }

  /** What was found for a request: pods that ask for the same often come one after the other. */
  private record Answer(ZoneRequest request, int limit, ZonePreference preference, ZoneFit fit) {
    boolean isTo(ZoneRequest other, int otherLimit, ZonePreference otherPreference) {
      return limit == otherLimit && preference == otherPreference && request.isSame(other);
    }
  }

  private ZoneFit search(ZoneRequest request, int limit, ZonePreference preference) {
    var found = new ZoneSearch(request, whole, limit, preference);
    if (found.set == 0) {
      boolean ever = new ZoneSearch(request, most, limit, preference).set != 0;
      return ever ? ZoneFit.SHORT : ZoneFit.TOO_LARGE;
    }
    return placed(request, found, preference, true);
  }

  private ZoneFit placed(
      ZoneRequest request, ZoneSearch found, ZonePreference preference, boolean needsResult) {
    long set = found.set;
    // Shared out only when asked: it is needed of the node that is chosen alone.
    return new ZoneFit.Placed(
        () -> request.shares(whole, set),
        score(set, found.distance(), found.cpus(), preference),
        needsResult);
  }

  /** The kubelet with the policy single-numa-node: foretells whether it admits the pod. */
  private ZoneFit admitted(PodTopology pod, ZonePreference preference) {
    long[] left = whole.clone();
    OptionalLong set = admit(pod, left);
    if (set.isEmpty()) {
      return admit(pod, most.clone()).isEmpty() ? ZoneFit.TOO_LARGE : ZoneFit.SHORT;
    }
    long zones = set.getAsLong();
    return zones == 0
        ? ZoneFit.UNBOUND
        : new ZoneFit.Placed(
            () -> taken(left),
            score(zones, layout.sets.distance(zones), cpus(whole, zones), preference),
            false);
  }

  /** Takes a pod off what is left; the zones that it was in, or empty when it is refused. */
  private OptionalLong admit(PodTopology pod, long[] left) {
    if (topology.scope() == Scope.CONTAINER) {
      return admitContainers(pod, left);
    }
    var request = new ZoneRequest(layout, pod.alignedRequest());
    if (request.isNothing()) {
      return OptionalLong.of(0);
    }
    int zone = lowest(request, left);
    if (zone < 0) {
      return OptionalLong.empty();
    }
    request.subtract(left, zone);
    return OptionalLong.of(1L << zone);
  }

  /**
   * Each container in a zone of its own choice. Init containers leave theirs to those that come
   * after, and as long as some of their CPUs are left no container may have its own elsewhere.
   */
  private OptionalLong admitContainers(PodTopology pod, long[] left) {
    long used = 0;
    int zoneOfInit = -1;
    long leftByInit = 0;
    for (var container : pod.aligned()) {
      var request = new ZoneRequest(layout, container.alignedRequests());
      if (request.isNothing()) {
        continue;
      }
      boolean tied = leftByInit > 0 && request.cpus() > 0;
      int zone = tied ? zoneOfInit : lowest(request, left);
      if (zone < 0 || !request.fits(left, zone)) {
        return OptionalLong.empty();
      }
      used |= 1L << zone;
      if (container.run() != PodTopology.Run.INIT) {
        request.subtract(left, zone);
        leftByInit -= zone == zoneOfInit ? request.cpus() : 0;
      } else if (request.cpus() > 0) {
        zoneOfInit = zone;
        leftByInit = Math.max(leftByInit, request.cpus());
      }
    }
    if (leftByInit > 0) { // they stay the pod's while it is there
      left[layout.cpu * layout.zones.length + zoneOfInit] -= leftByInit;
    }
    return OptionalLong.of(used);
  }

  /** The lowest zone that has a request; -1 when none has. */
  private int lowest(ZoneRequest request, long[] left) {
    for (int zone = 0; zone < layout.zones.length; zone++) {
      if (request.fits(left, zone)) {
        return zone;
      }
    }
    return -1;
  }

  /** What has been taken off, by zone. */
  private List<ZoneShare> taken(long[] left) {
    var shares = new ArrayList<ZoneShare>();
    for (int zone = 0; zone < layout.zones.length; zone++) {
      var amounts = new TreeMap<String, Long>();
      for (int r = 0; r < layout.resources.length; r++) {
        int at = r * layout.zones.length + zone;
        if (whole[at] > left[at]) {
          amounts.put(layout.resources[r], whole[at] - left[at]);
        }
      }
      if (!amounts.isEmpty()) {
        shares.add(new ZoneShare(layout.zones[zone], amounts));
      }
    }
    return List.copyOf(shares);
  }

  /**
   * The kubelet with a policy that does not refuse, or that refuses by what cannot be seen. It
   * takes the fewest zones, and of these the lowest.
   */
  private ZoneFit likely(PodTopology pod, ZonePreference preference) {
    var request = new ZoneRequest(layout, pod.alignedRequest());
    if (request.isNothing()) {
      return ZoneFit.UNBOUND;
    }
    var found = new ZoneSearch(request, whole, layout.zones.length, null);
    return found.set == 0 ? ZoneFit.UNBOUND : placed(request, found, preference, false);
  }

  /**
   * 100 divided by the number of zones, as crane scores, less what distance and free CPUs decide
   * between nodes with as many.
   */
  private int score(long set, double distance, long left, ZonePreference preference) {
    int count = Long.bitCount(set);
    double step = (double) BEST / count - (double) BEST / (count + 1);
    long all = cpus(most, set);
    double part = all == 0 ? 0 : Math.min(1, (double) left / all);
    double unwanted = preference == ZonePreference.MOST_FREE ? 1 - part : part;
    double less = step * (OF_DISTANCE * distance + OF_FREE * unwanted);
    return (int) Math.round((double) BEST / count - less);
  }

  private long cpus(long[] amounts, long set) {
    long sum = 0;
    for (long zones = set; zones != 0 && layout.cpu >= 0; zones &= zones - 1) {
      sum += amounts[layout.cpu * layout.zones.length + Long.numberOfTrailingZeros(zones)];
    }
    return sum;
  }
}

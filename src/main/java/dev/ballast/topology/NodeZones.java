package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The NUMA nodes of a node and what is free of them. Immutable, so safe for use by many threads.
 *
 * <p>Sources: crane's scheduler plugin for nodes with an agent; the kubelet's topology manager and
 * CPU manager for those without. We differ from crane in that a pod gets all or nothing, in that
 * what is free is never below 0, in that a pod which no zone is known of counts in each, and in
 * that a pod which spans zones gets the fewest, and of these the closest.
 */
public final class NodeZones {
  private static final long WHOLE_CPU = 1_000;
  private static final int BEST = 100;

  /** Of the step from one number of zones to the next: what distance and free CPUs decide. */
  private static final double OF_DISTANCE = 0.5;

  private static final double OF_FREE = 0.25;

  private final NodeTopology topology;
  private final boolean aware;
  private final List<Zone> zones;
  private final ZoneSets sets;
  private final String[] resources;
  private final int cpu; // its place among the resources; below 0 when no zone tells of it
  private final long[] free; // by zone, then by resource
  private final long cpuOfZone; // the most that one zone can give

  private NodeZones(
      NodeTopology topology,
      boolean aware,
      List<Zone> zones,
      ZoneSets sets,
      String[] resources,
      long[] free) {
    this.topology = topology;
    this.aware = aware;
    this.zones = zones;
    this.sets = sets;
    this.resources = resources;
    this.free = free;
    cpu = Arrays.binarySearch(resources, NodeTopology.CPU);
    cpuOfZone =
        zones.stream().mapToLong(zone -> allocatable(zone, NodeTopology.CPU)).max().orElse(0);
  }

  /**
   * Zones that nobody uses; empty when there is none, or more than can be told apart.
   *
   * @param aware what holds for pods that do not say whether all comes from one zone; empty when
   *     the topology decides
   */
  static Optional<NodeZones> of(NodeTopology topology, Optional<Boolean> aware) {
    var zones = topology.numaNodes();
    if (zones.isEmpty() || zones.size() > ZoneSets.MAX_ZONES) {
      return Optional.empty();
    }
    var names = new TreeSet<String>();
    zones.forEach(zone -> names.addAll(zone.resources().keySet()));
    String[] resources = names.toArray(String[]::new);
    long[] free = new long[zones.size() * resources.length];
    for (int zone = 0; zone < zones.size(); zone++) {
      for (int r = 0; r < resources.length; r++) {
        @Nullable Amounts amounts = zones.get(zone).resources().get(resources[r]);
        free[zone * resources.length + r] =
            amounts == null ? 0 : amounts.available().orElse(amounts.allocatable());
      }
    }
    return Optional.of(
        new NodeZones(
            topology,
            aware.orElse(topology.alignment() == Alignment.SINGLE_NUMA_NODE),
            zones,
            new ZoneSets(zones),
            resources,
            free));
  }

  private static long allocatable(Zone zone, String resource) {
    @Nullable Amounts amounts = zone.resources().get(resource);
    return amounts == null ? 0 : amounts.allocatable();
  }

  /** Collects what is used. Confined to one thread. */
  final class Use {
    private final long[] used = new long[free.length];
    private final long[] anywhere = new long[resources.length];

    /** Takes shares off their zones; tells whether the node has all these zones. */
    boolean of(List<ZoneShare> shares) {
      for (var share : shares) {
        if (zone(share.zone()) < 0) {
          return false;
        }
      }
      for (var share : shares) {
        int zone = zone(share.zone());
        for (int r = 0; r < resources.length; r++) {
          int at = zone * resources.length + r;
          used[at] = PodTopology.plus(used[at], share.amount(resources[r]));
        }
      }
      return true;
    }

    /** Takes amounts off each zone: which one they are of is not known. */
    void anywhere(Map<String, Long> amounts) {
      for (int r = 0; r < resources.length; r++) {
        anywhere[r] = PodTopology.plus(anywhere[r], amounts.getOrDefault(resources[r], 0L));
      }
    }

    /** What is left. */
    NodeZones rest() {
      long[] rest = new long[free.length];
      for (int at = 0; at < rest.length; at++) {
        long use = PodTopology.plus(used[at], anywhere[at % resources.length]);
        rest[at] = Math.max(0, free[at] - use);
      }
      return new NodeZones(topology, aware, zones, sets, resources, rest);
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
    int i = zone(zone);
    int r = Arrays.binarySearch(resources, resource);
    return i < 0 || r < 0 ? 0 : free[i * resources.length + r];
  }

  private int zone(String name) {
    for (int i = 0; i < zones.size(); i++) {
      if (zones.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
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
    if (hasAgent()) {
      return pod.request().isEmpty() ? ZoneFit.UNBOUND : withAgent(pod, preference);
    }
    if (pod.aligned().isEmpty() || topology.alignment() == Alignment.NONE) {
      return ZoneFit.UNBOUND;
    }
    return switch (topology.alignment()) {
      case SINGLE_NUMA_NODE -> admitted(pod, preference);
      case RESTRICTED, BEST_EFFORT -> likely(pod, preference);
      case NONE -> ZoneFit.UNBOUND;
    };
  }

  private ZoneFit withAgent(PodTopology pod, ZonePreference preference) {
    boolean oneZone = pod.aware().orElse(aware);
    if (cpu < 0) {
      return ZoneFit.MISSING; // as good as none
    }
    var request = new Request(pod.request());
    int set = find(request, free, oneZone ? 1 : zones.size(), preference);
    if (set < 0) {
      return oneZone && request.cpus() > cpuOfZone ? ZoneFit.TOO_LARGE : ZoneFit.SHORT;
    }
    return new ZoneFit.Placed(shares(request, free, sets.sets[set]), score(set, preference), true);
  }

  /** The kubelet with the policy single-numa-node: foretells whether it admits the pod. */
  private ZoneFit admitted(PodTopology pod, ZonePreference preference) {
    long[] left = free.clone();
    var shares = new TreeMap<Integer, SortedMap<String, Long>>();
    int set =
        topology.scope() == Scope.POD
            ? take(new Request(pod.alignedRequest()), left, shares)
            : containers(pod, left, shares);
    if (set < 0) {
      return ZoneFit.SHORT;
    }
    var placed = new ArrayList<ZoneShare>();
    shares.forEach((zone, amounts) -> placed.add(new ZoneShare(zones.get(zone).name(), amounts)));
    return new ZoneFit.Placed(placed, score(set, preference), false);
  }

  /** Each container in a zone of its own choice: init containers give theirs back. */
  private int containers(
      PodTopology pod, long[] left, SortedMap<Integer, SortedMap<String, Long>> shares) {
    long used = 0;
    for (var container : pod.aligned()) {
      boolean init = container.run() == PodTopology.Run.INIT;
      int set =
          take(
              new Request(container.alignedRequests()),
              init ? left.clone() : left,
              init ? new TreeMap<>() : shares);
      if (set < 0) {
        return set;
      }
      used |= sets.sets[set];
    }
    for (int i = 0; i < sets.sets.length; i++) {
      if ((sets.sets[i] & used) == used) {
        return i;
      }
    }
    return sets.sets.length - 1;
  }

  /** Takes a request off the lowest zone that has it; the set with that zone alone, or -1. */
  private int take(
      Request request, long[] left, SortedMap<Integer, SortedMap<String, Long>> shares) {
    for (int zone = 0; zone < zones.size(); zone++) {
      if (request.fits(left, zone)) {
        request.subtract(left, zone);
        PodTopology.add(shares.computeIfAbsent(zone, z -> new TreeMap<>()), request.published());
        for (int set = 0; set < sets.sets.length; set++) {
          if (sets.sets[set] == 1L << zone) {
            return set;
          }
        }
      }
    }
    return -1;
  }

  /** The kubelet with a policy that does not refuse, or that refuses by what cannot be seen. */
  private ZoneFit likely(PodTopology pod, ZonePreference preference) {
    var request = new Request(pod.alignedRequest());
    int set = find(request, free, zones.size(), preference);
    return set < 0
        ? ZoneFit.UNBOUND
        : new ZoneFit.Placed(shares(request, free, sets.sets[set]), score(set, preference), false);
  }

  /** What is wanted of the resources that zones tell of. Confined to one call. */
  private final class Request {
    final long[] wanted = new long[resources.length];

    Request(Map<String, Long> amounts) {
      amounts.forEach(
          (resource, amount) -> {
            int r = Arrays.binarySearch(resources, resource);
            if (r >= 0) {
              wanted[r] = amount;
            }
          });
    }

    long cpus() {
      return cpu < 0 ? 0 : wanted[cpu];
    }

    /** How much of a zone counts: only whole CPUs are handed out. */
    long usable(long[] left, int zone, int r) {
      long there = left[zone * resources.length + r];
      return r == cpu ? there - there % WHOLE_CPU : there;
    }

    boolean fits(long[] left, int zone) {
      for (int r = 0; r < wanted.length; r++) {
        if (wanted[r] > usable(left, zone, r)) {
          return false;
        }
      }
      return true;
    }

    void subtract(long[] left, int zone) {
      for (int r = 0; r < wanted.length; r++) {
        left[zone * resources.length + r] -= wanted[r];
      }
    }

    SortedMap<String, Long> published() {
      var amounts = new TreeMap<String, Long>();
      for (int r = 0; r < wanted.length; r++) {
        if (wanted[r] > 0) {
          amounts.put(resources[r], wanted[r]);
        }
      }
      return amounts;
    }

    /** Whether zones have it together, a CPU at least in each of them. */
    boolean fitsSet(long[] left, long set) {
      int size = Long.bitCount(set);
      if (size > 1 && cpus() < size * WHOLE_CPU) {
        return false;
      }
      for (int r = 0; r < wanted.length; r++) {
        if (wanted[r] > 0) {
          long sum = 0;
          for (long zone = set; zone != 0; zone &= zone - 1) {
            long there = usable(left, Long.numberOfTrailingZeros(zone), r);
            if (r == cpu && there == 0) {
              return false;
            }
            sum = PodTopology.plus(sum, there);
          }
          if (sum < wanted[r]) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** The place of the best set of at most so many zones that has a request; -1 when none has. */
  private int find(Request request, long[] left, int most, ZonePreference preference) {
    int best = -1;
    for (int i = 0; i < sets.sets.length; i++) {
      long set = sets.sets[i];
      if (Long.bitCount(set) > most || (best >= 0 && isWorse(i, best))) {
        break;
      }
      if (request.fitsSet(left, set)
          && (best < 0 || prefers(preference, freeCpus(set), freeCpus(sets.sets[best])))) {
        best = i;
      }
    }
    return best;
  }

  /** Whether a set has more zones than another, or ones that are farther from each other. */
  private boolean isWorse(int set, int than) {
    return Long.bitCount(sets.sets[set]) > Long.bitCount(sets.sets[than])
        || sets.distances[set] > sets.distances[than];
  }

  private static boolean prefers(ZonePreference preference, long free, long than) {
    return switch (preference) {
      case MOST_FREE -> free > than;
      case LEAST_FREE -> free < than;
    };
  }

  private long freeCpus(long set) {
    long sum = 0;
    for (long zone = set; zone != 0 && cpu >= 0; zone &= zone - 1) {
      sum += free[Long.numberOfTrailingZeros(zone) * resources.length + cpu];
    }
    return sum;
  }

  /**
   * Shares a request out: each zone of the set gets a CPU, the rest goes to those with the most
   * free, and all else follows the CPUs as far as it is there.
   */
  private List<ZoneShare> shares(Request request, long[] left, long set) {
    int[] members = members(set);
    var shares = new ArrayList<SortedMap<String, Long>>();
    for (int i = 0; i < members.length; i++) {
      shares.add(new TreeMap<>());
    }
    long[] cpus = cpus(request, left, members);
    for (int r = 0; r < resources.length; r++) {
      if (request.wanted[r] > 0) {
        long[] of = r == cpu ? cpus : followed(request, left, members, r, cpus);
        for (int i = 0; i < members.length; i++) {
          if (of[i] > 0) {
            shares.get(i).put(resources[r], of[i]);
          }
        }
      }
    }
    var placed = new ArrayList<ZoneShare>();
    for (int i = 0; i < members.length; i++) {
      placed.add(new ZoneShare(zones.get(members[i]).name(), shares.get(i)));
    }
    return placed;
  }

  private static int[] members(long set) {
    int[] members = new int[Long.bitCount(set)];
    int count = 0;
    for (long zone = set; zone != 0; zone &= zone - 1) {
      members[count++] = Long.numberOfTrailingZeros(zone);
    }
    return members;
  }

  private long[] cpus(Request request, long[] left, int[] members) {
    long[] cpus = new long[members.length];
    if (request.cpus() == 0) {
      return cpus;
    }
    if (members.length == 1) {
      cpus[0] = request.cpus();
      return cpus;
    }
    Arrays.fill(cpus, WHOLE_CPU);
    long rest = request.cpus() - members.length * WHOLE_CPU;
    while (rest > 0) {
      int most = 0;
      for (int i = 1; i < members.length; i++) {
        if (request.usable(left, members[i], cpu) - cpus[i]
            > request.usable(left, members[most], cpu) - cpus[most]) {
          most = i;
        }
      }
      long given = Math.min(rest, request.usable(left, members[most], cpu) - cpus[most]);
      cpus[most] += given;
      rest -= given;
    }
    return cpus;
  }

  /** Another resource in proportion to the CPUs, what a zone lacks from those that have more. */
  private static long[] followed(Request request, long[] left, int[] members, int r, long[] cpus) {
    long wanted = request.wanted[r];
    long allCpus = Arrays.stream(cpus).sum();
    long[] of = new long[members.length];
    long rest = wanted;
    for (int i = 0; i < members.length && allCpus > 0; i++) {
      long part = (long) Math.floor((double) wanted * cpus[i] / allCpus);
      of[i] = Math.min(Math.min(part, rest), request.usable(left, members[i], r));
      rest -= of[i];
    }
    for (int i = 0; i < members.length && rest > 0; i++) {
      long more = Math.min(rest, request.usable(left, members[i], r) - of[i]);
      of[i] += more;
      rest -= more;
    }
    return of;
  }

  /**
   * 100 divided by the number of zones, as crane scores, less what distance and free CPUs decide
   * between nodes with as many.
   */
  private int score(int set, ZonePreference preference) {
    int count = Long.bitCount(sets.sets[set]);
    double step = (double) BEST / count - (double) BEST / (count + 1);
    long all = 0;
    for (int zone : members(sets.sets[set])) {
      all += allocatable(zones.get(zone), NodeTopology.CPU);
    }
    double free = all == 0 ? 0 : Math.min(1, (double) freeCpus(sets.sets[set]) / all);
    double unwanted = preference == ZonePreference.MOST_FREE ? 1 - free : free;
    double less = step * (OF_DISTANCE * sets.distances[set] + OF_FREE * unwanted);
    return (int) Math.round((double) BEST / count - less);
  }
}

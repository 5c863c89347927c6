package dev.ballast.topology;

import static dev.ballast.topology.Zoned.known;

import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.ZoneLedger.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a ledger is told, kept as it was told, and counted anew for each question. */
@SuppressWarnings("NullAway") // its maps have what is asked for
final class ZoneLedgerModel {
  private static final List<String> NODES = List.of("a", "b", "c");

  /** A pod that is on a node; its shares as a result has them, or as they were chosen for it. */
  record Seen(
      Pod pod, String node, @Nullable List<ZoneShare> shares, boolean ofAgent, long boundMillis) {}

  record Assumed(Pod pod, List<ZoneShare> shares, boolean ofAgent, long sinceMillis) {}

  record Offer(PodTopology asks, Set<String> nodes, long sinceMillis) {}

  long nowMillis = 10 * ZoneLedger.LIFE_MILLIS;
  final Map<String, Map<Kind, Optional<NodeTopology>>> published = new HashMap<>();
  final Map<String, Optional<Boolean>> aware = new HashMap<>();
  final Map<String, Seen> seen = new HashMap<>(); // by UID
  final Map<String, Map<String, Assumed>> assumed = new HashMap<>(); // by node and UID
  final Map<String, Offer> offers = new HashMap<>(); // by UID
  private boolean onlyPlaced; // whether only pods count whose shares are known
  private final Map<String, Set<String>> covered = new HashMap<>(); // by node, UIDs

  ZoneLedgerModel() {
    for (String node : NODES) {
      published.put(node, new HashMap<>());
      aware.put(node, Optional.empty());
      assumed.put(node, new HashMap<>());
      covered.put(node, new HashSet<>());
    }
  }

  Optional<NodeTopology> topology(String node) {
    var kinds = known(published, node);
    var community = kinds.getOrDefault(Kind.COMMUNITY, Optional.empty());
    if (!kinds.containsKey(Kind.CRANE)) {
      return community;
    }
    var crane = known(kinds, Kind.CRANE);
    return crane.isPresent() && crane.get().cpus() == CpuBinding.KUBELET && community.isPresent()
        ? community
        : crane;
  }

  private boolean hasAgent(String node) {
    return topology(node).orElseThrow().cpus() == CpuBinding.AGENT;
  }

  void put(Pod pod, String node, long boundMillis) {
    @Nullable Seen before = seen.get(pod.uid());
    @Nullable Assumed was = known(assumed, node).get(pod.uid());
    offers.remove(pod.uid());
    assumed.values().forEach(uids -> uids.remove(pod.uid()));
    @Nullable List<ZoneShare> shares = pod.topology().result().orElse(null);
    boolean ofAgent = true;
    if (shares == null && was != null && !was.ofAgent() && isSame(was.pod(), pod)) {
      shares = was.shares();
      ofAgent = false;
    } else if (shares == null
        && before != null
        && before.pod().topology().result().isEmpty()
        && isSame(before.pod(), pod)) {
      shares = before.shares();
      ofAgent = before.ofAgent();
    }
    seen.put(pod.uid(), new Seen(pod, node, shares, ofAgent, boundMillis));
  }

  private static boolean isSame(Pod before, Pod after) {
    return before.topology().request().equals(after.topology().request())
        && before.topology().aligned().equals(after.topology().aligned());
  }

  void remove(String uid) {
    offers.remove(uid);
    assumed.values().forEach(uids -> uids.remove(uid));
    seen.remove(uid);
  }

  void assume(Pod pod, String node, ZoneFit.Placed placed) {
    known(assumed, node)
        .put(pod.uid(), new Assumed(pod, placed.shares(), placed.needsResult(), nowMillis));
  }

  void place(String uid, List<ZoneShare> shares) {
    Seen was = known(seen, uid);
    seen.put(uid, new Seen(was.pod(), was.node(), shares, true, was.boundMillis()));
  }

  void unplace(String uid, String node) {
    @Nullable Seen was = seen.get(uid);
    if (was != null
        && was.node().equals(node)
        && was.ofAgent()
        && was.pod().topology().result().isEmpty()) {
      seen.put(uid, new Seen(was.pod(), node, null, true, was.boundMillis()));
    }
  }

  void expire() {
    offers.values().removeIf(o -> nowMillis - o.sinceMillis() >= ZoneLedger.OFFER_MILLIS);
    assumed.values().forEach(uids -> uids.values().removeIf(a -> isOver(a.sinceMillis())));
  }

  private boolean isOver(long sinceMillis) {
    return nowMillis - sinceMillis >= ZoneLedger.LIFE_MILLIS;
  }

  String fingerprint(String node) {
    return PodFingerprint.of(
        seen.values().stream()
            .filter(s -> s.node().equals(node))
            .mapToLong(s -> PodFingerprint.hash(s.pod().namespace(), s.pod().name()))
            .toArray());
  }

  /** Finds out which pods topologies have seen by now: it is not unseen when others come. */
  void settle() {
    for (String node : NODES) {
      Set<String> now = new HashSet<>();
      if (topology(node).isPresent() && !hasAgent(node)) {
        boolean all = topology(node).get().fingerprint().equals(Optional.of(fingerprint(node)));
        for (Seen pod : seen.values()) {
          String uid = pod.pod().uid();
          if (pod.node().equals(node)
              && pod.pod().topology().asks()
              && (all || known(covered, node).contains(uid) || isOver(pod.boundMillis()))) {
            now.add(uid);
          }
        }
      }
      covered.put(node, now);
    }
  }

  Set<String> unplaced() {
    Set<String> unplaced = new HashSet<>();
    for (Seen pod : seen.values()) {
      if (topology(pod.node()).isPresent()
          && hasAgent(pod.node())
          && !pod.pod().topology().request().isEmpty()
          && (pod.shares() == null || !pod.ofAgent())) {
        unplaced.add(pod.pod().uid() + " on " + pod.node());
      }
    }
    return unplaced;
  }

  /** What is free, by zone and resource; none without a topology. */
  Map<String, Map<String, Long>> free(String node, String exceptUid, boolean lessOffers) {
    Map<String, Map<String, Long>> free = new TreeMap<>();
    if (topology(node).isEmpty()) {
      return free;
    }
    for (Zone zone : topology(node).get().zones()) {
      Map<String, Long> amounts = new TreeMap<>();
      zone.resources()
          .forEach(
              (resource, a) ->
                  amounts.put(
                      resource,
                      a.allocatable() - used(node, zone.name(), resource, exceptUid, lessOffers)));
      amounts.replaceAll((resource, amount) -> Math.max(0, amount));
      free.put(zone.name(), amounts);
    }
    return free;
  }

  private long used(
      String node, String zone, String resource, String exceptUid, boolean lessOffers) {
    long used = 0;
    for (Seen pod : seen.values()) {
      String uid = pod.pod().uid();
      boolean counts = pod.pod().topology().asks() && !known(covered, node).contains(uid);
      if (counts && pod.node().equals(node) && !uid.equals(exceptUid)) {
        @Nullable List<ZoneShare> shares = pod.ofAgent() == hasAgent(node) ? pod.shares() : null;
        boolean isResult = pod.pod().topology().result().isPresent();
        if (shares != null || !onlyPlaced) {
          used += used(node, zone, resource, pod.pod().topology(), shares, isResult);
        }
      }
    }
    for (Assumed pod : known(assumed, node).values()) {
      if (!pod.pod().uid().equals(exceptUid)) {
        @Nullable List<ZoneShare> shares = pod.ofAgent() == hasAgent(node) ? pod.shares() : null;
        if (shares != null || !onlyPlaced) {
          used += used(node, zone, resource, pod.pod().topology(), shares, false);
        }
      }
    }
    for (var offer : offers.entrySet()) {
      if (lessOffers
          && offer.getValue().nodes().contains(node)
          && !offer.getKey().equals(exceptUid)) {
        used += used(node, zone, resource, offer.getValue().asks(), null, false);
      }
    }
    return used;
  }

  private long used(
      String node,
      String zone,
      String resource,
      PodTopology pod,
      @Nullable List<ZoneShare> shares,
      boolean isResult) {
    Map<String, Long> asked = hasAgent(node) ? pod.request() : pod.alignedRequest();
    List<String> names = topology(node).orElseThrow().zones().stream().map(Zone::name).toList();
    if (shares == null || !shares.stream().allMatch(s -> names.contains(s.zone()))) {
      return asked.getOrDefault(resource, 0L);
    }
    long whole = shares.stream().mapToLong(s -> s.amount(resource)).sum();
    boolean believed =
        !isResult
            || resource.equals("cpu")
            || !pod.request().containsKey(resource)
            || whole == known(pod.request(), resource);
    double cpus = shares.stream().mapToLong(s -> s.amount("cpu")).sum();
    long used = 0;
    for (ZoneShare share : shares) {
      if (share.zone().equals(zone)) {
        used +=
            believed
                ? share.amount(resource)
                : (long) Math.ceil(known(pod.request(), resource) * (share.amount("cpu") / cpus));
      }
    }
    return used;
  }

  /** How a pod fits beside those pods whose shares are known. */
  ZoneFit fitBesidePlaced(String uid, PodTopology pod, String node) {
    onlyPlaced = true;
    ZoneFit fit = fit(uid, pod, node, false);
    onlyPlaced = false;
    return fit;
  }

  /** What an assumed pod keeps when it is assumed there once more. */
  Optional<ZoneFit.Placed> kept(Pod pod, String node) {
    @Nullable Assumed was = assumed.get(node).get(pod.uid());
    return was != null
            && topology(node).isPresent()
            && was.ofAgent() == hasAgent(node)
            && isSame(was.pod(), pod)
        ? Optional.of(new ZoneFit.Placed(was.shares(), 0, was.ofAgent()))
        : Optional.empty();
  }

  /** How a pod fits what is free without itself, and for others without what has been offered. */
  ZoneFit fit(String uid, PodTopology pod, String node, boolean lessOffers) {
    boolean agents = published.values().stream().anyMatch(kinds -> kinds.containsKey(Kind.CRANE));
    if (topology(node).isEmpty()) {
      return pod.explicit() || (agents && !pod.request().isEmpty())
          ? ZoneFit.MISSING
          : ZoneFit.UNBOUND;
    }
    NodeTopology topology = topology(node).get();
    NodeZones zones =
        NodeZones.of(topology, known(aware, node), new ZoneLayout.Known()).orElseThrow();
    var use = zones.use();
    List<ZoneShare> used = new ArrayList<>();
    var free = free(node, uid, lessOffers);
    for (Zone zone : topology.zones()) {
      var amounts = new TreeMap<String, Long>();
      zone.resources()
          .forEach((r, a) -> amounts.put(r, a.allocatable() - known(known(free, zone.name()), r)));
      used.add(new ZoneShare(zone.name(), amounts));
    }
    use.of(used);
    return use.rest().fit(pod, ZonePreference.MOST_FREE);
  }
}

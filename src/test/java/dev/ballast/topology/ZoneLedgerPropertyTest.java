package dev.ballast.topology;

import static dev.ballast.topology.Zoned.known;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology.Run;
import dev.ballast.topology.ZoneLedger.Assumption;
import dev.ballast.topology.ZoneLedger.Pod;
import dev.ballast.topology.ZoneLedger.Unplaced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** What holds after every step of every history. */
@SuppressWarnings("NullAway") // its maps have what is asked for
final class ZoneLedgerPropertyTest {
  private static final int STEPS = 80;
  private static final List<String> NODES = List.of("a", "b", "c");
  private static final List<String> UIDS = List.of("0", "1", "2", "3", "4", "5");

  private Random random = new Random(0);
  private ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);
  private ZoneLedgerModel model = new ZoneLedgerModel();

  @Property(tries = 1_500)
  void step_ofAnyHistory_leavesWhatAModelLeavesThatCountsAnew(@ForAll long seed) {
    random = new Random(seed);
    ledger = new ZoneLedger(ZonePreference.MOST_FREE);
    model = new ZoneLedgerModel();
    for (int i = 0; i < STEPS; i++) {
      step();
      model.settle();
      check();
    }
    removeAll();
    assertThat(ledger.isEmpty()).isTrue();
  }

  @Property(tries = 500)
  void assume_podsThatAreSeenWithTheirResults_areNeverGivenMoreThanThereIs(@ForAll long seed) {
    random = new Random(seed);
    ledger = new ZoneLedger(any(List.of(ZonePreference.values())));
    Map<String, List<Zone>> zones = new HashMap<>();
    for (String node : NODES) {
      zones.put(node, zones(1 + random.nextInt(3)));
      ledger.put(Zoned.agent(node, Alignment.NONE, known(zones, node)), 0);
    }
    Map<String, Map<String, List<ZoneShare>>> given = new HashMap<>(); // by node and UID
    NODES.forEach(node -> given.put(node, new HashMap<>()));
    for (int i = 0; i < 3 * STEPS; i++) {
      String uid = "" + i;
      String node = any(NODES);
      PodTopology asks = Zoned.pod(1 + random.nextInt(5), random.nextInt(5));
      if (ledger.assume(Zoned.named(uid, asks), node, 0) instanceof Assumption.Chosen chosen) {
        Pod seen =
            Zoned.named(
                uid,
                Zoned.pod(
                    (int) (known(asks.request(), "cpu") / 1_000),
                    known(asks.request(), "memory"),
                    chosen.shares()));
        if (!one(4)) {
          known(given, node).put(uid, chosen.shares());
        } else {
          ledger.forget(uid, node, 0);
        }
        if (known(given, node).containsKey(uid) && one(2)) {
          ledger.put(seen, node, 0, 0);
        }
      }
      if (one(3) && !known(given, node).isEmpty()) {
        String gone = any(List.copyOf(known(given, node).keySet()));
        known(given, node).remove(gone);
        ledger.remove(Zoned.named(gone, PodTopology.NONE), node, 0);
      }
      checkGiven(known(zones, node), known(given, node), node);
    }
  }

  private void checkGiven(List<Zone> zones, Map<String, List<ZoneShare>> given, String node) {
    for (Zone zone : zones) {
      for (String resource : List.of("cpu", "memory")) {
        long sum =
            given.values().stream()
                .flatMap(List::stream)
                .filter(share -> share.zone().equals(zone.name()))
                .mapToLong(share -> share.amount(resource))
                .sum();
        long whole = known(zone.resources(), resource).allocatable();
        assertThat(sum).isLessThanOrEqualTo(whole);
        assertThat(ledger.zones(node).orElseThrow().free(zone.name(), resource))
            .isEqualTo(whole - sum);
      }
    }
  }

  private void step() {
    String node = any(NODES);
    String uid = any(UIDS);
    long now = model.nowMillis;
    switch (random.nextInt(16)) {
      case 0, 1 -> {
        NodeTopology topology = topology(node);
        ledger.put(topology, now);
        known(model.published, node).put(topology.kind(), Optional.of(topology));
      }
      case 2 -> {
        Kind kind = any(List.of(Kind.values()));
        boolean unreadable = one(3);
        if (unreadable) {
          ledger.unreadable(kind, node, now);
          known(model.published, node).put(kind, Optional.empty());
        } else {
          ledger.remove(kind, node, now);
          known(model.published, node).remove(kind);
        }
      }
      case 3 -> {
        Optional<Boolean> aware = one(2) ? Optional.empty() : Optional.of(one(2));
        ledger.aware(node, aware, now);
        model.aware.put(node, aware);
      }
      case 4, 5, 6 -> put(uid, node);
      case 7 -> remove(uid, node);
      case 8, 9, 10 -> assume(uid, node);
      case 11 -> {
        ledger.forget(uid, node, now);
        known(model.assumed, node).remove(uid);
      }
      case 12 -> {
        model.nowMillis += one(4) ? ZoneLedger.LIFE_MILLIS : random.nextInt(4_000);
        ledger.expire(model.nowMillis);
        model.expire();
      }
      case 13 -> place();
      case 14 -> {
        Unplaced late = new Unplaced(Zoned.named(uid, PodTopology.NONE), node, 0);
        ledger.unplace(late, now);
        model.unplace(uid, node);
      }
      default -> {
        Set<String> nodes = new HashSet<>(NODES);
        nodes.remove(node);
        PodTopology asks = asks();
        ledger.offer(uid, asks, nodes, now);
        model.offers.put(uid, new ZoneLedgerModel.Offer(asks, nodes, now));
      }
    }
  }

  private Pod pod(String uid, PodTopology topology) {
    return new Pod(uid, "ns", uid.equals("1") ? "pod-0" : "pod-" + uid, topology);
  }

  private void put(String uid, String anyNode) {
    ZoneLedgerModel.@Nullable Seen before = model.seen.get(uid);
    String node = before == null ? anyNode : before.node();
    PodTopology asks = before != null && one(2) ? before.pod().topology() : asks();
    var assumed = known(model.assumed, node).get(uid);
    if (assumed != null && assumed.ofAgent() && !one(3)) { // as it was bound
      asks = withResult(assumed.pod().topology(), assumed.shares());
    }
    long bound = model.nowMillis - (one(4) ? ZoneLedger.LIFE_MILLIS : 0);
    ledger.put(pod(uid, asks), node, bound, model.nowMillis);
    model.put(pod(uid, asks), node, bound);
  }

  private void remove(String uid, String anyNode) {
    ZoneLedgerModel.@Nullable Seen before = model.seen.get(uid);
    String node = before == null ? anyNode : before.node();
    ledger.remove(pod(uid, PodTopology.NONE), node, model.nowMillis);
    model.remove(uid);
  }

  private void assume(String uid, String node) {
    ZoneLedgerModel.@Nullable Seen before = model.seen.get(uid);
    PodTopology asks = asks();
    Assumption got = ledger.assume(pod(uid, asks), node, model.nowMillis);
    model.offers.remove(uid);
    if (before != null && before.node().equals(node) && before.pod().topology().asks()) {
      assertThat(got).isInstanceOf(Assumption.Refused.class);
      return;
    }
    ZoneFit fit =
        model
            .kept(pod(uid, asks), node)
            .<ZoneFit>map(placed -> placed)
            .orElseGet(() -> model.fit(uid, asks, node, false));
    if (fit instanceof ZoneFit.Placed placed) {
      assertThat(got).isEqualTo(new Assumption.Chosen(placed.shares(), placed.needsResult()));
      model.assume(pod(uid, asks), node, placed);
    } else if (fit instanceof ZoneFit.Unbound) {
      assertThat(got).isEqualTo(new Assumption.Unneeded());
    } else {
      assertThat(got).isInstanceOf(Assumption.Refused.class);
    }
  }

  private void place() {
    for (Unplaced late : List.copyOf(ledger.unplaced())) {
      if (one(2)) {
        continue;
      }
      String uid = late.pod().uid();
      ZoneFit fit = model.fitBesidePlaced(uid, late.pod().topology(), late.node());
      Assumption got = ledger.place(late, model.nowMillis);
      if (fit instanceof ZoneFit.Placed placed) {
        assertThat(got).isEqualTo(new Assumption.Chosen(placed.shares(), true));
        model.place(uid, placed.shares());
      } else {
        assertThat(got).isInstanceOf(Assumption.Refused.class);
      }
    }
  }

  private void check() {
    for (String node : NODES) {
      Optional<NodeZones> zones = ledger.zones(node);
      Optional<NodeTopology> topology = model.topology(node);
      assertThat(zones.map(NodeZones::topology)).isEqualTo(topology);
      Map<String, Map<String, Long>> free = model.free(node, "", false);
      free.forEach(
          (zone, amounts) ->
              amounts.forEach(
                  (resource, amount) ->
                      assertThat(zones.orElseThrow().free(zone, resource))
                          .as("%s of %s on %s", resource, zone, node)
                          .isEqualTo(amount)
                          .isNotNegative()));
    }
    Set<String> unplaced = new HashSet<>();
    ledger.unplaced().forEach(late -> unplaced.add(late.pod().uid() + " on " + late.node()));
    assertThat(unplaced).isEqualTo(model.unplaced());
    String uid = any(UIDS);
    PodTopology asks = asks();
    ZoneFit[] fits = ledger.fits(uid, asks, NODES.size(), NODES::get, model.nowMillis);
    for (int i = 0; i < fits.length; i++) {
      assertThat(fits[i]).isEqualTo(model.fit(uid, asks, NODES.get(i), true));
    }
  }

  private void removeAll() {
    for (String uid : UIDS) {
      remove(uid, "a");
    }
    for (String node : NODES) {
      for (Kind kind : Kind.values()) {
        ledger.remove(kind, node, model.nowMillis);
      }
      ledger.aware(node, Optional.empty(), model.nowMillis);
    }
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private List<Zone> zones(int count) {
    List<Map<String, Long>> amounts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      amounts.add(
          Zoned.amounts(random.nextInt(10) * 1_000L + (one(4) ? 500 : 0), random.nextInt(12)));
    }
    return Zoned.zones(amounts);
  }

  private NodeTopology topology(String node) {
    List<Zone> zones = zones(2 + random.nextInt(2));
    Alignment alignment = any(List.of(Alignment.values()));
    if (one(2)) {
      return Zoned.agent(node, alignment, zones);
    }
    if (one(5)) {
      return Zoned.topology(
          node, Kind.CRANE, CpuBinding.KUBELET, alignment, Scope.POD, zones, Map.of());
    }
    Map<String, String> attributes =
        one(2)
            ? Map.of("nodeTopologyPodsFingerprint", model.fingerprint(node))
            : one(2) ? Map.of() : Map.of("nodeTopologyPodsFingerprint", "pfp0v001");
    return Zoned.topology(
        node,
        Kind.COMMUNITY,
        CpuBinding.KUBELET,
        one(2) ? Alignment.SINGLE_NUMA_NODE : alignment,
        any(List.of(Scope.values())),
        zones,
        attributes);
  }

  private PodTopology asks() {
    if (one(6)) {
      return PodTopology.NONE;
    }
    var pod = new PodTopology.Builder();
    if (one(5)) {
      Zoned.container(pod, Run.INIT, 1_000L * (1 + random.nextInt(4)), random.nextInt(3) + 1);
    }
    long milli = 1_000L * (1 + random.nextInt(7));
    long memory = 1L + random.nextInt(7);
    if (one(4)) { // not Guaranteed
      pod.container(Run.CONTAINER, Zoned.amounts(milli, memory), Map.of("cpu", milli));
    } else {
      Zoned.container(pod, Run.CONTAINER, one(6) ? 500 : milli, memory);
    }
    if (one(3)) {
      pod.awareness(Optional.of(one(2) ? "true" : "false"));
    }
    PodTopology built = pod.build();
    return one(3) && built.request().containsKey("cpu")
        ? withResult(built, result(known(built.request(), "cpu")))
        : built;
  }

  /**
   * A result as of other schedulers: CPUs only, with crane's memory, with zones that are not there.
   */
  private List<ZoneShare> result(long milli) {
    long first = random.nextInt((int) (milli / 1_000) + 1) * 1_000L;
    List<ZoneShare> shares = new ArrayList<>();
    int kind = random.nextInt(3);
    for (long part : new long[] {first, milli - first}) {
      if (part > 0) {
        var amounts = new TreeMap<String, Long>(Map.of("cpu", part));
        if (kind > 0) {
          amounts.put("memory", kind == 1 ? part : random.nextInt(4));
        }
        shares.add(new ZoneShare("node" + random.nextInt(3), amounts));
      }
    }
    return shares;
  }

  private static PodTopology withResult(PodTopology pod, List<ZoneShare> result) {
    return new PodTopology(
        pod.request(),
        pod.aware(),
        pod.explicit(),
        pod.aligned(),
        Optional.of(result),
        pod.problems());
  }
}

package dev.ballast.topology;

import static dev.ballast.topology.Zoned.known;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every node with an agent and every pod. */
@SuppressWarnings("NullAway") // its maps have what is asked for
final class NodeZonesPropertyTest {
  private static final List<String> RESOURCES = List.of("cpu", "memory", "example.com/gpu");

  private Random random = new Random(0);
  private final List<Map<String, Long>> free = new ArrayList<>();
  private long[][] costs = {};

  @Property(tries = 3_000)
  void fit_anyPod_isTheBestOfAllSetsThatHaveIt(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int count) {
    NodeZones zones = zones(seed, count);
    boolean aware = random.nextBoolean();
    PodTopology pod = pod(aware);
    var preference = random.nextBoolean() ? ZonePreference.MOST_FREE : ZonePreference.LEAST_FREE;

    ZoneFit fit = zones.fit(pod, preference);

    List<Integer> sets = new ArrayList<>();
    for (int set = 1; set < 1 << count; set++) {
      if ((!aware || Integer.bitCount(set) == 1) && has(set, pod)) {
        sets.add(set);
      }
    }
    assertThat(fit instanceof ZoneFit.Placed).as("%s", fit).isEqualTo(!sets.isEmpty());
    if (fit instanceof ZoneFit.Placed placed) {
      int used = check(placed, pod);
      int fewest = sets.stream().mapToInt(Integer::bitCount).min().orElseThrow();
      assertThat(Integer.bitCount(used)).isEqualTo(fewest);
      List<Integer> small = sets.stream().filter(s -> Integer.bitCount(s) == fewest).toList();
      long closest = small.stream().mapToLong(this::distance).min().orElseThrow();
      assertThat(distance(used)).isEqualTo(closest);
      var freest =
          small.stream()
              .filter(s -> distance(s) == closest)
              .mapToLong(this::cpus)
              .summaryStatistics();
      assertThat(cpus(used))
          .isEqualTo(preference == ZonePreference.MOST_FREE ? freest.getMax() : freest.getMin());
      assertThat(placed.needsResult()).isTrue();
      assertThat(placed.score()).isBetween(100 / (fewest + 1), 100 / fewest + 1);
    }
  }

  @Property(tries = 300)
  void fit_podOnManyZones_getsWhatItAsksForAndIsNeverRefusedWhenCpusAloneDecide(
      @ForAll long seed, @ForAll @IntRange(min = 9, max = 64) int count) {
    NodeZones zones = zones(seed, count);
    PodTopology pod = pod(false);
    PodTopology cpusOnly =
        new PodTopology.Builder()
            .container(
                Run.CONTAINER,
                Zoned.cpus((int) (known(pod.request(), "cpu") / 1_000)),
                Zoned.cpus((int) (known(pod.request(), "cpu") / 1_000)))
            .build();

    if (zones.fit(pod, ZonePreference.MOST_FREE) instanceof ZoneFit.Placed placed) {
      check(placed, pod);
    }
    ZoneFit fit = zones.fit(cpusOnly, ZonePreference.MOST_FREE);
    long wanted = known(cpusOnly.request(), "cpu");
    long[] whole =
        free.stream().mapToLong(f -> f.getOrDefault("cpu", 0L) / 1_000 * 1_000).sorted().toArray();
    int fewest = 0;
    for (int i = count - 1; i >= 0 && wanted > 0; i--) {
      wanted -= whole[i];
      fewest++;
    }
    assertThat(fit instanceof ZoneFit.Placed).isEqualTo(wanted <= 0);
    if (fit instanceof ZoneFit.Placed placed) {
      check(placed, cpusOnly);
      assertThat(placed.shares()).hasSize(fewest);
    }
  }

  /** What is promised of any shares; the first 32 zones that are used. */
  private int check(ZoneFit.Placed placed, PodTopology pod) {
    int used = 0;
    Set<String> names = new HashSet<>();
    Map<String, Long> sums = new HashMap<>();
    for (ZoneShare share : placed.shares()) {
      assertThat(names.add(share.zone())).isTrue();
      int zone = Integer.parseInt(share.zone().substring(4));
      used |= zone < 32 ? 1 << zone : 0;
      assertThat(share.amount("cpu")).isGreaterThanOrEqualTo(1_000);
      assertThat(share.amount("cpu") % 1_000).isZero();
      share
          .amounts()
          .forEach(
              (resource, amount) -> {
                assertThat(amount).isBetween(1L, free.get(zone).getOrDefault(resource, 0L));
                sums.merge(resource, amount, Long::sum);
              });
    }
    Map<String, Long> published = new HashMap<>(pod.request());
    published.keySet().removeIf(r -> free.stream().noneMatch(f -> f.containsKey(r)));
    published.values().removeIf(amount -> amount == 0);
    assertThat(sums).isEqualTo(published);
    return used;
  }

  private NodeZones zones(long seed, int count) {
    random = new Random(seed);
    free.clear();
    costs = new long[count][count];
    boolean gpus = random.nextBoolean();
    List<Map<String, Long>> whole = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Long> zone = new HashMap<>();
      zone.put("cpu", random.nextInt(4) == 0 ? 0L : random.nextInt(20) * 500L);
      zone.put("memory", (long) random.nextInt(100));
      if (gpus && random.nextBoolean()) {
        zone.put("example.com/gpu", (long) random.nextInt(4));
      }
      if (i > 0 && random.nextInt(6) == 0) {
        zone.remove("cpu"); // memory only
      }
      free.add(zone);
      Map<String, Long> all = new HashMap<>();
      zone.forEach((resource, amount) -> all.put(resource, amount + 1_000L * random.nextInt(3)));
      whole.add(all);
      for (int j = 0; j < count; j++) {
        costs[i][j] = i == j ? 10 : 11 + random.nextInt(3);
      }
    }
    List<Zone> published = Zoned.zones(whole, costs);
    var zones =
        NodeZones.of(
                Zoned.agent("n", Alignment.NONE, published),
                Optional.empty(),
                new ZoneLayout.Known())
            .orElseThrow();
    return less(zones, whole);
  }

  /** The zones with as much used as makes them what is free. */
  private NodeZones less(NodeZones zones, List<Map<String, Long>> whole) {
    var use = zones.use();
    List<ZoneShare> used = new ArrayList<>();
    for (int i = 0; i < whole.size(); i++) {
      Map<String, Long> of = new HashMap<>();
      int zone = i;
      whole.get(i).forEach((r, amount) -> of.put(r, amount - known(free.get(zone), r)));
      used.add(Zoned.share(i, of));
    }
    assertThat(use.of(used)).isTrue();
    return use.rest();
  }

  private PodTopology pod(boolean aware) {
    long cpus = 1_000L * (1 + random.nextInt(random.nextBoolean() ? 6 : 20));
    Map<String, Long> requests = new HashMap<>();
    requests.put("cpu", cpus);
    if (random.nextBoolean()) {
      requests.put("memory", (long) random.nextInt(150));
    }
    if (random.nextInt(3) == 0) {
      requests.put("example.com/gpu", (long) random.nextInt(3));
    }
    requests.put("example.com/unpublished", 7L);
    return new PodTopology.Builder()
        .container(Run.CONTAINER, requests, Map.of("cpu", cpus))
        .awareness(Optional.of("" + aware))
        .build();
  }

  /** Whether zones have it together, with a CPU in each. */
  private boolean has(int set, PodTopology pod) {
    if (Integer.bitCount(set) > known(pod.request(), "cpu") / 1_000) {
      return false;
    }
    for (String resource : RESOURCES) {
      long sum = 0;
      for (int zone = 0; zone < free.size(); zone++) {
        if ((set & 1 << zone) != 0) {
          long there = free.get(zone).getOrDefault(resource, 0L);
          if (resource.equals("cpu") && there < 1_000) {
            return false;
          }
          sum += resource.equals("cpu") ? there / 1_000 * 1_000 : there;
        }
      }
      boolean published = free.stream().anyMatch(f -> f.containsKey(resource));
      if (published && sum < pod.request().getOrDefault(resource, 0L)) {
        return false;
      }
    }
    return true;
  }

  /** The sum over pairs; to be compared between sets of one size. */
  private long distance(int set) {
    long sum = 0;
    for (int i = 0; i < costs.length; i++) {
      for (int j = 0; j < costs.length; j++) {
        sum += i != j && (set & 1 << i) != 0 && (set & 1 << j) != 0 ? costs[i][j] : 0;
      }
    }
    return sum;
  }

  private long cpus(int set) {
    long sum = 0;
    for (int zone = 0; zone < free.size(); zone++) {
      sum += (set & 1 << zone) != 0 ? free.get(zone).getOrDefault("cpu", 0L) / 1_000 : 0;
    }
    return sum;
  }
}

package dev.ballast.scoring;

import static dev.ballast.scoring.Samples.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnFilter;
import dev.ballast.policy.StateEffect.OnScore;
import dev.ballast.policy.Strategy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class StandingsTest {
  private static final DynamicSchedulerPolicy POLICY =
      Samples.policy(Dialect.BALLAST, 0.65, Samples.CPU, Samples.CPU_1H, Samples.CPU_1D)
          .with(new RankingPolicy(new Strategy.Weighted(), Spread.ABSOLUTE, 10, 12));
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);
  private static final long MINUTE = 60_000;
  private static final int NODES = 40;

  /**
   * What is remembered must never show: not when readings change, expire, or clocks step, nor when
   * other pods come in between, whatever counts in the place of readings that are not fresh.
   */
  @Property(tries = 300)
  void judge_remembered_isAsIfSeenForTheFirstTime(@ForAll long seed) {
    var random = new Random(seed);
    var store = new LoadStore(Samples.table(POLICY), TEXT, Runnable::run, (node, key, text) -> {});
    var pods = new InFlight(new Estimate(POLICY.inFlight()));
    var policy = policy(random);
    var remembering = Samples.judge(policy);
    long now = Rounds.NOW;
    for (int step = 0; step < 40; step++) {
      for (int changes = random.nextInt(8); changes > 0; changes--) {
        String node = "n" + random.nextInt(NODES);
        switch (random.nextInt(12)) {
          case 0 -> store.remove(node);
          case 1, 2, 3, 4 -> pods.put(pod("p" + random.nextInt(20), node, now));
          default -> put(store, node, random, now);
        }
      }
      now += random.nextInt(4) == 0 ? (random.nextInt(40) - 20) * MINUTE : random.nextInt(5);
      var round = round(store, pods, random, now);
      var fresh = Samples.judge(policy);

      assertThat(remembering.filter(round).verdicts()).isEqualTo(fresh.filter(round).verdicts());
      assertThat(remembering.rank(round).sent()).isEqualTo(fresh.rank(round).sent());
      assertThat(remembering.rank(round).scores()).isEqualTo(fresh.rank(round).scores());
    }
  }

  private static DynamicSchedulerPolicy policy(Random random) {
    Strategy[] strategies = {
      new Strategy.Weighted(),
      new Strategy.LeastUsed(1, 1, 1),
      new Strategy.Headroom(0, 0),
      new Strategy.Headroom(8, 32 * GIB)
    };
    var effects =
        Stream.of(OnFilter.values())
            .flatMap(filter -> Stream.of(OnScore.values()).map(s -> new StateEffect(filter, s)))
            .toList();
    return POLICY
        .with(
            new RankingPolicy(
                strategies[random.nextInt(strategies.length)], Spread.ABSOLUTE, 10, 12))
        .with(
            new DataPolicy(
                effects.get(random.nextInt(effects.size())),
                effects.get(random.nextInt(effects.size())),
                effects.get(random.nextInt(effects.size())),
                random.nextBoolean(),
                DataPolicy.CLOCK_TOLERANCE));
  }

  /** One of a few demands, with a part of the nodes ranked first for others just before. */
  private static Round round(LoadStore store, InFlight pods, Random random, long now) {
    double cores = 1 + random.nextInt(3);
    var plain = round(store, pods, cores, now);
    var demands = new Demand[random.nextInt(3) == 0 ? 0 : plain.size()];
    Arrays.fill(demands, Demand.NONE);
    for (int i = random.nextInt(3); i > 0 && demands.length > 0; i--) {
      demands[random.nextInt(demands.length)] = new Demand(2, GIB, 0, 0);
    }
    return new Round(
        new Incoming("uid", plain.pod().demand(), random.nextInt(8) == 0, true),
        plain.nodes(),
        plain.loads(),
        plain.charges(),
        demands,
        now);
  }

  /** A call goes on with what it has read, whatever another one learns meanwhile. */
  @Example
  void of_nodeChangesWhileACallGoesOn_doesNotChangeItsTable() {
    var metrics = Samples.table(POLICY);
    var store = new LoadStore(metrics, TEXT, Runnable::run, (node, key, text) -> {});
    var pods = new InFlight(new Estimate(POLICY.inFlight()));
    var standings = new Standings(new EffectiveLoad(POLICY, metrics), metrics.size());
    put(store, .25);
    standings.of(round(store, pods, 0, Rounds.NOW));
    var table = standings.of(round(store, pods, 0, Rounds.NOW)); // from what is remembered
    put(store, .5);
    var later = standings.of(round(store, pods, 0, Rounds.NOW));

    assertThat(table.inFilter(0, Samples.CPU, 0)).isEqualTo(.25);
    assertThat(later.inFilter(0, Samples.CPU, 0)).isEqualTo(.5);
  }

  private static void put(LoadStore store, double cpu) {
    String text = TEXT.format(cpu, Instant.ofEpochMilli(Rounds.NOW));
    store.put("n", Samples.FACTS, Map.of("cpu", text), Rounds.NOW);
  }

  private static void put(LoadStore store, String node, Random random, long now) {
    var texts = new HashMap<String, String>();
    for (String metric : List.of("cpu", "cpu_1h", "cpu_1d", "memory")) {
      if (random.nextInt(4) > 0) {
        long time = now + (random.nextInt(16) - 12) * MINUTE + random.nextInt(3);
        texts.put(metric, TEXT.format(random.nextDouble() * 1.6, Instant.ofEpochMilli(time)));
      }
    }
    var facts = new NodeFacts(16, GIB, 16, GIB, "zone-" + random.nextInt(3), false);
    store.put(node, facts, texts, now);
  }

  private static PodFacts pod(String uid, String node, long now) {
    var one = Amounts.parse("", "1", "1Gi", BadText.IGNORED);
    return new PodFacts(
        uid,
        "ns",
        uid,
        "s",
        node,
        false,
        PodFacts.NEVER,
        now,
        now,
        PodResources.builder().container(one, one).build(),
        "",
        false);
  }

  private static Round round(LoadStore store, InFlight pods, double cores, long now) {
    var loads = store.snapshot().nodes().toArray(NodeLoad[]::new);
    String[] names = Stream.of(loads).map(NodeLoad::name).toArray(String[]::new);
    return Round.of(
        new Incoming("uid", new Demand(cores, 0, cores, 0), false, true),
        names,
        loads,
        pods.charges(store.snapshot().names()).at(NodeList.of(names, loads)),
        now);
  }
}

package dev.ballast.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.NodeLoad;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

final class StandingsTest {
  private static final DynamicSchedulerPolicy POLICY =
      Samples.policy(Dialect.BALLAST, 0.65, Samples.CPU, Samples.CPU_1H, Samples.CPU_1D);
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);
  private static final long MINUTE = 60_000;

  /** What is remembered must never show: not when readings change, expire, or clocks step. */
  @Property(tries = 300)
  void judge_remembered_isAsIfSeenForTheFirstTime(@ForAll long seed) {
    var random = new Random(seed);
    var store = new LoadStore(Samples.table(POLICY), TEXT, Runnable::run, (node, key, text) -> {});
    var remembering = Samples.judge(POLICY);
    long now = Rounds.NOW;
    for (int step = 0; step < 40; step++) {
      if (random.nextBoolean()) {
        put(store, "n" + random.nextInt(4), random, now);
      } else if (random.nextInt(10) == 0) {
        store.remove("n" + random.nextInt(4));
      }
      now += random.nextInt(4) == 0 ? (random.nextInt(40) - 20) * MINUTE : random.nextInt(5);
      var round = round(store, random.nextDouble() * 4, now);
      var fresh = Samples.judge(POLICY);

      assertThat(remembering.filter(round).verdicts()).isEqualTo(fresh.filter(round).verdicts());
      assertThat(remembering.rank(round).sent()).isEqualTo(fresh.rank(round).sent());
      assertThat(remembering.rank(round).scores()).isEqualTo(fresh.rank(round).scores());
    }
  }

  private static void put(LoadStore store, String node, Random random, long now) {
    var texts = new HashMap<String, String>();
    for (String metric : new String[] {"cpu", "cpu_1h", "cpu_1d"}) {
      if (random.nextInt(4) > 0) {
        long time = now + (random.nextInt(16) - 12) * MINUTE + random.nextInt(3);
        texts.put(metric, TEXT.format(random.nextDouble() * 1.6, Instant.ofEpochMilli(time)));
      }
    }
    store.put(node, Samples.FACTS, texts, now);
  }

  private static Round round(LoadStore store, double cores, long now) {
    var loads = store.snapshot().nodes().toArray(NodeLoad[]::new);
    return new Round(
        new Incoming("uid", new Demand(cores, 0, cores, 0), false, false),
        Stream.of(loads).map(NodeLoad::name).toArray(String[]::new),
        loads,
        IntStream.range(0, loads.length).mapToObj(i -> Charge.NONE).toArray(Charge[]::new),
        node -> Demand.NONE,
        now);
  }
}

package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.load.MetricKind;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.InFlightPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The ledger against a list of the pods that exist, over random histories of a cluster. */
final class InFlightPropertyTest {
  private static final long T = 1_800_000_000_000L;
  private static final int PODS = 8;
  private static final int NODES = 3;
  private static final int WARMUP_MILLIS = 20_000;
  private static final Estimate ESTIMATE =
      new Estimate(
          new InFlightPolicy(
              true, 0.85, 0.7, 0.25, 200L << 20, 3, Duration.ofMillis(WARMUP_MILLIS), true));

  private enum Kind {
    BIND,
    TAKE,
    START,
    UPDATE,
    END,
    DELETE,
    RELIST,
    RESTART,
    CLOCK,
    READ
  }

  record Step(Kind kind, int pod, int node, int millis) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, PODS - 1),
            Arbitraries.integers().between(0, NODES - 1),
            Arbitraries.integers().between(-600_000, 600_000))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  /** A cluster, the ledger that follows it and another replica that is told in another way. */
  private static final class World {
    final Map<String, PodFacts> pods = new HashMap<>();
    InFlight ledger = new InFlight(ESTIMATE);
    final InFlight replica = new InFlight(ESTIMATE);
    final long[] readings = {T, T, T};
    long clock = T;
    private int made;

    void apply(Step step) {
      String name = "p" + step.pod();
      var pod = pods.get(name);
      switch (step.kind()) {
        case BIND -> {
          if (pod == null) {
            var waiting = Pods.waiting(name + "-" + made++, 0.1 * (1 + step.pod()));
            put(name, waiting);
            put(name, Pods.bound(waiting, node(step.node()), clock, clock));
          }
        }
        case TAKE -> change(name, p -> Pods.bound(p, p.node(), p.boundMillis(), PodFacts.NOT_YET));
        case START ->
            change(
                name,
                p -> Pods.bound(p, p.node(), p.boundMillis(), Math.max(p.boundMillis(), clock)));
        case UPDATE -> change(name, p -> p);
        case END -> change(name, Pods::ended);
        case DELETE -> {
          if (pod != null) {
            pods.remove(name);
            ledger.remove(pod);
            replica.remove(pod);
            replica.remove(pod);
          }
        }
        case RELIST -> pods.values().forEach(ledger::put);
        case RESTART -> {
          ledger = new InFlight(ESTIMATE);
          shuffled(step.millis()).forEach(ledger::put);
        }
        case CLOCK -> clock += step.millis();
        case READ -> readings[step.node()] = clock + step.millis();
      }
    }

    private void change(String name, UnaryOperator<PodFacts> change) {
      var pod = pods.get(name);
      if (pod != null && !pod.ended()) {
        put(name, change.apply(pod));
      }
    }

    private void put(String name, PodFacts pod) {
      pods.put(name, pod);
      ledger.put(pod);
      shuffled(pods.size()).forEach(replica::put);
    }

    List<PodFacts> shuffled(long seed) {
      var list = new ArrayList<>(pods.values());
      Collections.shuffle(list, new Random(seed));
      return list;
    }

    static String node(int i) {
      return "n" + i;
    }

    NodeLoad load(int node) {
      return Readings.at(node(node), readings[node]);
    }
  }

  private static double expected(World world, int node, int metric, boolean filter) {
    var shape = Readings.TABLE.shape(metric);
    if (shape.kind() != MetricKind.MEAN || shape.resource() == Resource.NONE) {
      return 0;
    }
    double sum = 0;
    for (var pod : world.pods.values()) {
      if (!pod.ended() && pod.node().equals(World.node(node))) {
        var demand = ESTIMATE.of(pod.resources());
        double most = filter ? demand.inFilter(shape.resource()) : demand.inScore(shape.resource());
        double age =
            pod.startMillis() == PodFacts.NOT_YET
                ? 0
                : Math.max(0, (double) world.readings[node] - pod.startMillis() - WARMUP_MILLIS);
        sum += most * Math.max(0, Math.min(1, 1 - age / shape.window().toMillis()));
      }
    }
    return sum;
  }

  @Property(tries = 400)
  void charge_anyHistory_isTheSumOverThePodsThatExist(@ForAll("histories") List<Step> history) {
    var world = new World();
    for (var step : history) {
      world.apply(step);
      for (int node = 0; node < NODES; node++) {
        var charge = world.ledger.charge(World.node(node));
        for (int metric = 0; metric < Readings.TABLE.size(); metric++) {
          double score = expected(world, node, metric, false);
          double filter = expected(world, node, metric, true);
          assertThat(charge.inScore(world.load(node), metric))
              .isNotNegative()
              .isCloseTo(score, within(1e-9 * score));
          assertThat(charge.inFilter(world.load(node), metric))
              .isNotNegative()
              .isCloseTo(filter, within(1e-9 * filter));
        }
      }
    }
  }

  @Property(tries = 400)
  void charge_replicasToldInOtherWays_agreeToTheBit(@ForAll("histories") List<Step> history) {
    var world = new World();
    history.forEach(world::apply);
    var restarted = new InFlight(ESTIMATE);
    world.shuffled(history.size()).forEach(restarted::put);

    for (int node = 0; node < NODES; node++) {
      String name = World.node(node);
      for (int metric = 0; metric < Readings.TABLE.size(); metric++) {
        double score = world.ledger.charge(name).inScore(world.load(node), metric);
        double filter = world.ledger.charge(name).inFilter(world.load(node), metric);
        for (var other : List.of(world.replica, restarted)) {
          assertThat(other.charge(name).inScore(world.load(node), metric)).isEqualTo(score);
          assertThat(other.charge(name).inFilter(world.load(node), metric)).isEqualTo(filter);
        }
      }
    }
  }

  @Property(tries = 200)
  void remove_allPodsGone_leavesNothing(@ForAll("histories") List<Step> history) {
    var world = new World();
    history.forEach(world::apply);
    long live = world.pods.values().stream().filter(PodFacts::isLive).count();
    assertThat(world.ledger.pods()).isEqualTo((int) live);
    assertThat(world.replica.pods()).isEqualTo((int) live);

    IntStream.range(0, PODS).forEach(i -> world.apply(new Step(Kind.DELETE, i, 0, 0)));

    for (var ledger : List.of(world.ledger, world.replica)) {
      assertThat(ledger.pods()).isZero();
      assertThat(ledger.nodes()).isZero();
    }
  }
}

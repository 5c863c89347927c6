package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ProvisionalTest {
  private static final long T = 1_800_000_000_000L;
  private static final Demand TWO = new Demand(2, 20, 1, 10);

  private final List<Boolean> outcomes = new ArrayList<>();
  private final Provisional charges = new Provisional(outcomes::add);

  private static Demand on(Provisional charges, String node, String uid, long nowMillis) {
    var nodes = NodeList.of(new String[] {"other", node}, new NodeLoad[2]);
    var demands = charges.on(nodes, uid, nowMillis);
    assertThat(demands.length).isIn(0, 2);
    return demands.length == 0 ? Demand.NONE : demands[1];
  }

  private Demand on(String node, String uid, long nowMillis) {
    return on(charges, node, uid, nowMillis);
  }

  private double cpu(String node, long nowMillis) {
    return on(node, "", nowMillis).cpu();
  }

  @Test
  void on_afterSet_countsInTheScoreUntilItRunsOut() {
    charges.set("a", "n", TWO, T);

    assertThat(on("n", "", T)).isEqualTo(new Demand(2, 20, 0, 0));
    assertThat(on("n", "", T + 1_999)).isEqualTo(new Demand(2, 20, 0, 0));
    assertThat(on("n", "", T + 2_000)).isSameAs(Demand.NONE);
    assertThat(on("m", "", T)).isSameAs(Demand.NONE);
  }

  @Test
  void on_clockStepsBack_isGone() {
    charges.set("a", "n", TWO, T);

    assertThat(on("n", "", T - 1)).isSameAs(Demand.NONE);
  }

  @Test
  void on_thePodItself_doesNotCount() {
    charges.set("a", "n", TWO, T);
    charges.set("b", "n", TWO, T);

    assertThat(on("n", "a", T).cpu()).isEqualTo(2);
    assertThat(on("n", "c", T).cpu()).isEqualTo(4);
  }

  @Test
  void set_repeated_replacesTheFirst() {
    charges.set("a", "n", TWO, T);
    charges.set("a", "m", TWO, T + 1_000);

    assertThat(cpu("n", T + 1_000)).isZero();
    assertThat(cpu("m", T + 2_999)).isEqualTo(2);
    assertThat(charges.pods()).isEqualTo(1);
  }

  @Test
  void put_bound_takesTheChargeAwayAndTellsWhereItWent() {
    charges.set("a", "n", TWO, T);
    charges.set("b", "n", TWO, T);
    charges.put(Pods.bound("a", "n", 2, T));
    charges.put(Pods.bound("b", "m", 2, T));
    charges.put(Pods.bound("b", "m", 2, T));
    charges.put(Pods.bound("unknown", "m", 2, T));

    assertThat(cpu("n", T)).isZero();
    assertThat(outcomes).containsExactly(true, false);
    assertThat(charges.pods()).isZero();
    assertThat(charges.charges()).isZero();
  }

  @Test
  void put_boundLate_isStillTold() {
    charges.set("a", "n", TWO, T);
    assertThat(cpu("n", T + 60_000)).isZero();
    charges.put(Pods.bound("a", "n", 2, T));

    assertThat(outcomes).containsExactly(true);
  }

  @Test
  void put_stillWaiting_keepsTheCharge() {
    charges.set("a", "n", TWO, T);
    charges.put(Pods.waiting("a", 2));

    assertThat(cpu("n", T)).isEqualTo(2);
    assertThat(outcomes).isEmpty();
  }

  @Test
  void remove_podDeleted_takesTheChargeAway() {
    charges.set("a", "n", TWO, T);
    charges.remove(Pods.waiting("a", 2));

    assertThat(cpu("n", T)).isZero();
    assertThat(outcomes).isEmpty();
    assertThat(charges.charges()).isZero();
  }

  @Test
  void set_morePodsThanAreRemembered_forgetsTheOldest() {
    for (int i = 0; i < 3 * Provisional.MAX_PODS; i++) {
      charges.set("p" + i, "n" + i % 100, TWO, T);
    }

    assertThat(charges.pods()).isEqualTo(Provisional.MAX_PODS);
    assertThat(charges.charges()).isEqualTo(Provisional.MAX_PODS);
    charges.put(Pods.bound("p0", "n0", 2, T));
    assertThat(outcomes).isEmpty();
  }

  @Test
  void set_manyThreadsWhileBindingsArrive_leavesNothing() throws Exception {
    int threads = 4;
    int pods = 2_000;
    var barrier = new CyclicBarrier(threads + 1);
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var done = new ArrayList<Future<?>>();
      for (int t = 0; t < threads; t++) {
        done.add(
            pool.submit(
                () -> {
                  barrier.await();
                  for (int i = 0; i < pods; i++) {
                    charges.set("p" + i % 50, "n" + i % 7, TWO, T);
                  }
                  return null;
                }));
      }
      barrier.await();
      for (int i = 0; i < pods; i++) {
        charges.put(Pods.bound("p" + i % 50, "n" + i % 7, 2, T));
      }
      for (var future : done) {
        future.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(charges.charges()).isEqualTo(charges.pods());
    for (int i = 0; i < 50; i++) {
      charges.remove(Pods.waiting("p" + i, 2));
    }

    assertThat(charges.pods()).isZero();
    assertThat(charges.charges()).isZero();
  }

  private enum Kind {
    SET,
    BIND,
    WAIT,
    END,
    DELETE,
    TIME
  }

  record Step(Kind kind, int pod, int node, int millis) {}

  private record Known(String node, Demand demand, long millis) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    return Combinators.combine(
            Arbitraries.of(Kind.class),
            Arbitraries.integers().between(0, 5),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(0, 1_500))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 500)
  void on_anyHistory_isTheSumOverThePodsNotBoundYet(@ForAll("histories") List<Step> history) {
    var told = new ArrayList<Boolean>();
    var expectedTold = new ArrayList<Boolean>();
    var subject = new Provisional(told::add);
    var model = new HashMap<String, Known>();
    long now = T;
    for (var step : history) {
      String uid = "p" + step.pod();
      String node = "n" + step.node();
      var demand = new Demand(1 + step.pod(), 100, 1, 1);
      switch (step.kind()) {
        case SET -> {
          subject.set(uid, node, demand, now);
          model.put(uid, new Known(node, demand, now));
        }
        case BIND -> {
          subject.put(Pods.bound(uid, node, 1, now));
          var known = model.remove(uid);
          if (known != null) {
            expectedTold.add(known.node().equals(node));
          }
        }
        case WAIT -> subject.put(Pods.waiting(uid, 1));
        case END -> {
          subject.put(Pods.ended(Pods.waiting(uid, 1)));
          model.remove(uid);
        }
        case DELETE -> {
          subject.remove(Pods.waiting(uid, 1));
          model.remove(uid);
        }
        case TIME -> now += step.millis();
      }
      for (int n = 0; n < 3; n++) {
        assertThat(on(subject, "n" + n, uid, now).cpu())
            .isCloseTo(sum(model, "n" + n, uid, now), within(1e-9));
      }
      assertThat(subject.pods()).isEqualTo(model.size());
    }
    assertThat(told).isEqualTo(expectedTold);
    for (int pod = 0; pod < 6; pod++) {
      subject.remove(Pods.waiting("p" + pod, 1));
    }
    assertThat(subject.pods()).isZero();
    assertThat(subject.charges()).isZero();
  }

  private static double sum(Map<String, Known> model, String node, String except, long now) {
    return model.entrySet().stream()
        .filter(e -> !e.getKey().equals(except))
        .map(Map.Entry::getValue)
        .filter(k -> k.node().equals(node) && now - k.millis() < Provisional.LIFE_MILLIS)
        .mapToDouble(k -> k.demand().cpu())
        .sum();
  }
}

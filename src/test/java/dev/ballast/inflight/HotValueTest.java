package dev.ballast.inflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.HotValuePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class HotValueTest {
  private static final long T = 1_800_000_000_000L;

  /** crane's stock windows: 5 pods in 5 minutes, 2 in 1 minute. */
  private static final List<HotValuePolicy> WINDOWS =
      List.of(
          new HotValuePolicy(Duration.ofMinutes(5), 5),
          new HotValuePolicy(Duration.ofMinutes(1), 2));

  private final HotValue hot = new HotValue(WINDOWS);

  private void bind(String node, int count, long millis) {
    for (int i = 0; i < count; i++) {
      hot.put(Pods.bound(node + millis + "-" + i, node, 1, millis), millis);
    }
  }

  @Test
  void value_bindings_countPerWindow() {
    bind("n", 3, T);
    assertThat(hot.value("n", T)).isEqualTo(1);
    bind("n", 3, T + 1_000);

    assertThat(hot.value("n", T + 1_000)).isEqualTo(1 + 3);
    assertThat(hot.value("n", T + 60_000)).isEqualTo(1 + 1);
    assertThat(hot.value("n", T + 61_000)).isEqualTo(1);
    assertThat(hot.value("n", T + 299_999)).isEqualTo(1);
    assertThat(hot.value("n", T + 300_000)).isZero();
    assertThat(hot.value("m", T)).isZero();
  }

  @Test
  void value_manyBindings_areAllCounted() {
    bind("n", 5_000, T);

    assertThat(hot.value("n", T)).isEqualTo(1_000 + 2_500);
  }

  @Test
  void put_toldAgain_countsOnce() {
    for (int i = 0; i < 10; i++) {
      hot.put(Pods.bound("a", "n", 1, T), T);
    }
    hot.put(Pods.ended(Pods.bound("a", "n", 1, T)), T);

    assertThat(hot.size()).isEqualTo(1);
    assertThat(hot.value("n", T)).isZero();
  }

  @Test
  void put_timeOrNodeCorrected_movesTheBinding() {
    hot.put(Pods.bound("a", "n", 1, T), T);
    hot.put(Pods.bound("b", "n", 1, T), T);
    hot.put(Pods.bound("a", "m", 1, T + 5), T + 5);
    hot.put(Pods.bound("c", "m", 1, T + 5), T + 5);

    assertThat(hot.values(T + 5)).isEqualTo(Map.of("m", 1));
    assertThat(hot.size()).isEqualTo(3);
  }

  @Test
  void put_waitingOrLongBoundPod_isPassedOver() {
    hot.put(Pods.waiting("a", 1), T);
    hot.put(Pods.bound("b", "n", 1, T - 300_000), T);

    assertThat(hot.size()).isZero();
    assertThat(hot.fallsMillis(T)).isEmpty();
  }

  @Test
  void fallsMillis_steps_areTheTimesToWrite() {
    bind("n", 3, T);
    bind("n", 3, T + 1_000);

    assertThat(hot.fallsMillis("n", T + 1_000)).hasValue(T + 60_000);
    assertThat(hot.fallsMillis("n", T + 60_000)).hasValue(T + 61_000);
    assertThat(hot.fallsMillis("n", T + 61_000)).hasValue(T + 300_000);
    assertThat(hot.fallsMillis("n", T + 300_000)).isEmpty();
    assertThat(hot.fallsMillis("m", T)).isEmpty();
  }

  @Test
  void values_windowsOver_keepNothing() {
    bind("n", 30, T);
    bind("m", 1, T);

    assertThat(hot.values(T)).isEqualTo(Map.of("n", 21));
    assertThat(hot.values(T + 300_000)).isEmpty();
    assertThat(hot.size()).isZero();
    assertThat(hot.nodes()).isZero();
  }

  private enum Kind {
    BIND,
    END,
    DELETE,
    RELIST,
    TIME
  }

  record Step(Kind kind, int pod, int node, int millis) {}

  @Provide
  Arbitrary<List<Step>> histories() {
    return Combinators.combine(
            Arbitraries.of(
                Kind.BIND, Kind.BIND, Kind.BIND, Kind.END, Kind.DELETE, Kind.RELIST, Kind.TIME),
            Arbitraries.integers().between(0, 30),
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 100_000))
        .as(Step::new)
        .list()
        .ofMaxSize(80);
  }

  /** Pods that were bound, by UID, and those that still exist. */
  private static final class World {
    final Map<String, PodFacts> ever = new HashMap<>();
    final Map<String, PodFacts> exist = new HashMap<>();
    long now = T;

    void apply(Step step, HotValue subject) {
      String uid = "p" + step.pod();
      switch (step.kind()) {
        case BIND -> {
          if (!ever.containsKey(uid)) {
            // up to 5 s apart: the API server's clock is not ours
            var pod = Pods.bound(uid, "n" + step.node(), 1, now + step.millis() / 10 - 5_000);
            ever.put(uid, pod);
            exist.put(uid, pod);
            subject.put(pod, now);
          }
        }
        case END -> {
          var pod = exist.computeIfPresent(uid, (u, p) -> Pods.ended(p));
          if (pod != null) {
            subject.put(pod, now);
          }
        }
        case DELETE -> exist.remove(uid);
        case RELIST -> exist.values().forEach(pod -> subject.put(pod, now));
        case TIME -> now += step.millis();
      }
    }

    int value(String node, long at) {
      return WINDOWS.stream()
          .mapToInt(
              w ->
                  (int)
                          ever.values().stream()
                              .filter(p -> p.node().equals(node))
                              .filter(p -> p.boundMillis() > at - w.timeRange().toMillis())
                              .count()
                      / w.count())
          .sum();
    }

    OptionalLong falls(String node) {
      int value = value(node, now);
      return WINDOWS.stream()
          .flatMapToLong(
              w ->
                  ever.values().stream()
                      .flatMapToLong(
                          p -> LongStream.of(p.boundMillis() + w.timeRange().toMillis())))
          .filter(t -> t > now && value(node, t) < value)
          .min();
    }
  }

  @Property(tries = 400)
  void value_anyHistory_isCranesFormulaOverAllBindings(@ForAll("histories") List<Step> history) {
    var subject = new HotValue(WINDOWS);
    var world = new World();
    for (var step : history) {
      world.apply(step, subject);
      var expected = new HashMap<String, Integer>();
      var falls = new ArrayList<Long>();
      for (String node : List.of("n0", "n1")) {
        int value = world.value(node, world.now);
        assertThat(subject.value(node, world.now)).isEqualTo(value);
        if (value > 0) {
          expected.put(node, value);
        }
        assertThat(subject.fallsMillis(node, world.now)).isEqualTo(world.falls(node));
        world.falls(node).ifPresent(falls::add);
      }
      assertThat(subject.values(world.now)).isEqualTo(expected);
      assertThat(subject.fallsMillis(world.now)).isEqualTo(falls.stream().mapToLong(t -> t).min());
    }
    subject.values(world.now + 400_000);
    assertThat(subject.size()).isZero();
    assertThat(subject.nodes()).isZero();
  }

  @Property(tries = 200)
  void value_replicaAfterRestart_agreesWhileNothingWasDeleted(
      @ForAll("histories") List<Step> history) {
    var subject = new HotValue(WINDOWS);
    var world = new World();
    history.stream()
        .filter(step -> step.kind() != Kind.DELETE)
        .forEach(step -> world.apply(step, subject));
    var restarted = new HotValue(WINDOWS);
    var pods = new ArrayList<>(world.exist.values());
    Collections.shuffle(pods, new Random(history.size()));
    pods.forEach(pod -> restarted.put(pod, world.now));

    assertThat(restarted.values(world.now)).isEqualTo(subject.values(world.now));
    assertThat(restarted.fallsMillis(world.now)).isEqualTo(subject.fallsMillis(world.now));
    assertThat(restarted.size()).isEqualTo(subject.size());
  }

  @Property(tries = 200)
  void value_clockSteps_isNeverMoreThanThereWasBound(
      @ForAll("histories") List<Step> history, @ForAll Random random) {
    var subject = new HotValue(WINDOWS);
    var world = new World();
    for (var step : history) {
      world.apply(step, subject);
      world.now += random.nextInt(1_200_000) - 600_000;
      IntStream.range(0, 2)
          .mapToObj(i -> "n" + i)
          .forEach(
              node ->
                  assertThat(subject.value(node, world.now))
                      .isBetween(0, world.value(node, world.now)));
    }
    subject.values(Long.MAX_VALUE / 2);
    assertThat(subject.size()).isZero();
  }
}

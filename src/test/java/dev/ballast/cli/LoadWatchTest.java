package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.kube.KubeEvents;
import dev.ballast.load.Breaker;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The store, the breaker and the watch of {@code serve}, with a clock that is moved by hand. */
final class LoadWatchTest {
  private static final String CPU = "cpu_usage_avg_5m";
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);
  private static final long TRUE_TIME = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

  private final DynamicSchedulerPolicy policy =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of(),
          List.of(SyncPolicy.of(CPU, Duration.ofMinutes(3))),
          List.of(new PredicatePolicy(CPU, 0.65)),
          List.of(),
          List.of());
  private final Queue<Runnable> publishing = new ArrayDeque<>();
  private final LoadStore store =
      new LoadStore(MetricTable.of(policy), TEXT, publishing::add, (node, key, text) -> {});
  private final Metrics metrics = new Metrics();
  private final List<String> events = new ArrayList<>();
  private final List<String> listed = new ArrayList<>();
  private boolean hasSynced;
  private long skewMillis;
  private long now = TRUE_TIME;
  private final LoadWatch watch =
      new LoadWatch(
          new LoadWatch.Listing(() -> hasSynced, () -> listed),
          store::snapshot,
          new Breaker(policy, store.metrics()),
          () -> now + skewMillis,
          metrics,
          (type, action, reason, note, nowMillis) -> events.add(type + " " + reason + " " + note));

  /** Nodes with a reading that was taken a minute ago, by the true time. */
  private void putNodes(int count) {
    for (int i = 0; i < count; i++) {
      if (!listed.contains("n" + i)) {
        listed.add("n" + i);
      }
      String text = TEXT.format(0.9, Instant.ofEpochMilli(now - 60_000));
      store.put("n" + i, Map.of(CPU, text), now + skewMillis);
    }
  }

  private void publish() {
    while (!publishing.isEmpty()) {
      publishing.remove().run();
    }
  }

  private void start() {
    hasSynced = true;
    putNodes(3);
    publish();
    watch.look();
  }

  @Test
  void isComplete_listedButNotPublished_isFalse() {
    putNodes(3);
    hasSynced = true;
    watch.look();
    assertThat(watch.isComplete()).isFalse();

    publish();
    watch.look();
    assertThat(watch.isComplete()).isTrue();
  }

  @Test
  void isComplete_publishedBeforeTheListIsWhole_isFalse() {
    putNodes(2);
    publish();
    watch.look();
    assertThat(watch.isComplete()).isFalse();
    hasSynced = true;
    listed.add("late");
    watch.look();
    assertThat(watch.isComplete()).isFalse();

    store.put("late", Map.of(), now);
    publish();
    watch.look();
    assertThat(watch.isComplete()).isTrue();
    assertThat(watch.isNeutral()).isFalse();
  }

  @Test
  void isComplete_clusterWithoutNodes_isTrueOnceListed() {
    hasSynced = true;
    watch.look();

    assertThat(watch.isComplete()).isTrue();
    assertThat(watch.check().detail().get()).isEqualTo("closed: no load data yet on 0 nodes");
  }

  @Test
  void isComplete_nodesComeLater_staysTrue() {
    start();
    listed.add("new");
    watch.look();

    assertThat(watch.isComplete()).isTrue();
  }

  @Test
  void look_dataIsLostAndComesBack_isToldOnceEach() {
    start();
    assertThat(metrics.breakerOpen.get()).isZero();
    assertThat(events).isEmpty();
    now += Duration.ofMinutes(10).toMillis();
    for (int i = 0; i < 100; i++) {
      watch.look();
    }

    assertThat(watch.isNeutral()).isTrue();
    assertThat(metrics.breakerOpen.get()).isEqualTo(1);
    assertThat(metrics.breakerTransitions.labelValues("open").get()).isEqualTo(1);
    assertThat(events).hasSize(1);
    assertThat(events.get(0))
        .startsWith(
            KubeEvents.Type.WARNING + " LoadBreakerOpened The load breaker opened: 3 of 3 nodes")
        .contains("All nodes pass and none is preferred", "ballast doctor");
    assertThat(watch.check().passes().getAsBoolean()).isFalse();
    assertThat(watch.check().blocks()).isFalse();
    assertThat(watch.check().detail().get()).startsWith("open: 3 of 3 nodes");

    putNodes(3);
    publish();
    watch.look();
    now += 30_000;
    watch.look();
    assertThat(watch.isNeutral()).isFalse();
    assertThat(metrics.breakerOpen.get()).isZero();
    assertThat(metrics.breakerTransitions.labelValues("closed").get()).isEqualTo(1);
    assertThat(events).hasSize(2);
    assertThat(events.get(1)).startsWith(KubeEvents.Type.NORMAL + " LoadBreakerClosed");
    assertThat(watch.check().passes().getAsBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"10, true", "-10, true", "2, false", "-2, false"})
  void look_ourClockIsOff_isNeutralBeyondTheTolerance(int minutes, boolean neutral) {
    skewMillis = Duration.ofMinutes(minutes).toMillis();
    start();

    assertThat(watch.isNeutral()).as("at the start").isEqualTo(neutral);
    assertThat(watch.isComplete()).isTrue();
    skewMillis = 0;
    putNodes(3);
    publish();
    watch.look();
    now += 30_000;
    putNodes(3);
    publish();
    watch.look();
    assertThat(watch.isNeutral()).isFalse();
    skewMillis = Duration.ofMinutes(minutes).toMillis();
    watch.look();
    assertThat(watch.isNeutral()).as("when it is set wrong later").isEqualTo(neutral);
    if (minutes < -2) {
      assertThat(watch.check().detail().get()).contains("ahead of our clock");
    }
  }
}

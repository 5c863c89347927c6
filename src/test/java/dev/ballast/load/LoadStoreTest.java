package dev.ballast.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadStoreTest {
  private static final LoadAnnotations TEXT = new LoadAnnotations(ZoneOffset.UTC);
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final long NOW = NOON.toEpochMilli();

  private final List<Runnable> waiting = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();
  private final MetricTable table = Loads.table();
  private final LoadStore store = store(waiting::add);

  @Test
  void snapshot_atFirst_isEmpty() {
    assertThat(store.snapshot()).isSameAs(LoadSnapshot.EMPTY);
    assertThat(store.snapshot().find("n1")).isNull();
    assertThat(store.metrics()).isSameAs(table);
  }

  @Test
  void put_beforeThePublisherRuns_isNotSeen() {
    store.put("n1", Map.of("a", TEXT.format(0.25, NOON)), NOW);

    assertThat(store.snapshot()).isSameAs(LoadSnapshot.EMPTY);
    runWaiting();
    assertThat(value("n1", "a")).isEqualTo(0.25);
  }

  @Test
  void put_burst_costsOneSnapshot() {
    for (int i = 0; i < 1_000; i++) {
      store.put("n" + i, Map.of("a", TEXT.format(0.25, NOON)), NOW);
    }
    store.put("n0", Map.of("a", TEXT.format(0.75, NOON)), NOW);
    store.remove("n1");

    assertThat(waiting).hasSize(1);
    runWaiting();
    assertThat(store.snapshot().version()).isEqualTo(1);
    assertThat(store.snapshot().nodes()).hasSize(999);
    assertThat(store.snapshot().find("n1")).isNull();
    assertThat(value("n0", "a")).isEqualTo(0.75);
  }

  @Test
  void put_afterPublishing_isPublishedAgain() {
    store.put("n1", Map.of(), NOW);
    runWaiting();
    var first = store.snapshot();
    store.put("n1", Map.of("a", TEXT.format(0.5, NOON)), NOW);
    runWaiting();

    assertThat(store.snapshot().version()).isEqualTo(2);
    assertThat(requireNonNull(first.find("n1")).state(1, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(value("n1", "a")).isEqualTo(0.5);
  }

  @Test
  void put_directPublisher_isSeenAtOnce() {
    var direct = store(Runnable::run);
    direct.put("n1", Map.of(), NOW);

    assertThat(direct.snapshot().find("n1")).isNotNull();
    direct.remove("n1");
    assertThat(direct.snapshot().find("n1")).isNull();
    direct.remove("never there");
    assertThat(direct.snapshot().nodes()).isEmpty();
  }

  @Test
  void put_allKnownKeys_areRead() {
    store.put(
        "n1",
        Map.of(
            "a",
            TEXT.format(0.25, NOON),
            "b",
            TEXT.format(0.5, NOON.minusSeconds(60)),
            "c",
            "not ours",
            LoadAnnotations.HOT_VALUE,
            TEXT.format(3, NOON),
            LoadAnnotations.STALE_SINCE,
            TEXT.formatTime(NOON.minusSeconds(60))),
        NOW);
    runWaiting();
    var load = requireNonNull(store.snapshot().find("n1"));

    assertThat(load.state(table.indexOf("a"), NOW)).isEqualTo(ReadingState.FRESH);
    assertThat(load.state(table.indexOf("b"), NOW)).isEqualTo(ReadingState.STALE);
    assertThat(load.timeMillis(table.indexOf("b"))).isEqualTo(NOW - 60_000);
    assertThat(load.hotValue(NOW)).isEqualTo(3);
    assertThat(unreadable).isEmpty();
  }

  @Test
  void put_unreadableText_isToldAndMissing() {
    var texts = new HashMap<String, String>();
    texts.put("a", "0.5");
    texts.put("b", "0.5,+999999999-12-31T23:59:59Z");
    texts.put(LoadAnnotations.HOT_VALUE, "hot");
    texts.put(LoadAnnotations.STALE_SINCE, "long ago");
    store.put("n1", texts, NOW);
    runWaiting();
    var load = requireNonNull(store.snapshot().find("n1"));

    assertThat(unreadable)
        .containsExactlyInAnyOrder(
            "n1 a 0.5",
            "n1 b 0.5,+999999999-12-31T23:59:59Z",
            "n1 node_hot_value hot",
            "n1 ballast.dev/load-stale-since long ago");
    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(load.hotValue(NOW)).isZero();
  }

  @Test
  void put_publisherRejects_isPublishedAtOnceEachTime() {
    var rejecting =
        store(
            task -> {
              throw new RejectedExecutionException("closing");
            });
    rejecting.put("n1", Map.of("a", TEXT.format(0.25, NOON)), NOW);
    rejecting.put("n2", Map.of("a", TEXT.format(0.5, NOON)), NOW);

    assertThat(rejecting.snapshot().nodes()).extracting(NodeLoad::name).containsOnly("n1", "n2");
    rejecting.remove("n1");
    assertThat(rejecting.snapshot().nodes()).extracting(NodeLoad::name).containsOnly("n2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-11-22T11:59:00Z", "2020-01-01T00:00:00Z", "", "cold"})
  void put_frozenSince_makesEveryReadingImplausibleWhateverItsText(String text) {
    store.put("n1", Map.of("a", TEXT.format(0.25, NOON), LoadAnnotations.FROZEN_SINCE, text), NOW);
    runWaiting();
    var load = requireNonNull(store.snapshot().find("n1"));

    assertThat(load.state(0, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(load.state(1, NOW)).isEqualTo(ReadingState.IMPLAUSIBLE);
    assertThat(unreadable).hasSize(text.length() == 20 ? 0 : 1);

    store.put("n1", Map.of("a", TEXT.format(0.25, NOON)), NOW);
    runWaiting();
    assertThat(requireNonNull(store.snapshot().find("n1")).state(table.indexOf("a"), NOW))
        .isEqualTo(ReadingState.FRESH);
  }

  @Test
  void put_readingLostOrImplausible_keepsTheLastKnownAcrossUpdates() {
    int a = table.indexOf("a");
    store.put("n1", Map.of("a", TEXT.format(0.25, NOON)), NOW);
    store.put("n1", Map.of("a", TEXT.format(7, NOON)), NOW);
    store.put("n1", Map.of(), NOW);
    store.put("n1", Map.of("a", "no reading"), NOW);
    store.put("n2", Map.of("a", "no reading"), NOW);
    runWaiting();

    var load = requireNonNull(store.snapshot().find("n1"));
    assertThat(load.state(a, NOW)).isEqualTo(ReadingState.MISSING);
    assertThat(load.lastKnown(a)).isEqualTo(0.25);
    assertThat(load.lastKnownMillis(a)).isEqualTo(NOW);
    assertThat(requireNonNull(store.snapshot().find("n2")).lastKnown(a)).isNaN();
  }

  @Test
  void remove_nodeGoneAndBack_forgetsWhatWasKnown() {
    store.put("n1", Map.of("a", TEXT.format(0.25, NOON)), NOW);
    store.remove("n1");
    store.put("n1", Map.of(), NOW);
    runWaiting();

    assertThat(requireNonNull(store.snapshot().find("n1")).lastKnown(table.indexOf("a"))).isNaN();
  }

  @Test
  void zoneHint_mostNodesWrittenInAnotherZone_isTold() {
    for (int i = 0; i < 3; i++) {
      store.put("n" + i, Map.of("a", TEXT.format(0.5, NOON.plusSeconds(8 * 3600 - 60))), NOW);
      store.put("n" + i, Map.of("a", TEXT.format(0.5, NOON.plusSeconds(8 * 3600))), NOW);
    }

    assertThat(store.zoneHint()).contains(new ZoneHint.Hint(java.time.Duration.ofHours(8), 3, 3));
    store.remove("n0");
    assertThat(store.zoneHint()).hasValueSatisfying(h -> assertThat(h.observed()).isEqualTo(2));
  }

  @Test
  void zoneHint_oldStampsAtTheStart_areNoHint() {
    // Written by an annotator that stopped nine hours ago, and never written again.
    for (int i = 0; i < 3; i++) {
      var texts = Map.of("a", TEXT.format(0.5, NOON.minusSeconds(9 * 3600)));
      store.put("n" + i, texts, NOW);
      store.put("n" + i, texts, NOW + 60_000);
    }

    assertThat(store.zoneHint()).isEmpty();
  }

  @Test
  void zoneHint_seldomMetricWritten_isNotLookedAt() {
    store.put("n1", Map.of(), NOW);
    store.put("n1", Map.of("b", TEXT.format(0.5, NOON.plusSeconds(8 * 3600))), NOW);

    assertThat(store.zoneHint()).isEmpty();
  }

  @Test
  void zoneHint_policyWithoutMetrics_isNone() {
    var none = new LoadStore(Loads.table(), TEXT, Runnable::run, (n, k, t) -> {});
    var empty =
        new LoadStore(
            Loads.table(new dev.ballast.policy.SyncPolicy[0]),
            TEXT,
            Runnable::run,
            (n, k, t) -> {});
    empty.put("n1", Map.of(), NOW);
    empty.put("n1", Map.of(), NOW);

    assertThat(none.zoneHint()).isEmpty();
    assertThat(empty.zoneHint()).isEmpty();
    assertThat(empty.snapshot().version()).isEqualTo(2);
  }

  @Test
  void put_manyThreads_losesNothing() throws Exception {
    var direct = store(Runnable::run);
    var go = new CountDownLatch(1);
    var threads =
        IntStream.range(0, 8)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          await(go);
                          for (int i = 0; i < 200; i++) {
                            direct.put("n" + t + "-" + i, Map.of(), NOW);
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    go.countDown();
    for (var thread : threads) {
      thread.join();
    }

    assertThat(direct.snapshot().nodes()).hasSize(1_600);
    assertThat(direct.snapshot().version()).isEqualTo(1_600);
  }

  @Test
  void reorder_listInAnotherOrder_numbersNodesByIt() {
    for (String node : List.of("a", "gone", "b", "c", "d")) {
      store.put(node, Map.of("a", TEXT.format(0.25, NOON)), NOW);
    }
    store.remove("gone");
    runWaiting();
    var before = store.snapshot();
    assertThat(store.reorder()).isFalse();
    assertThat(store.snapshot()).isSameAs(before);

    note(before, "d", "b", "a");
    assertThat(store.reorder()).isTrue();

    var after = store.snapshot();
    assertThat(numbers(after, "d", "b", "a", "c")).containsExactly(0, 1, 2, 3);
    assertThat(after.names().size()).isEqualTo(4);
    for (String node : List.of("a", "b", "c", "d")) {
      var load = requireNonNull(after.find(node));
      assertThat(load.number()).isEqualTo(after.names().find(node));
      assertThat(load.name()).isEqualTo(node);
      assertThat(value(node, "a")).isEqualTo(0.25);
      assertThat(load.lastKnown(table.indexOf("a"))).isEqualTo(0.25);
      assertThat(load.timeMillis(table.indexOf("a"))).isEqualTo(NOW);
    }
    assertThat(store.reorder()).isFalse();
  }

  @Test
  void reorder_thenNodesComeAndGo_keepsNumbersApart() {
    for (String node : List.of("a", "b", "c")) {
      store.put(node, Map.of(), NOW);
    }
    store.remove("a");
    runWaiting();
    note(store.snapshot(), "c", "b");
    store.put("late", Map.of(), NOW);
    assertThat(store.reorder()).isFalse(); // its number is not published yet
    runWaiting();
    note(store.snapshot(), "c", "b");
    assertThat(store.reorder()).isTrue();
    store.put("d", Map.of("a", TEXT.format(0.5, NOON)), NOW);
    store.put("b", Map.of("a", TEXT.format(0.75, NOON)), NOW);
    runWaiting();

    assertThat(numbers(store.snapshot(), "c", "b", "late", "d")).containsExactly(0, 1, 2, 3);
    assertThat(value("d", "a")).isEqualTo(0.5);
    assertThat(value("b", "a")).isEqualTo(0.75);
  }

  private static void note(LoadSnapshot snapshot, String... nodes) {
    var list = new NodeList(snapshot.names(), numbers(snapshot, nodes), nodes.length, nodes);
    snapshot.names().order().note(list, 99);
  }

  private static int[] numbers(LoadSnapshot snapshot, String... nodes) {
    return Stream.of(nodes).mapToInt(snapshot.names()::find).toArray();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private double value(String node, String metric) {
    return requireNonNull(store.snapshot().find(node)).value(table.indexOf(metric));
  }

  private void runWaiting() {
    var runs = List.copyOf(waiting);
    waiting.clear();
    runs.forEach(Runnable::run);
  }

  private LoadStore store(java.util.concurrent.Executor publisher) {
    return new LoadStore(
        table, TEXT, publisher, (node, key, text) -> unreadable.add(node + " " + key + " " + text));
  }
}

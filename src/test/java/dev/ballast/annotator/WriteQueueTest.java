package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.WriteDecision.Write;
import dev.ballast.annotator.WriteQueue.Pending;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WriteQueueTest {
  private static final long NOW = 1_000_000;
  private static final long NEVER = Long.MAX_VALUE;

  private final WriteQueue queue = new WriteQueue();

  private static Write write(String key, String text) {
    return new Write(Map.of(key, Optional.of(text)), false, NEVER);
  }

  private static Write urgent(String key, String text) {
    return new Write(Map.of(key, Optional.of(text)), true, NEVER);
  }

  private Optional<Pending> poll(long now) {
    return queue.poll(now, node -> false);
  }

  private List<Long> slots() {
    List<Long> slots = new ArrayList<>();
    for (Optional<Pending> p = poll(NEVER - 1); p.isPresent(); p = poll(NEVER - 1)) {
      slots.add(p.get().slotMillis() - NOW);
    }
    return slots;
  }

  @Test
  void poll_urgentAndDue_comesBeforeOthers() {
    queue.add("a", write("x", "1"), NOW);
    queue.add("b", urgent("x", "1"), NOW);
    queue.spread(NOW, 0);
    assertThat(poll(NOW).orElseThrow().node()).isEqualTo("b");
    assertThat(poll(NOW).orElseThrow().node()).isEqualTo("a");
    assertThat(poll(NOW)).isEmpty();
  }

  @Test
  void poll_nodeExcepted_takesTheNext() {
    queue.add("a", urgent("x", "1"), NOW);
    queue.add("b", urgent("x", "1"), NOW);
    assertThat(queue.poll(NOW, "a"::equals).orElseThrow().node()).isEqualTo("b");
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void nextSlot_urgentAndOthers_isTheFirstOfBoth() {
    assertThat(queue.nextSlot()).isEmpty();
    queue.add("a", write("x", "1"), NOW);
    assertThat(queue.nextSlot()).isEmpty(); // it has no slot yet

    queue.spread(NOW + 3, 0);
    assertThat(queue.nextSlot()).hasValue(NOW + 3);
    queue.add("b", urgent("x", "1"), NOW + 9);
    assertThat(queue.nextSlot()).hasValue(NOW + 3);
    queue.add("c", urgent("x", "1"), NOW + 1);
    assertThat(queue.nextSlot()).hasValue(NOW + 1);
  }

  @Test
  void spread_manyWrites_areEvenOverTheSpan() {
    for (String node : List.of("a", "b", "c", "d")) {
      queue.add(node, write("x", "1"), NOW);
    }
    queue.spread(NOW, 100_000);
    assertThat(poll(NOW).orElseThrow().node()).isEqualTo("a");
    assertThat(poll(NOW)).isEmpty();
    assertThat(queue.nextSlot()).hasValue(NOW + 25_000);
    assertThat(slots()).containsExactly(25_000L, 50_000L, 75_000L);
  }

  @Test
  void spread_readingsAboutToExpire_goFirstAndInTime() {
    for (int i = 0; i < 10; i++) {
      queue.add("n" + i, new Write(Map.of("x", Optional.of("1")), false, NOW + 60_000), NOW);
    }
    queue.add("a", write("x", "1"), NOW);
    queue.spread(NOW, 144_000);
    List<Long> slots = slots();
    assertThat(slots.get(9)).isLessThan(50_000); // ten seconds before the first expires
    assertThat(slots).hasSize(11).isSorted();
  }

  @Test
  void spread_oneExpiredReading_doesNotHurryTheOthers() {
    queue.add("a", new Write(Map.of("x", Optional.of("1")), false, NOW), NOW);
    queue.add("b", write("x", "1"), NOW);
    queue.spread(NOW, 100_000);
    assertThat(slots()).containsExactly(0L, 50_000L);
  }

  @Test
  void add_newerReading_replacesTheOlderAndKeepsOtherMetricsAndTheSlot() {
    queue.add("a", write("x", "old"), NOW);
    queue.add("a", write("y", "other"), NOW);
    queue.spread(NOW, 100_000);
    queue.add("a", write("x", "new"), NOW + 5000);
    assertThat(queue.size()).isEqualTo(1);
    assertThat(poll(NOW).orElseThrow().write().annotations())
        .containsOnly(Map.entry("x", Optional.of("new")), Map.entry("y", Optional.of("other")));
  }

  @Test
  void outdate_someKeys_leavesTheRest() {
    queue.add("a", write("x", "1"), NOW);
    queue.add("a", write("y", "1"), NOW);
    queue.outdate("a", (key, text) -> key.equals("x"));
    queue.spread(NOW, 0);
    assertThat(poll(NOW).orElseThrow().write().annotations()).containsOnlyKeys("y");
    queue.add("a", write("x", "1"), NOW);
    queue.outdate("a", (key, text) -> true);
    assertThat(queue.size()).isZero();
  }

  @Test
  void retain_nodeGone_dropsItsWrite() {
    queue.add("a", write("x", "1"), NOW);
    queue.add("b", write("x", "1"), NOW);
    queue.retain(Set.of("b"));
    queue.spread(NOW, 0);
    assertThat(poll(NOW).orElseThrow().node()).isEqualTo("b");
    assertThat(poll(NOW)).isEmpty();
  }

  @Test
  void putBack_failed_waitsForTheNextSweep() {
    queue.add("a", urgent("x", "1"), NOW);
    queue.putBack(poll(NOW).orElseThrow(), false, NOW);
    assertThat(poll(NOW + 1_000_000)).isEmpty();
    queue.spread(NOW, 0);
    assertThat(poll(NOW)).isPresent();
  }

  @Test
  void putBack_newerReadingCame_keepsTheNewer() {
    queue.add("a", urgent("x", "old"), NOW);
    Pending sent = poll(NOW).orElseThrow();
    queue.add("a", urgent("x", "new"), NOW);
    queue.putBack(sent, true, NOW);
    assertThat(poll(NOW).orElseThrow().write().annotations())
        .containsExactly(Map.entry("x", Optional.of("new")));
  }

  @Test
  void putBack_samplesStoppedOrCameBackSince_isForgotten() {
    queue.add("a", urgent("x", "old"), NOW);
    Pending reading = poll(NOW).orElseThrow();
    queue.add("a", urgent(STALE_SINCE, "t"), NOW);
    queue.putBack(reading, true, NOW);
    Pending marker = poll(NOW).orElseThrow();
    assertThat(marker.write().annotations()).containsOnlyKeys(STALE_SINCE);
    queue.add("a", urgent("x", "new"), NOW);
    queue.putBack(marker, true, NOW);
    assertThat(poll(NOW).orElseThrow().write().annotations()).containsOnlyKeys("x");
  }
}

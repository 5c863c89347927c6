package dev.ballast.inflight;

import static dev.ballast.inflight.PodFacts.NEVER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitingPodsTest {
  private static final String OURS = "load-aware-scheduler";

  private final WaitingPods waiting = new WaitingPods(List.of(OURS));

  private static PodFacts pod(
      String uid, String scheduler, String node, boolean ended, long since, boolean forLoad) {
    return new PodFacts(
        uid,
        "default",
        uid,
        scheduler,
        node,
        ended,
        since,
        node.isEmpty() ? NEVER : 1,
        node.isEmpty() ? NEVER : 1,
        PodResources.builder().build(),
        "",
        forLoad);
  }

  private static PodFacts refused(String uid, long since) {
    return pod(uid, OURS, "", false, since, true);
  }

  @Test
  void put_refusedForLoad_waitsSinceTheFirst() {
    assertThat(waiting.sinceMillis()).isEmpty();
    waiting.put(refused("a", 500));
    waiting.put(refused("b", 300));
    assertThat(waiting.pods()).extracting(PodFacts::uid).containsExactlyInAnyOrder("a", "b");
    assertThat(waiting.sinceMillis()).hasValue(300);
  }

  @Test
  void put_notOursOrNotForLoad_doesNotWait() {
    waiting.put(pod("other", "default-scheduler", "", false, 1, true));
    waiting.put(pod("cpu", OURS, "", false, 1, false));
    waiting.put(pod("new", OURS, "", false, NEVER, false));
    waiting.put(pod("failed", OURS, "", true, 1, true));
    assertThat(waiting.pods()).isEmpty();
  }

  @Test
  void put_boundOrOtherReasonsNow_waitsNoMore() {
    waiting.put(refused("a", 1));
    waiting.put(refused("b", 1));
    waiting.put(pod("a", OURS, "node", false, NEVER, false));
    waiting.put(pod("b", OURS, "", false, 1, false));
    assertThat(waiting.pods()).isEmpty();
  }

  @Test
  void remove_deleted_waitsNoMore() {
    waiting.put(refused("a", 1));
    waiting.remove(refused("a", 1));
    assertThat(waiting.pods()).isEmpty();
  }
}

package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.inflight.PodResources;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PodTrackerTest {
  private final List<String> told = new ArrayList<>();
  private final PodTracker tracker =
      new PodTracker(
          List.of(
              new PodListener() {
                @Override
                public void put(PodFacts pod) {
                  told.add("put " + pod.uid() + "@" + pod.node());
                }

                @Override
                public void remove(PodFacts last) {
                  told.add("remove " + last.uid() + "@" + last.node());
                }
              }));

  private static PodFacts pod(String uid, String node) {
    return new PodFacts(
        uid, "shop", "p", "s", node, false, PodFacts.NEVER, 1, 1, PodResources.NONE, "");
  }

  @Test
  void put_sameFacts_isToldOnce() {
    tracker.put("shop/p", pod("u", ""));
    tracker.put("shop/p", pod("u", ""));
    tracker.put("shop/p", pod("u", "n"));

    assertThat(told).containsExactly("put u@", "put u@n");
  }

  @Test
  void put_anotherPodUnderTheName_takesTheOldOneBackFirst() {
    tracker.put("shop/p", pod("u", "n"));
    tracker.put("shop/p", pod("v", "m"));

    assertThat(told).containsExactly("put u@n", "remove u@n", "put v@m");
  }

  @Test
  void remove_knownPod_isToldOnceWithItsLastFacts() {
    tracker.put("shop/p", pod("u", "n"));
    tracker.remove("shop/p");
    tracker.remove("shop/p");

    assertThat(told).containsExactly("put u@n", "remove u@n");
  }
}

package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ToldOnceTest {
  private final List<String> told = new ArrayList<>();
  private final ToldOnce once = new ToldOnce((pod, what, text, why) -> told.add(pod + " " + what));

  private static PodView pod(String uid) {
    var pod = new PodView();
    pod.metadata.namespace = "shop";
    pod.metadata.name = "p";
    pod.metadata.uid = uid;
    return pod;
  }

  @Test
  void of_podReadAgain_tellsAllOfTheFirstTimeOnly() {
    var first = once.of(pod("u"));
    first.found("a", "x", "wrong");
    first.found("b", "x", "wrong");
    once.of(pod("u")).found("a", "x", "wrong");

    assertThat(told).containsExactly("shop/p a", "shop/p b");
  }

  @Test
  void remove_pod_isForgotten() {
    once.of(pod("u")).found("a", "x", "wrong");
    once.remove(
        new PodFacts(
            "u", "shop", "p", "s", "", false, PodFacts.NEVER, 1, 1, PodResources.NONE, "", false));
    once.of(pod("u")).found("a", "x", "wrong");

    assertThat(told).hasSize(2);
  }
}

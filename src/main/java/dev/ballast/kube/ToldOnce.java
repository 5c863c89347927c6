package dev.ballast.kube;

import dev.ballast.inflight.BadText;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hands on the unreadable texts of a pod when it is first read with such, and not at each of its
 * later changes. Remembers pods that exist. Safe for use by many threads.
 */
final class ToldOnce implements PodListener {
  private final PodFeed.Unreadable unreadable;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  ToldOnce(PodFeed.Unreadable unreadable) {
    this.unreadable = unreadable;
  }

  /** Where the findings of one reading of a pod go. */
  BadText of(PodView pod) {
    String uid = pod.metadata.uid;
    if (told.contains(uid)) {
      return BadText.IGNORED;
    }
    return (what, text, why) -> {
      told.add(uid);
      unreadable.found(name(pod), what, text, why);
    };
  }

  private static String name(PodView pod) {
    return pod.metadata.namespace + "/" + pod.metadata.name;
  }

  @Override
  public void put(PodFacts pod) {}

  @Override
  public void remove(PodFacts last) {
    told.remove(last.uid());
  }
}

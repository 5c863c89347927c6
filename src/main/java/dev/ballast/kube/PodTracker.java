package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns an informer's events, which go by name, into changes of pods, which are told apart by UID:
 * says nothing where the facts are the same as before, and takes back the old pod when another has
 * come under its name while nobody watched. Confined to the informer's thread.
 */
final class PodTracker implements Feed.Listener<PodFacts> {
  private final List<PodListener> listeners;
  private final Map<String, PodFacts> known = new HashMap<>();

  PodTracker(List<PodListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void put(String key, PodFacts pod) {
    var before = known.put(key, pod);
    if (pod.equals(before)) {
      return;
    }
    if (before != null && !before.uid().equals(pod.uid())) {
      removed(before);
    }
    listeners.forEach(listener -> listener.put(pod));
  }

  @Override
  public void remove(String key) {
    var before = known.remove(key);
    if (before != null) {
      removed(before);
    }
  }

  private void removed(PodFacts last) {
    listeners.forEach(listener -> listener.remove(last));
  }
}

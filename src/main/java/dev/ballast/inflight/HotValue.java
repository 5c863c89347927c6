package dev.ballast.inflight;

import dev.ballast.policy.HotValuePolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * crane's hot value of nodes: the sum over the policy's windows of {@code bindings within the
 * window / count}, cut to whole numbers (crane-scheduler, {@code
 * pkg/controller/annotator/node.go}). A binding counts from its time on for the length of a window,
 * also when the pod has ended or was deleted meanwhile.
 *
 * <p>We differ in that bindings are read from pods instead of events and each counts once, by its
 * UID, however often it is told; that no number of them is too large, where crane keeps the newest
 * 1,024 of the cluster; and that it is known when a value falls, so it can be written then. After a
 * restart it is built from the pods that still exist.
 *
 * <p>Holds the bindings within the longest window. A binding that was dropped under a clock that
 * was ahead comes back only when its pod changes. Safe for use by many threads.
 */
public final class HotValue {
  private record Window(long millis, int count) {}

  private record Binding(String uid, String node, long millis) {
    private static final Comparator<Binding> OLDEST_FIRST =
        Comparator.comparingLong(Binding::millis).thenComparing(Binding::uid);
  }

  private final List<Window> windows;
  private final long longestMillis;
  private final Map<String, Binding> byUid = new HashMap<>(); // guarded by this
  private final TreeSet<Binding> all = new TreeSet<>(Binding.OLDEST_FIRST); // guarded by this
  private final Map<String, List<Binding>> byNode = new HashMap<>(); // guarded by this

  /** Without bindings. */
  public HotValue(List<HotValuePolicy> windows) {
    this.windows =
        windows.stream().map(w -> new Window(w.timeRange().toMillis(), w.count())).toList();
    longestMillis = this.windows.stream().mapToLong(Window::millis).max().orElse(0);
  }

  /** Takes a pod, new, changed or told again; one that is not bound is passed over. */
  public synchronized void put(PodFacts pod, long nowMillis) {
    dropOld(nowMillis);
    long time = pod.boundMillis();
    if (!pod.isBound() || time <= nowMillis - longestMillis) {
      return;
    }
    var binding = new Binding(pod.uid(), pod.node(), time);
    var before = byUid.put(pod.uid(), binding);
    if (binding.equals(before)) {
      return;
    }
    if (before != null) {
      all.remove(before);
      takeOff(before);
    }
    all.add(binding);
    var list = byNode.computeIfAbsent(pod.node(), node -> new ArrayList<>());
    list.add(firstAfter(list, time), binding);
  }

  /** The hot value of a node. */
  public synchronized int value(String node, long nowMillis) {
    return value(byNode.getOrDefault(node, List.of()), nowMillis);
  }

  /** The hot values of all nodes that have one above 0. */
  public synchronized Map<String, Integer> values(long nowMillis) {
    dropOld(nowMillis);
    var values = new HashMap<String, Integer>();
    byNode.forEach(
        (node, bindings) -> {
          int value = value(bindings, nowMillis);
          if (value > 0) {
            values.put(node, value);
          }
        });
    return values;
  }

  /** When the value of a node falls next if nothing more is bound to it; empty when it is 0. */
  public synchronized OptionalLong fallsMillis(String node, long nowMillis) {
    return falls(byNode.getOrDefault(node, List.of()), nowMillis);
  }

  /** When a value of any node falls next if nothing more is bound; empty when all are 0. */
  public synchronized OptionalLong fallsMillis(long nowMillis) {
    return byNode.values().stream()
        .map(bindings -> falls(bindings, nowMillis))
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min();
  }

  private int value(List<Binding> bindings, long nowMillis) {
    int value = 0;
    for (var window : windows) {
      int inWindow = bindings.size() - firstAfter(bindings, nowMillis - window.millis());
      value += inWindow / window.count();
    }
    return value;
  }

  private OptionalLong falls(List<Binding> bindings, long nowMillis) {
    long falls = Long.MAX_VALUE;
    for (var window : windows) {
      int first = firstAfter(bindings, nowMillis - window.millis());
      int inWindow = bindings.size() - first;
      if (inWindow >= window.count()) {
        var deciding = bindings.get(first + inWindow % window.count());
        falls = Math.min(falls, deciding.millis() + window.millis());
      }
    }
    return falls == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(falls);
  }

  /** The index of the first binding after a time, in a list with the oldest first. */
  private static int firstAfter(List<Binding> bindings, long millis) {
    int low = 0;
    int high = bindings.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (bindings.get(middle).millis() > millis) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void dropOld(long nowMillis) {
    while (!all.isEmpty() && all.first().millis() <= nowMillis - longestMillis) {
      var old = all.pollFirst();
      byUid.remove(old.uid());
      takeOff(old);
    }
  }

  private void takeOff(Binding binding) {
    byNode.computeIfPresent(
        binding.node(),
        (node, bindings) -> {
          bindings.remove(binding);
          return bindings.isEmpty() ? null : bindings;
        });
  }

  /** The number of bindings held. */
  synchronized int size() {
    return byUid.size();
  }

  /** The number of nodes with bindings. */
  synchronized int nodes() {
    return byNode.size();
  }
}

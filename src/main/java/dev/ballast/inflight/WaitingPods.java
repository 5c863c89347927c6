package dev.ballast.inflight;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pods that wait for load to fall: those of our schedulers that are unschedulable, with the
 * load policy among the scheduler's reasons. It may not be the only one: a message that says "3
 * Insufficient cpu, 2 over the limit" does not tell whether the pod would fit on the two. Safe for
 * use by many threads.
 */
public final class WaitingPods implements PodListener {
  private final Set<String> schedulerNames;
  private final Map<String, PodFacts> byUid = new ConcurrentHashMap<>();

  /** Nothing waits yet. */
  public WaitingPods(Collection<String> schedulerNames) {
    this.schedulerNames = Set.copyOf(schedulerNames);
  }

  @Override
  public void put(PodFacts pod) {
    boolean waits =
        pod.refusedForLoad()
            && pod.isUnschedulable()
            && !pod.isBound()
            && !pod.ended()
            && schedulerNames.contains(pod.schedulerName());
    if (waits) {
      byUid.put(pod.uid(), pod);
    } else {
      byUid.remove(pod.uid());
    }
  }

  @Override
  public void remove(PodFacts last) {
    byUid.remove(last.uid());
  }

  /** The pods, as they are now. */
  public List<PodFacts> pods() {
    return List.copyOf(byUid.values());
  }

  /** Since when the first of them is unschedulable; empty without any. */
  public OptionalLong sinceMillis() {
    return byUid.values().stream().mapToLong(PodFacts::unschedulableMillis).min();
  }
}

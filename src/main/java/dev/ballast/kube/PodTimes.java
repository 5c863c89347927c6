package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import dev.ballast.scoring.LoadPolicy;
import java.util.stream.Stream;

/**
 * The times of a pod, as functions of the Pod object alone, so that replicas agree and a restart
 * changes nothing. Milliseconds since the epoch.
 */
final class PodTimes {
  private PodTimes() {}

  /**
   * When a pod was bound: the API server writes the last transition of PodScheduled together with
   * the binding. Of a pod that was created with its node, by the first of: status.startTime,
   * metadata.creationTimestamp.
   */
  static long bound(PodView pod) {
    var status = pod.status;
    for (var condition : status.conditions) {
      if (condition.type.equals("PodScheduled")
          && condition.status.equals("True")
          && condition.lastTransitionMillis != PodFacts.NEVER) {
        return condition.lastTransitionMillis;
      }
    }
    return status.startMillis != PodFacts.NEVER ? status.startMillis : pod.metadata.creationMillis;
  }

  /**
   * From when on a bound pod shows in measured load: its binding, moved to the newest first start
   * of its containers. A container that was started again says nothing of its first start, so
   * updates and restarts never make a pod young. While the kubelet has the pod and a container of
   * it was never started, as its image is pulled or init containers run, the start is {@link
   * PodFacts#NOT_YET}. Where no kubelet reports, the binding decides.
   */
  static long start(PodView pod) {
    var status = pod.status;
    long start = bound(pod);
    if (status.startMillis == PodFacts.NEVER) {
      return start;
    }
    if (status.containerStatuses.size() < pod.spec.containers.size()) {
      return PodFacts.NOT_YET;
    }
    for (var container : status.containerStatuses) {
      if (container.restartCount == 0) {
        start = Math.max(start, firstStart(container));
      }
    }
    return start;
  }

  /** The start of a container that was not started again. */
  private static long firstStart(PodView.ContainerStatus container) {
    return container.startMillis != PodFacts.NOT_YET
        ? container.startMillis
        : container.lastStartMillis;
  }

  /** Since when no node will do; never when that is not what the scheduler says. */
  static long unschedulable(PodView.Status status) {
    return refusals(status)
        .findFirst()
        .map(condition -> Math.max(0, condition.lastTransitionMillis))
        .orElse(PodFacts.NEVER);
  }

  /** Whether the load policy is among the reasons why no node will do. */
  static boolean refusedForLoad(PodView.Status status) {
    return refusals(status).anyMatch(c -> c.message.contains(LoadPolicy.REASON_MARK));
  }

  private static Stream<PodView.Condition> refusals(PodView.Status status) {
    return status.conditions.stream()
        .filter(
            condition ->
                condition.type.equals("PodScheduled")
                    && condition.status.equals("False")
                    && condition.reason.equals("Unschedulable"));
  }
}

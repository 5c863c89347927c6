package dev.ballast.kube;

import dev.ballast.inflight.PodFacts;
import dev.ballast.scoring.LoadPolicy;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The times of a pod, as functions of the Pod object alone, so that replicas agree and a restart
 * changes nothing. Milliseconds since the epoch; a text that is no time counts as absent.
 */
final class PodTimes {
  private PodTimes() {}

  /**
   * When a pod was bound: the API server writes the last transition of PodScheduled together with
   * the binding. Of a pod that was created with its node, by the first of: status.startTime,
   * metadata.creationTimestamp.
   */
  static long bound(PodView pod) {
    var status = pod.getStatus();
    for (var condition : PodReader.orEmpty(status.conditions)) {
      if ("PodScheduled".equals(condition.type) && "True".equals(condition.status)) {
        long time = millis(condition.lastTransitionTime);
        if (time != PodFacts.NEVER) {
          return time;
        }
      }
    }
    long started = millis(status.startTime);
    return started != PodFacts.NEVER ? started : millis(pod.getMetadata().getCreationTimestamp());
  }

  /**
   * From when on a bound pod shows in measured load: its binding, moved to the newest first start
   * of its containers. A container that was started again says nothing of its first start, so
   * updates and restarts never make a pod young. While the kubelet has the pod and a container of
   * it was never started, as its image is pulled or init containers run, the start is {@link
   * PodFacts#NOT_YET}. Where no kubelet reports, the binding decides.
   */
  static long start(PodView pod) {
    var status = pod.getStatus();
    long start = bound(pod);
    if (status.startTime == null) {
      return start;
    }
    var statuses = PodReader.orEmpty(status.containerStatuses);
    if (statuses.size() < PodReader.orEmpty(pod.getSpec().containers).size()) {
      return PodFacts.NOT_YET;
    }
    for (var container : statuses) {
      if (container.restartCount == 0) {
        var first = firstStart(container);
        if (first == null) {
          return PodFacts.NOT_YET;
        }
        start = Math.max(start, millis(first.startedAt));
      }
    }
    return start;
  }

  /** The start of a container that was not started again; null when it was not started at all. */
  private static PodView.@Nullable Started firstStart(PodView.ContainerStatus container) {
    var running = start(container.state);
    return running != null ? running : start(container.lastState);
  }

  private static PodView.@Nullable Started start(PodView.@Nullable ContainerState state) {
    if (state == null) {
      return null;
    }
    return state.running != null ? state.running : state.terminated;
  }

  /** Since when no node will do; never when that is not what the scheduler says. */
  static long unschedulable(PodView.Status status) {
    return refusals(status)
        .findFirst()
        .map(condition -> Math.max(0, millis(condition.lastTransitionTime)))
        .orElse(PodFacts.NEVER);
  }

  /** Whether the load policy is among the reasons why no node will do. */
  static boolean refusedForLoad(PodView.Status status) {
    return refusals(status)
        .anyMatch(
            condition ->
                condition.message != null && condition.message.contains(LoadPolicy.REASON_MARK));
  }

  private static Stream<PodView.Condition> refusals(PodView.Status status) {
    return PodReader.orEmpty(status.conditions).stream()
        .filter(
            condition ->
                "PodScheduled".equals(condition.type)
                    && "False".equals(condition.status)
                    && "Unschedulable".equals(condition.reason));
  }

  private static long millis(@Nullable String text) {
    if (text == null) {
      return PodFacts.NEVER;
    }
    try {
      return Instant.parse(text).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return PodFacts.NEVER;
    }
  }
}

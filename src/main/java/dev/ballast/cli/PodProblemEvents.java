package dev.ballast.cli;

import dev.ballast.extender.ZoneJudge;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.kube.KubeEvents;
import dev.ballast.topology.PodTopology;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Writes an Event about each pod whose annotations have something wrong with them, once a pod. */
final class PodProblemEvents implements ZoneJudge.Problems {
  private static final int REMEMBERED = 1_024;

  private final KubeEvents events;
  private final LongSupplier clock;
  private final Map<String, Boolean> told = // by UID; guarded by this
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** Events with times of a clock in milliseconds since the epoch. */
  PodProblemEvents(KubeEvents events, LongSupplier clock) {
    this.events = events;
    this.clock = clock;
  }

  @Override
  public synchronized void found(ExtenderPod pod, PodTopology topology) {
    if (told.putIfAbsent(pod.uid(), true) == null) {
      events.writeAboutPod(
          pod.namespace(),
          pod.name(),
          pod.uid(),
          KubeEvents.Type.WARNING,
          "Placing",
          "UnreadableTopologyAnnotation",
          String.join("; ", topology.problems()),
          clock.getAsLong());
    }
  }
}

package dev.ballast.extender;

import dev.ballast.extender.wire.ExtenderContainer;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.Quantities;
import dev.ballast.inflight.Quantity;
import dev.ballast.topology.PodTopology;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the pod in a request asks of zones. A result that it carries says nothing, as it is not
 * bound. Safe for use by many threads.
 */
final class Topologies {
  private volatile Known last = new Known(ExtenderPod.NOBODY, PodTopology.NONE);

  /** What the pod asked for that was asked about last: the pods of a burst are mostly alike. */
  private record Known(ExtenderPod pod, PodTopology topology) {
    boolean holdsFor(ExtenderPod other) {
      return other.daemonSet() == pod.daemonSet()
          && other.resources().isAs(pod.resources())
          && other.annotations().equals(pod.annotations());
    }
  }

  /** What a pod asks for. */
  @SuppressWarnings("ReferenceEquality") // of both calls about a pod it is the same object
  PodTopology of(ExtenderPod pod) {
    var known = last;
    if (known.pod() != pod) {
      known = new Known(pod, known.holdsFor(pod) ? known.topology() : read(pod));
      last = known;
    }
    return known.topology();
  }

  private static PodTopology read(ExtenderPod pod) {
    var builder = new PodTopology.Builder();
    for (var container : pod.resources().containers()) {
      builder.container(
          run(container.kind()), amounts(container.requests()), amounts(container.limits()));
    }
    return builder
        .daemonSet(pod.daemonSet())
        .awareness(annotation(pod, PodTopology.AWARENESS))
        .cpuPolicy(annotation(pod, PodTopology.CPU_POLICY))
        .excludeReserved(annotation(pod, PodTopology.EXCLUDE_RESERVED))
        .build();
  }

  private static Optional<String> annotation(ExtenderPod pod, String key) {
    return Optional.ofNullable(pod.annotations().get(key));
  }

  private static PodTopology.Run run(ExtenderContainer.Kind kind) {
    return switch (kind) {
      case CONTAINER -> PodTopology.Run.CONTAINER;
      case SIDECAR -> PodTopology.Run.SIDECAR;
      case INIT -> PodTopology.Run.INIT;
    };
  }

  private static Map<String, Long> amounts(Quantities texts) {
    if (texts.cpu().isEmpty() && texts.memory().isEmpty() && texts.others().isEmpty()) {
      return Map.of();
    }
    var amounts = new HashMap<String, Long>();
    add("cpu", texts.cpu(), amounts);
    add("memory", texts.memory(), amounts);
    texts.others().forEach((resource, text) -> add(resource, text, amounts));
    return amounts;
  }

  private static void add(String resource, String text, Map<String, Long> amounts) {
    if (!text.isEmpty()) {
      try {
        amounts.put(resource, Quantity.amount(resource, text));
      } catch (IllegalArgumentException e) { // counts as absent, as everywhere
        amounts.remove(resource);
      }
    }
  }
}

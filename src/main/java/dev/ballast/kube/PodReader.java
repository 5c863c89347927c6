package dev.ballast.kube;

import dev.ballast.config.Durations;
import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;
import dev.ballast.inflight.Shared;
import dev.ballast.topology.PodTopology;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes facts of Pod objects. Texts that many pods repeat are kept once. Safe for use by many
 * threads.
 */
final class PodReader {
  private static final int SHARED_NAMES = 16_384;
  private static final int SHARED_RESOURCES = 4_096;

  private final Shared<String> names = new Shared<>(SHARED_NAMES);
  private final Shared<PodResources> resources = new Shared<>(SHARED_RESOURCES);
  private final Shared<PodTopology> topologies = new Shared<>(SHARED_RESOURCES);

  /**
   * The facts of a pod; texts that cannot be read are told and count as absent.
   *
   * @param before what was known of the same pod, whose texts are used again; null when it is new
   */
  PodFacts read(PodView pod, @Nullable PodFacts before, BadText bad) {
    var metadata = pod.metadata;
    var status = pod.status;
    String node = pod.spec.nodeName;
    return new PodFacts(
        before == null ? metadata.uid : before.uid(),
        names.of(metadata.namespace),
        before == null ? metadata.name : before.name(),
        names.of(pod.spec.schedulerName),
        names.of(node),
        status.phase.equals("Succeeded") || status.phase.equals("Failed"),
        node.isEmpty() ? PodTimes.unschedulable(status) : PodFacts.NEVER,
        node.isEmpty() ? PodFacts.NEVER : PodTimes.bound(pod),
        node.isEmpty() ? PodFacts.NEVER : PodTimes.start(pod),
        resources.of(resources(pod, bad)),
        names.of(status.nominatedNodeName),
        node.isEmpty() && PodTimes.refusedForLoad(status),
        topologies.of(topology(pod)));
  }

  private static PodTopology topology(PodView pod) {
    var builder = new PodTopology.Builder();
    for (var container : pod.spec.initContainers) {
      boolean sidecar = container.restartPolicy.equals("Always");
      add(builder, sidecar ? PodTopology.Run.SIDECAR : PodTopology.Run.INIT, container.resources);
    }
    for (var container : pod.spec.containers) {
      add(builder, PodTopology.Run.CONTAINER, container.resources);
    }
    var annotations = pod.metadata.annotations;
    builder
        .daemonSet(pod.metadata.daemonSet)
        .awareness(Optional.ofNullable(annotations.get(PodTopology.AWARENESS)))
        .cpuPolicy(Optional.ofNullable(annotations.get(PodTopology.CPU_POLICY)))
        .excludeReserved(Optional.ofNullable(annotations.get(PodTopology.EXCLUDE_RESERVED)));
    @Nullable String result = annotations.get(PodTopology.RESULT);
    if (result != null) {
      try {
        builder.result(TopologyResult.read(result));
      } catch (IllegalArgumentException e) {
        builder.brokenResult(result, String.valueOf(e.getMessage()));
      }
    }
    return builder.build();
  }

  private static void add(
      PodTopology.Builder builder, PodTopology.Run run, PodView.Resources resources) {
    builder.container(run, resources.requests.amounts(), resources.limits.amounts());
  }

  private static PodResources resources(PodView pod, BadText bad) {
    var spec = pod.spec;
    var builder = PodResources.builder();
    for (var container : spec.initContainers) {
      var requests = requests(container.resources, bad);
      var limits = limits(container.resources, bad);
      if (container.restartPolicy.equals("Always")) {
        builder.sidecar(requests, limits);
      } else {
        builder.init(requests, limits);
      }
    }
    for (var container : spec.containers) {
      builder.container(requests(container.resources, bad), limits(container.resources, bad));
    }
    return builder
        .wholePod(requests(spec.resources, bad), limits(spec.resources, bad))
        .overhead(spec.overhead.parse("overhead", bad))
        .overrides(overrides(pod.metadata.annotations, bad))
        .build();
  }

  private static Amounts requests(PodView.Resources resources, BadText bad) {
    return resources.requests.parse("requests", bad);
  }

  private static Amounts limits(PodView.Resources resources, BadText bad) {
    return resources.limits.parse("limits", bad);
  }

  private static PodOverrides overrides(Map<String, String> annotations, BadText bad) {
    return annotations.isEmpty()
        ? PodOverrides.NONE
        : PodOverrides.of(
            annotations.get(PodOverrides.ESTIMATED_CPU),
            annotations.get(PodOverrides.ESTIMATED_MEMORY),
            warmup(annotations.get(PodOverrides.WARM_UP), bad),
            bad);
  }

  private static Optional<Duration> warmup(@Nullable String text, BadText bad) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Durations.parse(text));
    } catch (IllegalArgumentException e) {
      bad.found(PodOverrides.WARM_UP, text, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}

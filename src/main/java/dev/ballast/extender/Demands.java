package dev.ballast.extender;

import dev.ballast.extender.wire.ExtenderContainer;
import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.extender.wire.Quantities;
import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;
import dev.ballast.policy.InFlightPolicy;
import java.util.Optional;

/**
 * What the pod in a request is expected to use. Texts that cannot be read count as absent and are
 * not told here: the pod is known from the API server too, and told there. Safe for use by many
 * threads.
 */
public final class Demands {
  private final boolean enabled;
  private final Estimate estimate;
  private volatile Known last;

  public Demands(InFlightPolicy policy) {
    enabled = policy.enabled();
    estimate = new Estimate(policy);
    last = new Known(ExtenderPod.NOBODY, estimate.of(resources(ExtenderPod.NOBODY)));
  }

  /** The demand of the pod that was asked about last: the pods of a burst are mostly alike. */
  private record Known(ExtenderPod pod, Demand demand) {
    boolean holdsFor(ExtenderPod other) {
      return other.resources().isAs(pod.resources())
          && other.annotations().equals(pod.annotations());
    }
  }

  /** The demand of a pod; {@link Demand#NONE} when the policy counts no pods. */
  @SuppressWarnings("ReferenceEquality") // of both calls about a pod it is the same object
  public Demand of(ExtenderPod pod) {
    if (!enabled) {
      return Demand.NONE;
    }
    var known = last;
    if (known.pod() != pod) {
      var demand = known.holdsFor(pod) ? known.demand() : estimate.of(resources(pod));
      known = new Known(pod, demand);
      last = known;
    }
    return known.demand();
  }

  static PodResources resources(ExtenderPod pod) {
    var builder = PodResources.builder();
    var resources = pod.resources();
    for (var container : resources.containers()) {
      add(builder, container);
    }
    return builder
        .wholePod(amounts(resources.requests()), amounts(resources.limits()))
        .overhead(amounts(resources.overhead()))
        .overrides(
            PodOverrides.of(
                pod.annotations().get(PodOverrides.ESTIMATED_CPU),
                pod.annotations().get(PodOverrides.ESTIMATED_MEMORY),
                Optional.empty(), // of no use before the start
                BadText.IGNORED))
        .build();
  }

  private static void add(PodResources.Builder builder, ExtenderContainer container) {
    var requests = amounts(container.requests());
    var limits = amounts(container.limits());
    switch (container.kind()) {
      case CONTAINER -> builder.container(requests, limits);
      case SIDECAR -> builder.sidecar(requests, limits);
      case INIT -> builder.init(requests, limits);
    }
  }

  private static Amounts amounts(Quantities texts) {
    return Amounts.parse("", texts.cpu(), texts.memory(), BadText.IGNORED);
  }
}

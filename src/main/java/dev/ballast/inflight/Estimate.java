package dev.ballast.inflight;

import dev.ballast.policy.InFlightPolicy;
import java.time.Duration;

/**
 * What a pod is expected to use, by what it requests and may use. Immutable, so safe for use by
 * many threads.
 *
 * <p>For each resource, with q = max(limit, request): {@code min(q * factor, limit)}, without a
 * limit {@code q * factor}, and the policy's default where q is 0 (Koordinator, LoadAware, {@code
 * estimator/default_estimator.go}). We differ in that nothing is rounded, and that the filter has a
 * cap: a refusal is worse than a low rank, and limits are often set far above what a pod will use.
 * In the filter the estimate is at most {@code request * burstCap} where there is a request, and at
 * most the default where there is none. An estimate from the pod's annotation counts as it is in
 * both.
 */
public final class Estimate {
  private final InFlightPolicy policy;

  public Estimate(InFlightPolicy policy) {
    this.policy = policy;
  }

  /** What a pod is expected to use. */
  public Demand of(PodResources pod) {
    double cpu = score(pod.cpuRequest(), pod.cpuLimit(), policy.cpuFactor(), policy.defaultCpu());
    double memory =
        score(
            pod.memoryRequest(), pod.memoryLimit(), policy.memoryFactor(), policy.defaultMemory());
    double filterCpu = Math.min(cpu, cap(pod.cpuRequest(), policy.defaultCpu()));
    double filterMemory = Math.min(memory, cap(pod.memoryRequest(), policy.defaultMemory()));
    var overrides = pod.overrides();
    return new Demand(
        overrides.cpu().orElse(cpu),
        overrides.memory().orElse(memory),
        overrides.cpu().orElse(filterCpu),
        overrides.memory().orElse(filterMemory));
  }

  /** The time after its start in which a pod counts in full. */
  public Duration warmup(PodResources pod) {
    return pod.overrides().warmup().orElse(policy.warmup());
  }

  private static double score(double request, double limit, double factor, double absent) {
    double most = Math.max(limit, request);
    if (most == 0) {
      return absent;
    }
    return limit > 0 ? Math.min(most * factor, limit) : most * factor;
  }

  private double cap(double request, double absent) {
    return request > 0 ? request * policy.burstCap() : absent;
  }
}

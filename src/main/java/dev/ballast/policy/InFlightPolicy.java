package dev.ballast.policy;

import java.time.Duration;

/**
 * How pods count that are bound but not yet in the averages, and the pod that is placed now.
 *
 * <p>A pod's estimate of a resource is {@code min(max(limit, request) * factor, limit)}, and the
 * default when it gives neither; in the filter it is at most {@code request * burstCap}. The
 * factors are Koordinator's (LoadAware, {@code estimatedScalingFactors}).
 *
 * @param enabled whether they count at all
 * @param cpuFactor share of requested or limited CPU that is expected to be used, above 0
 * @param memoryFactor share of requested or limited memory that is expected to be used, above 0
 * @param defaultCpu cores of a pod that gives neither request nor limit
 * @param defaultMemory bytes of a pod that gives neither request nor limit
 * @param burstCap most times its request that a pod counts in the filter, 1 or more
 * @param warmup time after its start in which a pod counts in full
 * @param provisional whether a pod counts on our first-ranked node until its binding is seen; in
 *     the score only
 */
public record InFlightPolicy(
    boolean enabled,
    double cpuFactor,
    double memoryFactor,
    double defaultCpu,
    double defaultMemory,
    double burstCap,
    Duration warmup,
    boolean provisional) {
  /** What holds under our apiVersion where a file says nothing. */
  public static final InFlightPolicy DEFAULT =
      new InFlightPolicy(true, 0.85, 0.70, 0.25, 200L << 20, 3, Duration.ZERO, true);

  /** crane's: nothing is counted but what is measured. */
  public static final InFlightPolicy OFF =
      new InFlightPolicy(false, 0.85, 0.70, 0.25, 200L << 20, 3, Duration.ZERO, false);
}

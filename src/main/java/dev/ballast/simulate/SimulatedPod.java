package dev.ballast.simulate;

import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;

/**
 * A pod of the simulated cluster: what it asks for and what it will really use, which are not the
 * same. Its use is constant from the binding to its end.
 *
 * @param name its name
 * @param uid its uid
 * @param arrivesMillis when it is created, milliseconds since the epoch
 * @param cpuRequestMillis CPU request in thousandths of a core
 * @param memoryRequestMib memory request in MiB
 * @param cpuUseMillis CPU it really uses, in thousandths of a core
 * @param memoryUseMib memory it really uses, in MiB
 * @param lifetimeMillis time from its binding to its end
 */
public record SimulatedPod(
    String name,
    String uid,
    long arrivesMillis,
    int cpuRequestMillis,
    int memoryRequestMib,
    int cpuUseMillis,
    int memoryUseMib,
    long lifetimeMillis) {
  private static final String SCHEDULER = "simulated";
  private static final double CORE_MILLIS = 1_000;
  private static final double MIB = 1 << 20;

  /** The pod as scheduling sees it once it is bound; there is no kubelet that would tell more. */
  PodFacts boundTo(String node, long nowMillis) {
    return new PodFacts(
        uid,
        "default",
        name,
        SCHEDULER,
        node,
        false,
        PodFacts.NEVER,
        nowMillis,
        nowMillis,
        new PodResources(
            cpuRequestMillis / CORE_MILLIS, memoryRequestMib * MIB, 0, 0, PodOverrides.NONE),
        "",
        false);
  }
}

package dev.ballast.simulate;

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
    long lifetimeMillis) {}

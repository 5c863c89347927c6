package dev.ballast.simulate;

/**
 * What one side came to. All loads are true ones, not what was measured.
 *
 * @param arrived pods that came
 * @param placed pods that were bound
 * @param waiting pods that wait at the end
 * @param hotNodeMinutes sum over nodes of the time with CPU load over {@link #HOT}, minutes
 * @param veryHotNodeMinutes the same over {@link #VERY_HOT}
 * @param maxCpu highest CPU load of a node, a fraction
 * @param missingCoreMinutes CPU that was wanted on a node and not there, cores times minutes
 * @param waitingPodMinutes sum over pods of the time without a node, minutes
 * @param refusedPodMinutes the part of it in which requests fitted somewhere, but the extender
 *     refused all of these nodes
 * @param maxRequested highest share of a node's CPU or memory that was requested, a fraction
 * @param extenderCalls calls of the extender
 * @param failedCalls the part of them without an answer that can be used
 */
public record SideSummary(
    int arrived,
    int placed,
    int waiting,
    double hotNodeMinutes,
    double veryHotNodeMinutes,
    double maxCpu,
    double missingCoreMinutes,
    double waitingPodMinutes,
    double refusedPodMinutes,
    double maxRequested,
    int extenderCalls,
    int failedCalls) {
  /** CPU load over which a node is hot, a fraction: the limit of the default policy. */
  public static final double HOT = 0.65;

  /** CPU load over which work on a node suffers, a fraction. */
  public static final double VERY_HOT = 0.80;
}

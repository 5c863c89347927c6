package dev.ballast.policy;

/**
 * The formula that ranks nodes. All of them give 0..100 and work on loads that hold the pods in
 * flight and the incoming pod.
 */
public sealed interface Strategy {
  /** crane's: the weighted mean of what is free in each metric of {@code priority}. */
  record Weighted() implements Strategy {}

  /**
   * Koordinator's (LoadAware): the weighted mean of what is free of each resource.
   *
   * @param cpuWeight weight of CPU, 0 or more
   * @param memoryWeight weight of memory, 0 or more
   * @param dominantWeight weight of the scarcer of the two on top, 0 or more
   */
  record LeastUsed(double cpuWeight, double memoryWeight, double dominantWeight)
      implements Strategy {}

  /**
   * Trimaran's (TargetLoadPacking): fills nodes up to a CPU load and avoids those above it.
   *
   * @param target that load, a fraction above 0 and below 1
   */
  record TargetPacking(double target) implements Strategy {}

  /**
   * Trimaran's (LoadVariationRiskBalancing): prefers a low mean with little deviation, by the worse
   * of CPU and memory.
   *
   * @param margin factor of the deviation, 0 or more
   * @param sensitivity root that is taken of the deviation, above 0
   */
  record MeanRisk(double margin, double sensitivity) implements Strategy {}

  /**
   * Prefers the most free cores and bytes, by the worse of the two; a formula of ours, for nodes of
   * mixed size.
   *
   * @param cpuFullScoreAt free cores that give the full score; 0: the most that a candidate has
   * @param memoryFullScoreAt free bytes that give the full score; 0: the most that a candidate has
   */
  record Headroom(double cpuFullScoreAt, double memoryFullScoreAt) implements Strategy {}
}

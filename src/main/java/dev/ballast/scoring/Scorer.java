package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.Strategy;
import org.jspecify.annotations.Nullable;

/** A strategy, bound to the metrics of a policy. Immutable. */
interface Scorer {
  /** The metrics whose loads it needs. */
  int[] metrics();

  /**
   * Scores all candidates.
   *
   * @param columns for each of {@link #metrics} the load of each candidate, a fraction of capacity;
   *     NaN where it is not to count
   * @param scores takes 0..100, as far as the formula keeps to it, or {@link LoadPolicy#NO_SCORE}
   *     where there is nothing to go by
   */
  void score(Round round, double[][] columns, int[] scores);

  /** Whether a candidate's score is the same whoever the others are. */
  default boolean isIndependent() {
    return true;
  }

  /** The scorer of a policy. */
  static Scorer of(DynamicSchedulerPolicy policy, MetricTable metrics) {
    Strategy strategy = policy.ranking().strategy();
    if (strategy instanceof Strategy.LeastUsed leastUsed) {
      return LeastUsedScorer.of(leastUsed, metrics);
    }
    if (strategy instanceof Strategy.TargetPacking packing) {
      return TargetPackingScorer.of(packing, metrics);
    }
    if (strategy instanceof Strategy.MeanRisk risk) {
      return MeanRiskScorer.of(risk, metrics);
    }
    if (strategy instanceof Strategy.Headroom headroom) {
      return HeadroomScorer.of(headroom, metrics);
    }
    return WeightedScorer.of(policy.priorities(), metrics);
  }

  /**
   * A load as a fraction of what is allocatable of a resource; of the capacity when either is not
   * known.
   */
  static double ofAllocatable(@Nullable NodeLoad load, Resource resource, double ofCapacity) {
    NodeFacts facts = load == null ? NodeFacts.UNKNOWN : load.facts();
    double capacity = facts.capacity(resource);
    double allocatable = allocatable(facts, resource);
    return capacity > 0 && allocatable > 0 ? ofCapacity * capacity / allocatable : ofCapacity;
  }

  /** What pods may request of a resource: cores, bytes, or 0 when it is not known. */
  static double allocatable(NodeFacts facts, Resource resource) {
    return switch (resource) {
      case CPU -> facts.cpuAllocatable();
      case MEMORY -> facts.memoryAllocatable();
      case NONE -> 0;
    };
  }

  /** Cut to a whole number as Go does, but not for an error of binary fractions. */
  static int cut(double score) {
    return (int) (score + 1e-9);
  }
}

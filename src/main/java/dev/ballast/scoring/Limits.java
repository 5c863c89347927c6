package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
import dev.ballast.load.ReadingState;
import dev.ballast.load.Resource;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The limits of a policy: which candidates are refused, and by how much. Immutable. */
final class Limits {
  /**
   * A limit, with its texts made once.
   *
   * @param unusable what is said of a reading that the policy refuses, by its state
   */
  private record Limit(
      int metric,
      Resource resource,
      String name,
      double most,
      String over,
      Map<ReadingState, String> unusable) {
    static Limit of(MetricTable metrics, String name, double most) {
      int metric = metrics.indexOf(name);
      return new Limit(
          metric,
          metrics.shape(metric).resource(),
          name,
          most,
          LoadPolicy.reason(name),
          Arrays.stream(ReadingState.values())
              .collect(
                  Collectors.toUnmodifiableMap(
                      state -> state, state -> LoadPolicy.reason(name, state))));
    }
  }

  private final Limit[] limits;
  private final EffectiveLoad loads;
  private final Effects effects;

  Limits(DynamicSchedulerPolicy policy, MetricTable metrics, EffectiveLoad loads) {
    limits =
        policy.predicates().stream()
            .filter(p -> p.limit() > 0)
            .map(p -> Limit.of(metrics, p.name(), p.limit()))
            .toArray(Limit[]::new);
    this.loads = loads;
    effects = new Effects(policy.data());
  }

  /**
   * The verdict on a candidate; one that is not known is accepted.
   *
   * @param standing how it stands; null when it is not known
   * @param margin fraction of capacity that is added to every limit
   */
  Verdict judge(Round round, int node, @Nullable Standing standing, double margin) {
    if (standing == null) {
      return Verdict.ACCEPTED;
    }
    for (var limit : limits) {
      double usage = usage(round, node, standing, limit);
      if (usage > limit.most() + margin) {
        return refused(limit, usage, standing.load().state(limit.metric(), round.nowMillis()));
      }
    }
    return Verdict.ACCEPTED;
  }

  /** How far a candidate is over its limits at most, a fraction; infinite when refused unseen. */
  double excess(Round round, int node, @Nullable Standing standing) {
    double most = Double.NEGATIVE_INFINITY;
    for (var limit : limits) {
      double usage = standing == null ? Double.NaN : usage(round, node, standing, limit);
      if (!Double.isNaN(usage)) {
        most = Math.max(most, usage - limit.most());
      }
    }
    return most;
  }

  /** What is compared with a limit: NaN when it says nothing, infinite when it refuses unseen. */
  private double usage(Round round, int node, Standing standing, Limit limit) {
    double pod = round.pod().demand().inFilter(limit.resource());
    double fresh = standing.inFilter(limit.metric(), pod);
    if (!Double.isNaN(fresh)) {
      return fresh;
    }
    return switch (effects.of(standing.load(), limit.metric(), round.nowMillis()).filter()) {
      case PASS -> Double.NaN;
      case REJECT -> Double.POSITIVE_INFINITY;
      case LAST_KNOWN -> loads.lastKnownInFilter(round, node, limit.metric());
    };
  }

  private static Verdict refused(Limit limit, double usage, ReadingState state) {
    return Double.isInfinite(usage)
        ? new Verdict.Refused(
            limit.name(),
            Double.NaN,
            limit.most(),
            limit.unusable().getOrDefault(state, limit.over()))
        : new Verdict.Refused(limit.name(), usage, limit.most(), limit.over());
  }
}

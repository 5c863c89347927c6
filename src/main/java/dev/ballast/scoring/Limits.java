package dev.ballast.scoring;

import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
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
   * The verdicts on the candidates; one that is not known is accepted.
   *
   * @param standings how they stand
   * @param margin fraction of capacity that is added to every limit
   */
  Verdict[] judge(Round round, Standings.Table standings, double margin) {
    var verdicts = new Verdict[round.size()];
    double[] pods = pods(round);
    for (int node = 0; node < verdicts.length; node++) {
      verdicts[node] =
          isWithin(node, standings, pods, margin)
              ? Verdict.ACCEPTED
              : judge(round, node, standings, margin);
    }
    return verdicts;
  }

  /** What the pod adds, by limit. */
  private double[] pods(Round round) {
    double[] pods = new double[limits.length];
    Arrays.setAll(pods, i -> round.pod().demand().inFilter(limits[i].resource()));
    return pods;
  }

  /** Whether a candidate has a fresh reading within each limit, as most have. */
  private boolean isWithin(int node, Standings.Table standings, double[] pods, double margin) {
    for (int i = 0; i < pods.length; i++) {
      var limit = limits[i];
      double load = standings.inFilter(node, limit.metric, pods[i]);
      if (!(load <= limit.most + margin)) { // NaN, too
        return false;
      }
    }
    return true;
  }

  private Verdict judge(Round round, int node, Standings.Table standings, double margin) {
    @Nullable NodeLoad load = round.loads()[node];
    if (load == null) {
      return Verdict.ACCEPTED;
    }
    for (var limit : limits) {
      double usage = usage(round, node, load, standings, limit);
      if (usage > limit.most() + margin) {
        return refused(limit, usage, load.state(limit.metric(), round.nowMillis()));
      }
    }
    return Verdict.ACCEPTED;
  }

  /** How far a candidate is over its limits at most, a fraction; infinite when refused unseen. */
  double excess(Round round, int node, Standings.Table standings) {
    double most = Double.NEGATIVE_INFINITY;
    @Nullable NodeLoad load = round.loads()[node];
    for (var limit : limits) {
      double usage = load == null ? Double.NaN : usage(round, node, load, standings, limit);
      if (!Double.isNaN(usage)) {
        most = Math.max(most, usage - limit.most());
      }
    }
    return most;
  }

  /** What is compared with a limit: NaN when it says nothing, infinite when it refuses unseen. */
  private double usage(
      Round round, int node, NodeLoad load, Standings.Table standings, Limit limit) {
    double pod = round.pod().demand().inFilter(limit.resource());
    double fresh = standings.inFilter(node, limit.metric(), pod);
    if (!Double.isNaN(fresh)) {
      return fresh;
    }
    return switch (effects.of(load, limit.metric(), round.nowMillis()).filter()) {
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

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
    Arrays.fill(verdicts, Verdict.ACCEPTED);
    double[] pods = pods(round);
    for (int node = 0; node < verdicts.length; node++) {
      if (!standings.wasAccepted(node)) {
        var verdict = judge(round, node, standings, pods, margin);
        if (verdict != Verdict.ACCEPTED) {
          verdicts[node] = verdict;
        } else if (margin == 0) {
          standings.accept(node);
        }
      }
    }
    return verdicts;
  }

  /** What the pod adds, by limit. */
  private double[] pods(Round round) {
    double[] pods = new double[limits.length];
    Arrays.setAll(pods, i -> round.pod().demand().inFilter(limits[i].resource()));
    return pods;
  }

  private Verdict judge(
      Round round, int node, Standings.Table standings, double[] pods, double margin) {
    for (int i = 0; i < pods.length; i++) {
      var limit = limits[i];
      double usage = usage(round, node, standings, limit, pods[i]);
      if (usage > limit.most + margin) {
        return refused(round, node, limit, usage);
      }
    }
    return Verdict.ACCEPTED;
  }

  /**
   * By candidate, how far it is over its limits at most, a fraction; infinite when refused unseen.
   */
  double[] excess(Round round, Standings.Table standings) {
    double[] pods = pods(round);
    double[] excess = new double[round.size()];
    for (int node = 0; node < excess.length; node++) {
      excess[node] = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < pods.length; i++) {
        double usage = usage(round, node, standings, limits[i], pods[i]);
        if (!Double.isNaN(usage)) {
          excess[node] = Math.max(excess[node], usage - limits[i].most);
        }
      }
    }
    return excess;
  }

  /** What is compared with a limit: NaN when it says nothing, infinite when it refuses unseen. */
  private double usage(Round round, int node, Standings.Table standings, Limit limit, double pod) {
    double fresh = standings.inFilter(node, limit.metric, pod);
    return Double.isNaN(fresh) ? unusable(round, node, limit) : fresh;
  }

  private double unusable(Round round, int node, Limit limit) {
    @Nullable NodeLoad load = round.loads()[node];
    if (load == null) {
      return Double.NaN;
    }
    return switch (effects.of(load, limit.metric, round.nowMillis()).filter()) {
      case PASS -> Double.NaN;
      case REJECT -> Double.POSITIVE_INFINITY;
      case LAST_KNOWN -> loads.lastKnownInFilter(round, node, limit.metric);
    };
  }

  private static Verdict refused(Round round, int node, Limit limit, double usage) {
    @Nullable NodeLoad load = round.loads()[node];
    if (load == null || !Double.isInfinite(usage)) {
      return new Verdict.Refused(limit.name, usage, limit.most, limit.over);
    }
    var state = load.state(limit.metric, round.nowMillis());
    return new Verdict.Refused(
        limit.name, Double.NaN, limit.most, limit.unusable.getOrDefault(state, limit.over));
  }
}

package dev.ballast.config;

import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.Strategy.Headroom;
import dev.ballast.policy.Strategy.LeastUsed;
import dev.ballast.policy.Strategy.MeanRisk;
import dev.ballast.policy.Strategy.TargetPacking;
import dev.ballast.policy.Strategy.Weighted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads how nodes are ranked: strategy, spread, scoreMax and shortlist. */
final class RankingReader {
  /** The keys, in the order in which they are read. */
  static final List<String> KEYS = List.of("strategy", "spread", "scoreMax", "shortlist");

  private static final int LEAST_SCORE_MAX = 10;
  private static final int MOST_SCORE_MAX = 100;
  private static final int MOST_SHORTLIST = 15_000;
  private static final Map<String, Spread> SPREADS =
      Map.of("absolute", Spread.ABSOLUTE, "candidates", Spread.CANDIDATES);
  private static final Map<String, Function<YamlMap, Strategy>> STRATEGIES =
      Map.of(
          "weighted", map -> new Weighted(),
          "leastUsed", RankingReader::leastUsed,
          "targetPacking", RankingReader::targetPacking,
          "meanRisk", RankingReader::meanRisk,
          "headroom", RankingReader::headroom);

  private RankingReader() {}

  static RankingPolicy read(YamlMap spec) {
    RankingPolicy none = RankingPolicy.DEFAULT;
    return new RankingPolicy(
        spec.get("strategy", none.strategy(), RankingReader::strategy),
        spec.get("spread", none.spread(), value -> value.choice(SPREADS)),
        spec.integer("scoreMax", none.scoreMax(), LEAST_SCORE_MAX, MOST_SCORE_MAX),
        spec.integer("shortlist", none.shortlist(), 0, MOST_SHORTLIST));
  }

  /** The name of a strategy in a file. */
  static String name(Strategy strategy) {
    String type = strategy.getClass().getSimpleName();
    return Character.toLowerCase(type.charAt(0)) + type.substring(1);
  }

  private static Optional<Strategy> strategy(YamlValue value) {
    Optional<YamlMap> given = value.map();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    YamlMap map = given.get();
    Optional<Function<YamlMap, Strategy>> type =
        map.require("type").flatMap(t -> t.choice(STRATEGIES));
    if (type.isEmpty()) {
      return Optional.empty(); // whose parameters the others are is not known
    }
    Strategy strategy = type.get().apply(map);
    map.finish();
    return Optional.of(strategy);
  }

  private static Strategy leastUsed(YamlMap map) {
    double cpu = number(map, "cpuWeight", 1, 0, Double.MAX_VALUE);
    double memory = number(map, "memoryWeight", 1, 0, Double.MAX_VALUE);
    double dominant = number(map, "dominantWeight", 0, 0, Double.MAX_VALUE);
    double sum = cpu + memory + dominant;
    if (sum == 0) {
      map.self()
          .error("all weights are 0, so no node can be ranked: give at least one more than 0");
    } else if (Double.isInfinite(sum)) {
      map.self().error("the sum of the weights is not a finite number: give smaller ones");
    }
    return new LeastUsed(cpu, memory, dominant);
  }

  private static Strategy targetPacking(YamlMap map) {
    return new TargetPacking(number(map, "target", 0.4, 0.01, 0.99));
  }

  private static Strategy meanRisk(YamlMap map) {
    return new MeanRisk(
        number(map, "margin", 1, 0, Double.MAX_VALUE),
        number(map, "sensitivity", 1, 0.01, Double.MAX_VALUE));
  }

  private static Strategy headroom(YamlMap map) {
    return new Headroom(
        map.get("cpuFullScoreAt", 0.0, YamlValue::quantity),
        map.get("memoryFullScoreAt", 0.0, YamlValue::quantity));
  }

  private static double number(
      YamlMap map, String key, double fallback, double least, double most) {
    return map.get(key, fallback, value -> value.number(least, most));
  }
}

package dev.ballast.config;

import dev.ballast.config.PolicyDraft.Rules;
import dev.ballast.policy.BreakerPolicy;
import dev.ballast.policy.DataPolicy;
import dev.ballast.policy.InFlightPolicy;
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.OverloadPolicy.WhenAll;
import dev.ballast.policy.StateEffect;
import dev.ballast.policy.StateEffect.OnFilter;
import dev.ballast.policy.StateEffect.OnScore;
import dev.ballast.policy.TopologyPolicy;
import dev.ballast.topology.ZonePreference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the keys of a policy that name no metric; all of them are ours and none is required. */
final class PolicyRulesReader {
  /** The keys, in the order in which they are read. */
  static final List<String> KEYS =
      Stream.of(
              RankingReader.KEYS,
              List.of(
                  "whenAllOverloaded",
                  "maxRefusedShare",
                  "missingData",
                  "states",
                  "windowFallback",
                  "clockTolerance",
                  "inFlight",
                  "breaker",
                  "topology"))
          .flatMap(List::stream)
          .toList();

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final double LEAST_FACTOR = 0.01;
  private static final double MOST_FACTOR = 10;
  private static final Map<String, OnFilter> ON_FILTER =
      Map.of("pass", OnFilter.PASS, "reject", OnFilter.REJECT, "last-known", OnFilter.LAST_KNOWN);
  private static final Map<String, OnScore> ON_SCORE =
      Map.of(
          "renormalise", OnScore.RENORMALISE,
          "median", OnScore.MEDIAN,
          "crane", OnScore.CRANE);
  private static final Map<String, WhenAll> WHEN_ALL =
      Map.of("reject", WhenAll.REJECT, "leastOverloaded", WhenAll.LEAST_OVERLOADED);
  private static final Map<String, ZonePreference> PREFERENCES =
      Map.of("mostFree", ZonePreference.MOST_FREE, "leastFree", ZonePreference.LEAST_FREE);

  private final YamlMap spec;
  private final Duration shortestLife;

  /**
   * @param spec where the keys are
   * @param shortestLife the shortest life of a reading
   */
  PolicyRulesReader(YamlMap spec, Duration shortestLife) {
    this.spec = spec;
    this.shortestLife = shortestLife;
  }

  Rules read() {
    DataPolicy data = data();
    return new Rules(
        data,
        inFlight(),
        breaker(data.clockTolerance()),
        RankingReader.read(spec),
        overload(),
        topology());
  }

  private DataPolicy data() {
    DataPolicy none = DataPolicy.DEFAULT;
    Optional<YamlValue> shorthand = spec.get("missingData");
    OnScore score =
        shorthand.flatMap(value -> value.choice(ON_SCORE)).orElse(none.missing().score());
    Optional<YamlMap> states = spec.map("states");
    StateEffect stale = state(states, "stale", score);
    StateEffect missing = state(states, "missing", score);
    StateEffect implausible = state(states, "implausible", score);
    states.ifPresent(YamlMap::finish);
    return new DataPolicy(
        stale,
        missing,
        implausible,
        spec.get("windowFallback", none.windowFallback(), YamlValue::bool),
        spec.duration("clockTolerance", none.clockTolerance(), Duration.ZERO));
  }

  private StateEffect state(Optional<YamlMap> states, String name, OnScore score) {
    Optional<YamlMap> state = states.flatMap(map -> map.map(name));
    if (state.isEmpty()) {
      return new StateEffect(StateEffect.DEFAULT.filter(), score);
    }
    YamlMap map = state.get();
    StateEffect effect =
        new StateEffect(
            map.get("filter", StateEffect.DEFAULT.filter(), value -> value.choice(ON_FILTER)),
            map.get("score", score, value -> value.choice(ON_SCORE)));
    if (map.get("score").isPresent() && spec.get("missingData").isPresent()) {
      map.errorAt("score", "score is set for all states by missingData, too: keep one of the two");
    }
    map.finish();
    return effect;
  }

  private InFlightPolicy inFlight() {
    InFlightPolicy none = InFlightPolicy.DEFAULT;
    Optional<YamlMap> given = spec.map("inFlight");
    if (given.isEmpty()) {
      return none;
    }
    YamlMap map = given.get();
    InFlightPolicy inFlight =
        new InFlightPolicy(
            map.get("enabled", none.enabled(), YamlValue::bool),
            map.get("cpuFactor", none.cpuFactor(), PolicyRulesReader::factor),
            map.get("memoryFactor", none.memoryFactor(), PolicyRulesReader::factor),
            map.get("defaultCPU", none.defaultCpu(), YamlValue::quantity),
            map.get("defaultMemory", none.defaultMemory(), YamlValue::quantity),
            map.get("burstCap", none.burstCap(), value -> value.number(1, Double.MAX_VALUE)),
            map.duration("warmup", none.warmup(), Duration.ZERO),
            map.get("provisional", none.provisional(), YamlValue::bool));
    map.finish();
    return inFlight;
  }

  private static Optional<Double> factor(YamlValue value) {
    return value.number(LEAST_FACTOR, MOST_FACTOR);
  }

  private BreakerPolicy breaker(Duration clockTolerance) {
    BreakerPolicy none = BreakerPolicy.of(shortestLife, clockTolerance);
    Optional<YamlMap> given = spec.map("breaker");
    if (given.isEmpty()) {
      return none;
    }
    YamlMap map = given.get();
    BreakerPolicy breaker =
        new BreakerPolicy(
            map.get("lostShare", none.lostShare(), value -> value.number(0, 1)),
            map.duration("silence", none.silence(), SECOND),
            map.duration("memory", none.memory(), SECOND));
    if (breaker.silence().compareTo(shortestLife) < 0) {
      map.get("silence")
          .ifPresent(
              value ->
                  value.error(
                      String.format(
                          "silence is %s, shorter than the shortest staleAfter, %s: readings would"
                              + " still be fresh; give %s or more",
                          Durations.format(breaker.silence()),
                          Durations.format(shortestLife),
                          Durations.format(shortestLife))));
    }
    if (breaker.memory().compareTo(breaker.silence()) < 0) {
      map.errorAt(
          "memory",
          String.format(
              "memory is %s, shorter than silence, %s: nodes would be forgotten before their silence"
                  + " counts; give %s or more",
              Durations.format(breaker.memory()),
              Durations.format(breaker.silence()),
              Durations.format(breaker.silence())));
    }
    map.finish();
    return breaker;
  }

  private OverloadPolicy overload() {
    OverloadPolicy none = OverloadPolicy.DEFAULT;
    return new OverloadPolicy(
        spec.get("whenAllOverloaded", none.whenAll(), value -> value.choice(WHEN_ALL)),
        spec.get("maxRefusedShare", none.maxRefusedShare(), value -> value.number(0, 1)));
  }

  private TopologyPolicy topology() {
    TopologyPolicy none = TopologyPolicy.DEFAULT;
    Optional<YamlMap> given = spec.map("topology");
    if (given.isEmpty()) {
      return none;
    }
    YamlMap map = given.get();
    TopologyPolicy topology =
        new TopologyPolicy(
            map.get("enabled", none.enabled(), YamlValue::bool),
            map.get("weight", none.weight(), value -> value.number(0, 1)),
            map.get("prefer", none.prefer(), value -> value.choice(PREFERENCES)),
            map.get("lateResult", none.lateResult(), YamlValue::bool));
    map.finish();
    return topology;
  }
}

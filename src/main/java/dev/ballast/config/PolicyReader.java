package dev.ballast.config;

import dev.ballast.config.PolicyDraft.Line;
import dev.ballast.config.PolicyDraft.Rules;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.HotValuePolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Reads a DynamicSchedulerPolicy strictly, in crane's form ({@code
 * pkg/plugins/apis/policy/v1alpha1/types.go} of crane-scheduler) or in ours, a superset. We differ
 * from crane in what is refused: it takes unknown keys for absent and panics at a count of 0.
 */
public final class PolicyReader {
  /** The kind of document that is read. */
  public static final String KIND = "DynamicSchedulerPolicy";

  static final List<String> VERSIONS = List.of(DocumentHead.BALLAST, DocumentHead.CRANE);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String CRANE_LIMIT = "maxLimitPecent"; // crane's spelling
  private static final String LIMIT = "maxLimitPercent";
  private static final String ONLY_OURS =
      "exists only under apiVersion " + DocumentHead.BALLAST + ": remove it or use that apiVersion";

  private final Dialect dialect;

  private PolicyReader(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Reads a policy.
   *
   * @param catalogue the metrics that can be read; when absent, nothing is compared with it
   */
  public static Checked<DynamicSchedulerPolicy> read(
      YamlSource source, Optional<MetricCatalogue> catalogue) {
    Problems problems = new Problems(source.name());
    return Checked.of(
        YamlReader.read(source, problems)
            .filter(root -> DocumentHead.kind(root, List.of(KIND)).isPresent())
            .map(root -> read(root, catalogue)),
        problems);
  }

  /** Reads a document whose kind has been checked. The result counts only without errors. */
  static DynamicSchedulerPolicy read(YamlMap root, Optional<MetricCatalogue> catalogue) {
    boolean crane =
        DocumentHead.apiVersion(root, VERSIONS).filter(DocumentHead.CRANE::equals).isPresent();
    PolicyReader reader = new PolicyReader(crane ? Dialect.CRANE : Dialect.BALLAST);
    PolicyDraft draft =
        root.require("spec").flatMap(YamlValue::map).map(reader::spec).orElse(PolicyDraft.EMPTY);
    root.finish();
    PolicyAdvice.give(draft, catalogue);
    return draft.policy();
  }

  private PolicyDraft spec(YamlMap spec) {
    List<String> schedulerNames = schedulerNames(spec);
    List<Line<SyncPolicy>> syncs = metrics(spec.require("syncPolicy"), this::sync);
    Duration shortestLife = DynamicSchedulerPolicy.shortestLife(PolicyDraft.values(syncs));
    PolicyDraft draft =
        new PolicyDraft(
            dialect,
            Optional.of(spec),
            schedulerNames,
            syncs,
            metrics(spec.get("predicate"), this::predicate),
            metrics(spec.get("priority"), this::priority),
            spec.get("hotValue").map(this::hotValues).orElse(List.of()),
            rules(spec, shortestLife));
    spec.finish();
    spec.get("syncPolicy").ifPresent(value -> checkSynced(value, draft));
    spec.get("priority").ifPresent(value -> checkWeights(value, draft.priorities()));
    return draft;
  }

  private List<String> schedulerNames(YamlMap spec) {
    List<String> names = List.of(DynamicSchedulerPolicy.DEFAULT_SCHEDULER_NAME);
    if (dialect == Dialect.CRANE) {
      spec.refuse("schedulerNames", ONLY_OURS);
      return names;
    }
    return spec.get("schedulerNames").map(PolicyReader::schedulerNames).orElse(names);
  }

  private static List<String> schedulerNames(YamlValue value) {
    Map<String, Integer> lines = new LinkedHashMap<>();
    List<YamlValue> items = value.items();
    if (value.isEmptyList()) {
      value.error(
          "schedulerNames is without a name, so no pod would be ours: name a scheduler or remove"
              + " the key");
    }
    for (YamlValue item : items) {
      item.text()
          .ifPresent(
              name -> {
                Integer line = lines.putIfAbsent(name, item.line());
                if (line != null) {
                  item.error(twice("the scheduler", name, "schedulerNames", line));
                }
              });
    }
    return List.copyOf(lines.keySet());
  }

  private Rules rules(YamlMap spec, Duration shortestLife) {
    if (dialect == Dialect.CRANE) {
      PolicyRulesReader.KEYS.forEach(key -> spec.refuse(key, ONLY_OURS));
      return Rules.of(dialect, shortestLife);
    }
    return new PolicyRulesReader(spec, shortestLife).read();
  }

  /** The entries of a list that names metrics, each once; those with errors are left out. */
  private static <T> List<Line<T>> metrics(
      Optional<YamlValue> list, BiFunction<YamlMap, String, Optional<T>> read) {
    List<Line<T>> lines = new ArrayList<>();
    Map<String, Integer> seen = new HashMap<>();
    for (YamlValue item : list.map(YamlValue::items).orElse(List.of())) {
      Optional<YamlMap> map = item.map();
      if (map.isEmpty()) {
        continue;
      }
      Optional<YamlValue> name = map.get().require("name");
      Optional<String> text = name.flatMap(MetricNames::read);
      Optional<T> value = read.apply(map.get(), text.orElse(""));
      map.get().finish();
      if (name.isEmpty() || text.isEmpty()) {
        continue;
      }
      Integer line = seen.putIfAbsent(text.get(), name.get().line());
      if (line != null) {
        String where = list.map(YamlValue::path).orElse("");
        name.get().error(twice("the metric", text.get(), where, line));
        continue;
      }
      lines.add(new Line<>(text.get(), name.get(), map.get(), value));
    }
    return lines;
  }

  private static String twice(String what, String name, String where, int line) {
    return String.format(
        "%s %s is twice in %s, first in line %d: keep one", what, Quoted.text(name), where, line);
  }

  private Optional<SyncPolicy> sync(YamlMap map, String name) {
    Optional<Duration> period = map.require("period").flatMap(value -> value.duration(SECOND));
    if (dialect == Dialect.CRANE) {
      map.refuse("staleAfter", ONLY_OURS);
      return period.map(p -> SyncPolicy.of(name, p));
    }
    Optional<YamlValue> staleAfter = map.get("staleAfter");
    if (staleAfter.isEmpty()) {
      return period.map(p -> SyncPolicy.of(name, p));
    }
    Optional<Duration> life = staleAfter.get().duration(SECOND);
    if (period.isEmpty() || life.isEmpty()) {
      return Optional.empty();
    }
    if (life.get().compareTo(period.get()) <= 0) {
      staleAfter
          .get()
          .error(
              String.format(
                  "staleAfter is %s, not longer than the period of %s: each reading would be stale"
                      + " before the next one; give more, such as %s",
                  Durations.format(life.get()),
                  Durations.format(period.get()),
                  Durations.format(period.get().multipliedBy(2))));
    }
    return Optional.of(new SyncPolicy(name, period.get(), life.get()));
  }

  private Optional<PredicatePolicy> predicate(YamlMap map, String name) {
    Optional<YamlValue> limit = map.get(CRANE_LIMIT);
    Optional<YamlValue> right = map.get(LIMIT);
    if (limit.isPresent() && right.isPresent()) {
      map.errorAt(
          LIMIT, "maxLimitPecent and maxLimitPercent are two spellings of one key: keep one");
    } else if (limit.isEmpty() && right.isEmpty()) {
      map.self().error(LIMIT + " is missing: add it here, for example " + LIMIT + ": 0.65");
    }
    return limit
        .or(() -> right)
        .flatMap(value -> value.number(0, 1))
        .map(fraction -> new PredicatePolicy(name, fraction));
  }

  private Optional<PriorityPolicy> priority(YamlMap map, String name) {
    return map.require("weight")
        .flatMap(value -> value.number(0, Double.MAX_VALUE))
        .map(weight -> new PriorityPolicy(name, weight));
  }

  private List<HotValuePolicy> hotValues(YamlValue list) {
    List<HotValuePolicy> hotValues = new ArrayList<>();
    for (YamlValue item : list.items()) {
      item.map()
          .ifPresent(
              map -> {
                Optional<Duration> timeRange =
                    map.require("timeRange").flatMap(value -> value.duration(SECOND));
                Optional<Integer> count =
                    map.require("count").flatMap(value -> value.integer(1, Integer.MAX_VALUE));
                map.finish();
                if (timeRange.isPresent() && count.isPresent()) {
                  hotValues.add(new HotValuePolicy(timeRange.get(), count.get()));
                }
              });
    }
    return hotValues;
  }

  private static void checkSynced(YamlValue syncPolicy, PolicyDraft draft) {
    List<String> synced = draft.syncs().stream().map(Line::name).toList();
    if (synced.isEmpty()) {
      if (syncPolicy.isEmptyList()) {
        syncPolicy.error("syncPolicy is without a metric: add one with its name and period");
      }
      return; // what is wrong with the list has been said
    }
    draft.users().stream()
        .filter(line -> !synced.contains(line.name()))
        .forEach(
            line ->
                line.at()
                    .error(
                        String.format(
                            "the metric %s has no sync period: add it to spec.syncPolicy%s",
                            Quoted.text(line.name()), Similar.question(line.name(), synced))));
  }

  private static void checkWeights(YamlValue list, List<Line<PriorityPolicy>> priorities) {
    boolean allRead = priorities.stream().allMatch(line -> line.value().isPresent());
    double sum =
        priorities.stream()
            .flatMap(line -> line.value().stream())
            .mapToDouble(p -> p.weight())
            .sum();
    if (!priorities.isEmpty() && allRead && sum == 0) {
      list.error("all weights are 0, so no node can be ranked: give at least one more than 0");
    } else if (Double.isInfinite(sum)) {
      list.error("the sum of the weights is not a finite number: give smaller ones");
    }
  }
}

package dev.ballast.config;

import dev.ballast.config.PolicyDraft.Line;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The warnings: what is legal in a policy but most likely not meant; and the errors that only the
 * catalogue shows.
 */
final class PolicyAdvice {
  private static final double LOW_LIMIT = 0.1;
  private static final int LONG_LIFE_PERIODS = 3;
  private static final int SHORT = 8;

  private final PolicyDraft draft;
  private final Optional<MetricCatalogue> catalogue;

  private PolicyAdvice(PolicyDraft draft, Optional<MetricCatalogue> catalogue) {
    this.draft = draft;
    this.catalogue = catalogue;
  }

  static void give(PolicyDraft draft, Optional<MetricCatalogue> catalogue) {
    PolicyAdvice advice = new PolicyAdvice(draft, catalogue);
    draft.spec().ifPresent(advice::onSpec);
    advice.onSyncs();
    advice.onPredicates();
    advice.onPriorities();
    advice.onStrategy();
  }

  private void onSpec(YamlMap spec) {
    if (spec.get("predicate").map(YamlValue::isEmptyList).orElse(true)) {
      spec.warnAt("predicate", "there is no predicate, so no node is ever refused: add a limit");
    }
    Strategy strategy = draft.rules().ranking().strategy();
    boolean noPriority = spec.get("priority").map(YamlValue::isEmptyList).orElse(true);
    if (strategy instanceof Strategy.Weighted && noPriority) {
      spec.warnAt("priority", "there is no priority, so no node is preferred: add a weight");
    } else if (!(strategy instanceof Strategy.Weighted) && !noPriority) {
      spec.warnAt(
          "priority",
          "priority does not count under the strategy "
              + RankingReader.name(strategy)
              + ": remove it, or use the strategy weighted");
    }
    int shortlist = draft.rules().ranking().shortlist();
    if (shortlist > 0 && shortlist < SHORT) {
      spec.warnAt(
          "shortlist",
          String.format(
              "a shortlist of %d leaves kube-scheduler's own plugins little to choose from: give %d or"
                  + " more, or 0 for all nodes",
              shortlist, SHORT));
    }
    if (draft.schedulerNames().contains("default-scheduler")) {
      spec.warnAt(
          "schedulerNames",
          "schedulerNames has default-scheduler, so every pod that names no scheduler is judged:"
              + " name a scheduler of its own unless that is meant");
    }
    if (draft.dialect() == Dialect.BALLAST && !draft.hotValues().isEmpty()) {
      spec.warnAt(
          "hotValue",
          draft.rules().inFlight().enabled()
              ? "hotValue and inFlight both count recent bindings, so these count twice: remove"
                  + " hotValue, or set inFlight.enabled to false"
              : "hotValue punishes recent bindings with a fixed amount and is off by default under"
                  + " this apiVersion: keep it only if crane's annotator or Ballast writes"
                  + " node_hot_value");
    }
  }

  private void onSyncs() {
    Set<String> used =
        Stream.concat(
                draft.users().stream().map(Line::name),
                catalogue.stream().flatMap(this::usedUnnamed))
            .collect(Collectors.toSet());
    for (Line<SyncPolicy> line : draft.syncs()) {
      if (!used.contains(line.name())) {
        line.at()
            .warning(
                String.format(
                    "the metric %s is read, but nothing limits or scores it: remove it or use it",
                    Quoted.text(line.name())));
      }
      line.value().ifPresent(sync -> onLife(line, sync));
      catalogue.ifPresent(c -> onSource(line, c));
    }
  }

  /** The metrics that a strategy takes by what they measure, and those that raise maxima. */
  private Stream<String> usedUnnamed(MetricCatalogue catalogue) {
    DynamicSchedulerPolicy policy = draft.policy();
    MetricTable table = MetricTable.of(policy, catalogue.shapes());
    boolean byResource = !(policy.ranking().strategy() instanceof Strategy.Weighted);
    return Stream.of(Resource.CPU, Resource.MEMORY)
        .flatMapToInt(
            resource ->
                IntStream.of(
                    byResource || (policy.inFlight().enabled() && hasMaximum(resource, catalogue))
                        ? table.shortest(resource, MetricKind.MEAN)
                        : MetricTable.NONE,
                    byResource ? table.shortest(resource, MetricKind.STDEV) : MetricTable.NONE))
        .filter(i -> i != MetricTable.NONE)
        .mapToObj(table::name);
  }

  private boolean hasMaximum(Resource resource, MetricCatalogue catalogue) {
    return draft.users().stream()
        .flatMap(line -> catalogue.find(line.name()).stream())
        .anyMatch(d -> d.resource() == resource && d.kind() == MetricKind.MAX);
  }

  /** What the strategy needs is there. */
  private void onStrategy() {
    Strategy strategy = draft.rules().ranking().strategy();
    Optional<YamlValue> at = draft.spec().flatMap(spec -> spec.get("strategy"));
    if (at.isPresent() && catalogue.isPresent() && !draft.syncs().isEmpty()) {
      MetricTable table = MetricTable.of(draft.policy(), catalogue.get().shapes());
      StrategyCheck.missing(strategy, table).ifPresent(at.get()::error);
      StrategyCheck.halves(strategy, table).ifPresent(at.get()::warning);
    }
  }

  private static void onLife(Line<SyncPolicy> line, SyncPolicy sync) {
    Duration most = sync.period().multipliedBy(LONG_LIFE_PERIODS);
    Optional<YamlValue> staleAfter = line.map().get("staleAfter");
    if (staleAfter.isPresent() && sync.staleAfter().compareTo(most) > 0) {
      staleAfter
          .get()
          .warning(
              String.format(
                  "staleAfter is %s, more than %d periods: old readings pass for fresh; give %s or"
                      + " less",
                  Durations.format(sync.staleAfter()), LONG_LIFE_PERIODS, Durations.format(most)));
    }
  }

  private static void onSource(Line<SyncPolicy> line, MetricCatalogue catalogue) {
    Optional<MetricDefinition> definition = catalogue.find(line.name());
    if (definition.isEmpty()) {
      line.at()
          .warning(
              String.format(
                  "the metric %s is not in the catalogue, so Ballast's annotator does not read it:"
                      + " add it to metrics.definitions of the configuration, or let somebody else"
                      + " write the annotation%s",
                  Quoted.text(line.name()),
                  Similar.question(line.name(), catalogue.metrics().keySet())));
      return;
    }
    Duration window = definition.get().window();
    Optional<YamlValue> period = line.map().get("period");
    if (period.isPresent()
        && line.value().map(sync -> sync.period().compareTo(window) > 0).orElse(false)) {
      period
          .get()
          .warning(
              String.format(
                  "period is longer than the window of the metric, %s, so load between two readings"
                      + " is never seen: give %s or less",
                  Durations.format(window), Durations.format(window)));
    }
  }

  private void onPredicates() {
    for (Line<PredicatePolicy> line : draft.predicates()) {
      double limit = line.value().map(PredicatePolicy::limit).orElse(1.0);
      YamlMap map = line.map();
      YamlValue at =
          map.get("maxLimitPecent").or(() -> map.get("maxLimitPercent")).orElse(line.at());
      if (limit == 0) {
        at.warning("a limit of 0 switches the limit off: remove the entry or give a limit");
      } else if (limit < LOW_LIMIT) {
        at.warning(
            String.format(
                "a limit of %s refuses nodes that are nearly idle: give a fraction of capacity such"
                    + " as 0.65",
                limit));
      } else {
        catalogue.flatMap(c -> shadow(line, limit, c)).ifPresent(at::warning);
      }
    }
  }

  /**
   * The limit of a maximum that makes this limit of a mean idle: the maximum over a longer window
   * is never below the mean, so it refuses first.
   */
  private Optional<String> shadow(
      Line<PredicatePolicy> mean, double limit, MetricCatalogue catalogue) {
    Optional<MetricDefinition> shorter =
        catalogue.find(mean.name()).filter(d -> d.kind() == MetricKind.MEAN);
    return draft.predicates().stream()
        .flatMap(line -> line.value().stream())
        .filter(other -> other.limit() > 0 && other.limit() <= limit)
        .filter(
            other ->
                shorter.isPresent()
                    && catalogue
                        .find(other.name())
                        .filter(d -> covers(d, shorter.get()))
                        .isPresent())
        .findFirst()
        .map(
            other ->
                String.format(
                    "this limit never decides: %s is the maximum over a longer window and already"
                        + " refuses at %s; give the mean the lower limit",
                    Quoted.text(other.name()), other.limit()));
  }

  private static boolean covers(MetricDefinition maximum, MetricDefinition mean) {
    return maximum.kind() == MetricKind.MAX
        && maximum.resource() == mean.resource()
        && maximum.window().compareTo(mean.window()) > 0;
  }

  private void onPriorities() {
    boolean someWeight =
        draft.priorities().stream()
            .anyMatch(line -> line.value().map(PriorityPolicy::weight).orElse(0.0) > 0);
    for (Line<PriorityPolicy> line : draft.priorities()) {
      if (someWeight && line.value().map(p -> p.weight() == 0).orElse(false)) {
        line.map()
            .get("weight")
            .ifPresent(
                weight ->
                    weight.warning("a weight of 0 does not count: remove the entry or weigh it"));
      }
    }
  }
}

package dev.ballast.config;

import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricTable;
import dev.ballast.load.Resource;
import dev.ballast.policy.Strategy;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether the metrics of a policy are those that its strategy works on. */
final class StrategyCheck {
  private StrategyCheck() {}

  /** What is wrong when the strategy can rank no node. */
  static Optional<String> missing(Strategy strategy, MetricTable table) {
    String needs;
    if (strategy instanceof Strategy.Weighted) {
      return Optional.empty();
    } else if (strategy instanceof Strategy.TargetPacking) {
      needs = has(table, Resource.CPU, MetricKind.MEAN) ? "" : "a metric of kind mean for cpu";
    } else if (strategy instanceof Strategy.MeanRisk) {
      needs =
          resources().anyMatch(r -> complete(table, r))
              ? ""
              : "metrics of the kinds mean and stdev for cpu or memory";
    } else {
      needs =
          resources().anyMatch(r -> has(table, r, MetricKind.MEAN))
              ? ""
              : "a metric of kind mean for cpu or memory";
    }
    return needs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                "the strategy %s needs %s, which syncPolicy has not: add what is missing there, and to"
                    + " metrics.definitions of the configuration if it is not in the catalogue",
                RankingReader.name(strategy), needs));
  }

  /** What does not count although it is read: a mean without its deviation. */
  static Optional<String> halves(Strategy strategy, MetricTable table) {
    if (!(strategy instanceof Strategy.MeanRisk)
        || resources().noneMatch(r -> complete(table, r))) {
      return Optional.empty();
    }
    return resources()
        .filter(r -> has(table, r, MetricKind.MEAN) && !complete(table, r))
        .findFirst()
        .map(
            r ->
                String.format(
                    "the strategy meanRisk leaves %s out, as syncPolicy has no metric of kind stdev"
                        + " for it: add one if it is to count",
                    r == Resource.CPU ? "cpu" : "memory"));
  }

  private static boolean complete(MetricTable table, Resource resource) {
    return has(table, resource, MetricKind.MEAN) && has(table, resource, MetricKind.STDEV);
  }

  private static boolean has(MetricTable table, Resource resource, MetricKind kind) {
    return table.shortest(resource, kind) != MetricTable.NONE;
  }

  private static Stream<Resource> resources() {
    return Stream.of(Resource.CPU, Resource.MEMORY);
  }
}

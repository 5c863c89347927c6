package dev.ballast.config;

import dev.ballast.load.LoadAnnotations;
import java.util.Optional;
import java.util.Set;

/** Names of metrics, which are keys of node annotations, too. */
final class MetricNames {
  private static final Set<String> OTHER_ANNOTATIONS =
      Set.of(LoadAnnotations.HOT_VALUE, LoadAnnotations.STALE_SINCE, LoadAnnotations.FROZEN_SINCE);

  private MetricNames() {}

  /** A metric's name, unless it cannot be the key of an annotation or is one that is no metric. */
  static Optional<String> read(YamlValue value) {
    Optional<String> name = value.text();
    Optional<String> wrong = name.flatMap(MetricNames::wrong);
    wrong.ifPresent(w -> value.error("the metric " + Quoted.text(name.orElse("")) + " " + w));
    return wrong.isPresent() ? Optional.empty() : name;
  }

  private static Optional<String> wrong(String name) {
    return OTHER_ANNOTATIONS.contains(name)
        ? Optional.of("is the key of an annotation that is no metric: use another name")
        : Names.annotationKey(name);
  }
}

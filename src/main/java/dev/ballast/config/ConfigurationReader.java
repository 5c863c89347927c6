package dev.ballast.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads a BallastConfiguration strictly; what is absent has its default. */
public final class ConfigurationReader {
  /** The kind of document that is read. */
  public static final String KIND = "BallastConfiguration";

  private static final List<String> VERSIONS = List.of(DocumentHead.BALLAST);

  private ConfigurationReader() {}

  /** Reads a configuration. */
  public static Checked<BallastConfiguration> read(YamlSource source) {
    Problems problems = new Problems(source.name());
    return Checked.of(
        YamlReader.read(source, problems)
            .filter(root -> DocumentHead.kind(root, List.of(KIND)).isPresent())
            .map(ConfigurationReader::read),
        problems);
  }

  /** Reads a document whose kind has been checked. The result counts only without errors. */
  static BallastConfiguration read(YamlMap root) {
    DocumentHead.apiVersion(root, VERSIONS);
    BallastConfiguration defaults = BallastConfiguration.DEFAULTS;
    PrometheusConfig prometheus =
        section(root, "prometheus", defaults.prometheus(), PrometheusConfig::read);
    MetricCatalogue metrics = MetricsReader.read(root.map("metrics"), prometheus.scrapeInterval());
    BallastConfiguration configuration =
        new BallastConfiguration(
            section(root, "extender", defaults.extender(), ExtenderConfig::read),
            section(root, "operations", defaults.operations(), OperationsConfig::read),
            prometheus,
            section(root, "annotations", defaults.annotations(), AnnotationsConfig::read),
            section(root, "leaderElection", defaults.leaderElection(), LeaderElectionConfig::read),
            metrics);
    root.finish();
    checkPorts(root, configuration);
    return configuration;
  }

  private static <T> T section(YamlMap root, String key, T fallback, Function<YamlMap, T> read) {
    Optional<YamlMap> map = root.map(key);
    return map.map(read).orElse(fallback);
  }

  private static void checkPorts(YamlMap root, BallastConfiguration configuration) {
    int port = configuration.operations().port();
    if (port != 0 && port == configuration.extender().port()) {
      root.errorAt(
          "operations",
          "operations and extender both listen on port "
              + port
              + ": give one of them another port");
    }
  }
}

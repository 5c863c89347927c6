package dev.ballast.config;

import dev.ballast.config.Problem.Severity;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads all that a process of Ballast is configured by, and tells all problems at once. */
public final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * Configuration and policy, checked against each other. Immutable.
   *
   * @param policyVersion the {@link YamlSource#version} of the policy's file
   */
  public record Loaded(
      BallastConfiguration configuration, DynamicSchedulerPolicy policy, String policyVersion) {}

  /**
   * Reads the configuration, if there is a file, and the policy. A file that cannot be read is an
   * error among the others.
   */
  public static Checked<Loaded> load(Optional<Path> configuration, Path policy) {
    return load(configuration, policy, false);
  }

  /**
   * As {@link #load(Optional, Path)}, for a process that annotates: there it is an error, too, when
   * the configuration does not say where Prometheus is.
   */
  public static Checked<Loaded> loadForAnnotator(Optional<Path> configuration, Path policy) {
    return load(configuration, policy, true);
  }

  private static Checked<Loaded> load(
      Optional<Path> configuration, Path policy, boolean annotates) {
    List<Problem> problems = new ArrayList<>();
    Optional<BallastConfiguration> config =
        configuration.isEmpty()
            ? Optional.of(BallastConfiguration.DEFAULTS)
            : source(configuration.get(), problems).flatMap(s -> configuration(s, problems));
    if (annotates && config.filter(c -> c.prometheus().url().isEmpty()).isPresent()) {
      problems.add(
          fileError(
              configuration.map(Path::toString).orElse("(no configuration)"),
              "prometheus.url",
              "prometheus.url is missing, and the annotator has to ask Prometheus: add one such as"
                  + " http://prometheus:9090"));
    }
    Optional<YamlSource> source = source(policy, problems);
    Optional<DynamicSchedulerPolicy> checked =
        source.flatMap(s -> policy(s, config.map(BallastConfiguration::metrics), problems));
    String version = source.map(YamlSource::version).orElse("");
    boolean refused = problems.stream().anyMatch(Problem::isError);
    return new Checked<>(
        config.flatMap(c -> checked.map(p -> new Loaded(c, p, version))).filter(l -> !refused),
        problems);
  }

  private static Optional<DynamicSchedulerPolicy> policy(
      YamlSource source, Optional<MetricCatalogue> catalogue, List<Problem> problems) {
    Checked<DynamicSchedulerPolicy> read = PolicyReader.read(source, catalogue);
    problems.addAll(read.problems());
    return read.value();
  }

  private static Optional<YamlSource> source(Path file, List<Problem> problems) {
    try {
      return Optional.of(YamlSource.read(file));
    } catch (IOException e) {
      problems.add(
          fileError(
              file.toString(),
              "",
              "cannot be read (" + YamlSource.reason(e) + "): check its name and permissions"));
      return Optional.empty();
    }
  }

  private static Optional<BallastConfiguration> configuration(
      YamlSource source, List<Problem> problems) {
    Checked<BallastConfiguration> read = ConfigurationReader.read(source);
    problems.addAll(read.problems());
    return read.value();
  }

  private static Problem fileError(String file, String path, String message) {
    return new Problem(Severity.ERROR, file, 1, 1, path, message);
  }
}

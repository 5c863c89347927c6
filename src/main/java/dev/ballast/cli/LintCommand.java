package dev.ballast.cli;

import dev.ballast.config.BallastConfiguration;
import dev.ballast.config.Checked;
import dev.ballast.config.ConfigurationReader;
import dev.ballast.config.DocumentReader;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.YamlSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks policies and configurations as {@code serve} would, and tells all problems at once. */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    description = {
      "Checks policies (crane's form or ours) and configurations.",
      "Prints each problem as file:line:column: error|warning: message."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:no problem, or warnings only",
      "1:an error, or with --strict a warning",
      "2:wrong usage, or a file that cannot be read"
    })
final class LintCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "YAML files; their kind decides")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Output output = Output.text;

  @Option(names = "--strict", description = "exit 1 on warnings, too")
  private boolean strict;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "BallastConfiguration whose metrics policies are compared with; default: the metrics that"
              + " Ballast knows without one")
  private @Nullable Path config;

  @Override
  public Integer call() {
    LintReport report = new LintReport();
    Optional<MetricCatalogue> catalogue = catalogue(report);
    Set<Path> rest = new LinkedHashSet<>(files);
    if (config != null) {
      rest.remove(config);
    }
    rest.forEach(file -> check(file, catalogue, report));
    CommandLine line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    line.getOut().print(output == Output.json ? report.json() : report.text());
    line.getOut().flush();
    report.unreadable().forEach(why -> line.getErr().println("ballast lint: cannot read " + why));
    line.getErr().flush();
    if (!report.unreadable().isEmpty()) {
      return 2;
    }
    return report.errors() > 0 || (strict && report.warnings() > 0) ? 1 : 0;
  }

  /** The metrics to compare with; none when the configuration is in error, which is reported. */
  private Optional<MetricCatalogue> catalogue(LintReport report) {
    if (config == null) {
      return Optional.of(BallastConfiguration.DEFAULTS.metrics());
    }
    return source(config, report)
        .flatMap(
            source -> {
              Checked<BallastConfiguration> read = ConfigurationReader.read(source);
              report.add(source.name(), Optional.of(ConfigurationReader.KIND), read.problems());
              return read.value().map(BallastConfiguration::metrics);
            });
  }

  private void check(Path file, Optional<MetricCatalogue> catalogue, LintReport report) {
    source(file, report)
        .map(source -> DocumentReader.read(source, catalogue))
        .ifPresent(read -> report.add(file.toString(), read.kind(), read.problems()));
  }

  private Optional<YamlSource> source(Path file, LintReport report) {
    try {
      return Optional.of(YamlSource.read(file));
    } catch (IOException e) {
      report.addUnreadable(file + ": " + YamlSource.reason(e));
      return Optional.empty();
    }
  }
}

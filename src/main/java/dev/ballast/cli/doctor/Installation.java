package dev.ballast.cli.doctor;

import dev.ballast.config.ConfigLoader;
import dev.ballast.config.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads policy and configuration, and tells what lint says of them. */
final class Installation {
  private static final String LINT = "ballast lint FILE tells the same with all places";

  /**
   * What came of it.
   *
   * @param loaded empty when there are errors
   */
  record Read(Optional<ConfigLoader.Loaded> loaded, List<Finding> findings) {}

  private Installation() {}

  static Read read(Path policy, Optional<Path> config) {
    var checked = ConfigLoader.load(config, policy);
    var findings = new ArrayList<Finding>();
    config.ifPresent(file -> findings.add(lint("configuration", file, checked.problems())));
    findings.add(lint("policy", policy, checked.problems()));
    return new Read(checked.value(), findings);
  }

  private static Finding lint(String check, Path file, List<Problem> all) {
    var problems = all.stream().filter(p -> p.file().equals(file.toString())).toList();
    long errors = problems.stream().filter(Problem::isError).count();
    if (problems.isEmpty()) {
      return Finding.ok(check, file + " has no problem");
    }
    var first = problems.stream().filter(p -> p.isError() || errors == 0).findFirst().orElseThrow();
    String seen =
        "%s, %s, the first: %s"
            .formatted(
                Words.count(errors, "error"),
                Words.count(problems.size() - errors, "warning"),
                first);
    return errors > 0 ? Finding.broken(check, seen, LINT) : Finding.warning(check, seen, LINT);
  }
}

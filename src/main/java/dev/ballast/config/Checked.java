package dev.ballast.config;

import java.util.List;
import java.util.Optional;

/**
 * What came of reading a file strictly: a value that may be used, or errors; and warnings in either
 * case. Immutable.
 *
 * @param value present exactly when no problem is an error
 * @param problems all problems by position
 * @param <T> what the file holds
 */
public record Checked<T>(Optional<T> value, List<Problem> problems) {
  public Checked {
    problems = List.copyOf(problems);
  }

  static <T> Checked<T> of(Optional<T> value, Problems problems) {
    return new Checked<>(problems.hasErrors() ? Optional.empty() : value, problems.sorted());
  }
}

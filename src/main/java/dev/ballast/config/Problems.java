package dev.ballast.config;

import dev.ballast.config.Problem.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the problems of one file, at most {@value #MOST} of a severity: an alias can repeat a
 * mistake more often than anybody wants to read. Confined to the thread that reads the file.
 */
final class Problems {
  static final int MOST = 100;

  private final String file;
  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  Problems(String file) {
    this.file = file;
  }

  void error(Position at, String path, String message) {
    add(errors, Severity.ERROR, at, path, message);
  }

  void warning(Position at, String path, String message) {
    add(warnings, Severity.WARNING, at, path, message);
  }

  boolean hasErrors() {
    return !errors.isEmpty();
  }

  /** All problems by position; a file without errors has none that {@code isError}. */
  List<Problem> sorted() {
    List<Problem> all = new ArrayList<>(errors);
    all.addAll(warnings);
    return all.stream().sorted().toList();
  }

  private void add(List<Problem> to, Severity severity, Position at, String path, String message) {
    if (to.size() < MOST) {
      to.add(new Problem(severity, file, at.line(), at.column(), path, message));
    } else if (to.size() == MOST) {
      String more = "more than " + MOST + " problems of this kind: correct those before this one";
      to.add(new Problem(severity, file, at.line(), at.column(), path, more));
    }
  }

  /**
   * A place in the file.
   *
   * @param line from 1
   * @param column in characters, from 1
   */
  record Position(int line, int column) {
    static final Position START = new Position(1, 1);
  }
}

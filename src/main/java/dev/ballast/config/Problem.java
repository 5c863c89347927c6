package dev.ballast.config;

import java.util.Comparator;
import java.util.Locale;

/**
 * Something wrong or unwise in a file: where, what, and what to do about it. Immutable; ordered by
 * position.
 *
 * @param severity whether the file can be used
 * @param file the file's name as it was given
 * @param line line of the file, from 1
 * @param column column in characters, from 1
 * @param path the place in the document, such as {@code spec.predicate[0].name}; empty for the file
 * @param message one line: the thing, its value, the limit and what to do
 */
public record Problem(
    Severity severity, String file, int line, int column, String path, String message)
    implements Comparable<Problem> {

  private static final Comparator<Problem> BY_POSITION =
      Comparator.comparingInt(Problem::line)
          .thenComparingInt(Problem::column)
          .thenComparing(Problem::severity)
          .thenComparing(Problem::message);

  /** Whether a file with the problem can be used. */
  public enum Severity {
    /** The file is refused. */
    ERROR,
    /** Legal, but unwise. */
    WARNING;

    /** {@code error} or {@code warning}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** True when the file is refused for it. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** Orders the problems of one file by position; not consistent with equals over files. */
  @Override
  public int compareTo(Problem other) {
    return BY_POSITION.compare(this, other);
  }

  /** The problem as compilers print it: {@code file:line:column: error: message}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + severity.text() + ": " + message;
  }
}

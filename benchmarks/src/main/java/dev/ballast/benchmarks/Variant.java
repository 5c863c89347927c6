package dev.ballast.benchmarks;

import java.util.Locale;

/**
 * What is beside kube-scheduler in a run.
 *
 * @param keep most nodes that filter gives back; 0 for all that pass
 */
record Variant(Kind kind, int keep) {
  /** The kinds of extenders that are compared. */
  enum Kind {
    STOCK("no extender"),
    NOT_INTERESTED("extender configured, but only for a resource that no pod asks for"),
    NOOP("a Go extender that decodes and echoes"),
    CEILING("a Go stub that decodes nothing"),
    BALLAST("Ballast"),
    BALLAST_BIND("Ballast, which writes the bindings, too");

    final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean shortens() {
      return this == CEILING || this == BALLAST;
    }
  }

  /**
   * Reads a name such as {@code stock}, {@code not-interested}, {@code noop}, {@code ceiling},
   * {@code ceiling-32}, {@code ballast}, {@code ballast-32} or {@code ballast-bind}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Variant parse(String name) {
    for (var kind : Kind.values()) {
      if (name.equals(kind.label())) {
        return new Variant(kind, 0);
      }
      if (kind.shortens() && name.matches(kind.label() + "-[1-9][0-9]{0,4}")) {
        return new Variant(kind, Integer.parseInt(name.substring(kind.label().length() + 1)));
      }
    }
    throw new IllegalArgumentException(
        "'"
            + name
            + "' is no variant; they are stock, not-interested, noop, ceiling, ballast, ballast-bind,"
            + " and ceiling and ballast with a shortlist, such as ballast-32");
  }

  /** Its name, which {@link #parse} reads. */
  String label() {
    return keep == 0 ? kind.label() : kind.label() + "-" + keep;
  }

  /** The stub that gives back as many names and thinks about none of them. */
  Variant ceiling() {
    return new Variant(Kind.CEILING, keep);
  }
}

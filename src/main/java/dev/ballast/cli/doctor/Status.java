package dev.ballast.cli.doctor;

import java.util.Locale;

/** How a check ended. */
enum Status {
  OK,
  /** It works, and somebody should look at it. */
  WARNING,
  /** It does not do what it is there for. */
  BROKEN,
  /** It could not be looked at; nothing is known. */
  SKIPPED;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

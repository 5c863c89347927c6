package dev.ballast.cli;

/** The exit codes of all commands. */
final class ExitCode {
  static final int OK = 0;

  /** It ran and says no. */
  static final int SAYS_NO = 1;

  /** Usage or configuration. */
  static final int USAGE = 2;

  private ExitCode() {}
}

package dev.ballast.cli.doctor;

/**
 * What a check found.
 *
 * @param check its name, which does not change between versions
 * @param subject what it looked at where it looks at several things; empty otherwise
 * @param status how it ended
 * @param seen what is there, with values; for a skipped one, why
 * @param advice what to do; empty where there is nothing to do
 */
record Finding(String check, String subject, Status status, String seen, String advice) {
  static Finding ok(String check, String seen) {
    return new Finding(check, "", Status.OK, seen, "");
  }

  static Finding warning(String check, String seen, String advice) {
    return new Finding(check, "", Status.WARNING, seen, advice);
  }

  static Finding broken(String check, String seen, String advice) {
    return new Finding(check, "", Status.BROKEN, seen, advice);
  }

  static Finding skipped(String check, String why, String advice) {
    return new Finding(check, "", Status.SKIPPED, why, advice);
  }

  /** The same of one of several things. */
  Finding of(String what) {
    return new Finding(check, what, status, seen, advice);
  }
}

package dev.ballast.cli;

/**
 * What a check found.
 *
 * @param check what was looked at
 * @param ok whether it is as it should be
 * @param detail what is there; where it is not ok, also what to do
 */
record Finding(String check, boolean ok, String detail) {
  static Finding good(String check, String detail) {
    return new Finding(check, true, detail);
  }

  static Finding bad(String check, String detail) {
    return new Finding(check, false, detail);
  }

  @Override
  public String toString() {
    return (ok ? "[ok] " : "[!!] ") + check + ": " + detail;
  }
}

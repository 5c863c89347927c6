package dev.ballast.http;

/** A request whose end cannot be trusted, or is not waited for: its connection ends with it. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;

  /** One that is answered with a status. */
  RefusedException(int status) {
    super("refused with " + status, null, false, false);
    this.status = status;
  }

  int status() {
    return status;
  }
}

package dev.ballast.cli.doctor;

/**
 * When a fault of some nodes is a fault of the installation: in a large cluster a few nodes are
 * always down, being drained or new.
 */
final class Share {
  private static final double TOLERABLE = 0.1;

  private Share() {}

  /** Ok for none, a warning for up to a tenth of all, else broken. */
  static Status of(int faulty, int all) {
    if (faulty == 0) {
      return Status.OK;
    }
    return faulty <= TOLERABLE * all ? Status.WARNING : Status.BROKEN;
  }
}

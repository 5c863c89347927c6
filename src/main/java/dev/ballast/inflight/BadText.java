package dev.ballast.inflight;

/** Told of texts of a pod that cannot be read; each counts as if it were not there. */
@FunctionalInterface
public interface BadText {
  /** Tells nobody. */
  BadText IGNORED = (what, text, why) -> {};

  /**
   * Takes one finding.
   *
   * @param what the annotation or resource, one of a few constant texts
   * @param text what is written there
   * @param why what is wrong with it and what to write
   */
  void found(String what, String text, String why);
}

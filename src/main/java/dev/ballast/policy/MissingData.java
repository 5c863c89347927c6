package dev.ballast.policy;

/** What the score does with a term whose reading is not fresh. */
public enum MissingData {
  /** The term leaves numerator and divisor, so the remaining terms decide. */
  RENORMALISE,
  /**
   * crane's rule: the term counts 0 and its weight stays in the divisor, so the node looks full.
   */
  CRANE
}

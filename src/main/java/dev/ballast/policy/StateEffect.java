package dev.ballast.policy;

/**
 * What a reading that is not fresh does.
 *
 * @param filter in the filter
 * @param score in the score
 */
public record StateEffect(OnFilter filter, OnScore score) {
  /** What a limit does whose reading is not fresh. */
  public enum OnFilter {
    /** The limit says nothing. */
    PASS,
    /** The node is refused. */
    REJECT,
    /** The last plausible value decides, however old; without one the limit says nothing. */
    LAST_KNOWN
  }

  /** What the score does with a term whose reading is not fresh. */
  public enum OnScore {
    /** The term leaves numerator and divisor, so the remaining terms decide. */
    RENORMALISE,
    /** The term counts as the median of the candidates that have it fresh. */
    MEDIAN,
    /**
     * crane's rule: the term counts 0 and its weight stays in the divisor, so the node looks full.
     */
    CRANE
  }

  /** Passes and renormalises: what holds where a file says nothing. */
  public static final StateEffect DEFAULT = new StateEffect(OnFilter.PASS, OnScore.RENORMALISE);
}

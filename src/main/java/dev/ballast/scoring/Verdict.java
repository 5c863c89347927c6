package dev.ballast.scoring;

/** What a filter call says of a candidate. */
public sealed interface Verdict {
  /** No limit is passed. */
  record Accepted() implements Verdict {
    @Override
    public boolean passes() {
      return true;
    }
  }

  /**
   * A limit is passed, or has no reading that the policy lets pass.
   *
   * @param metric the metric
   * @param usage the load that was compared, a fraction: the reading with the pods in flight and
   *     the incoming pod; NaN when there was no usable reading and the policy refuses such nodes
   * @param limit the limit, a fraction
   * @param reason the text for the pod's event: one constant text a metric and cause, without node
   *     or value
   */
  record Refused(String metric, double usage, double limit, String reason) implements Verdict {
    @Override
    public boolean passes() {
      return false;
    }
  }

  /**
   * A limit is passed, but so many candidates are over theirs that this one passes.
   *
   * @param over why it would be refused
   */
  record Spared(Refused over) implements Verdict {
    @Override
    public boolean passes() {
      return true;
    }
  }

  /**
   * The zones of the node do not fit the pod.
   *
   * @param reason the text for the pod's event, one of a few constant ones
   * @param evictingHelps whether the pod may fit when others are gone
   */
  record Unfit(String reason, boolean evictingHelps) implements Verdict {
    @Override
    public boolean passes() {
      return false;
    }
  }

  /** No limit is passed, but the candidate is not among the best of a shortlist. */
  record NotListed() implements Verdict {
    @Override
    public boolean passes() {
      return false;
    }
  }

  /** The only accepting verdict that is ever made. */
  Verdict ACCEPTED = new Accepted();

  /** The only verdict of its kind that is ever made. */
  Verdict NOT_LISTED = new NotListed();

  /** Whether the candidate goes back to kube-scheduler. */
  boolean passes();

  /** {@link #passes}, for most without a call. */
  static boolean isPassing(Verdict verdict) {
    return verdict == ACCEPTED || verdict.passes();
  }

  /** How many of these pass. */
  static int passing(Verdict[] verdicts) {
    int passing = 0;
    for (var verdict : verdicts) {
      passing += isPassing(verdict) ? 1 : 0;
    }
    return passing;
  }
}

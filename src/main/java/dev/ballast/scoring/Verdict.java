package dev.ballast.scoring;

/** What the policy's limits say of a node. */
public sealed interface Verdict {
  /** No fresh reading is over its limit. */
  record Accepted() implements Verdict {}

  /**
   * A fresh reading is over its limit.
   *
   * @param metric the metric
   * @param usage the reading, a fraction
   * @param limit the limit, a fraction
   * @param reason the text for the pod's event: one constant text a metric, without node or value
   */
  record Refused(String metric, double usage, double limit, String reason) implements Verdict {}

  /** The only accepting verdict that is ever made. */
  Verdict ACCEPTED = new Accepted();
}

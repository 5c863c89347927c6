package dev.ballast.load;

/** The resource of a node that a metric measures. */
public enum Resource {
  CPU,
  MEMORY,
  /** None that pods request; such a metric has a limit and a weight, but no pods in flight. */
  NONE
}

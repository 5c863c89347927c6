package dev.ballast.policy;

/** The form a policy file is written in; it decides the defaults. */
public enum Dialect {
  /** {@code scheduler.policy.crane.io/v1alpha1}: crane-scheduler's file, unchanged. */
  CRANE,
  /** {@code scheduling.ballast.dev/v1alpha1}: a superset of crane's. */
  BALLAST
}

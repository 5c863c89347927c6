package dev.ballast.topology;

/** Which of two groups comes first when both have as many free CPUs. */
enum Ties {
  /** The one of the lower number, as in the kubelet. */
  LOWEST_FIRST,

  /** The other one: what tests change to see that they would notice. */
  HIGHEST_FIRST
}

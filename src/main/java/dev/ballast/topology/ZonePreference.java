package dev.ballast.topology;

/** Which of zones that do equally well are taken. */
public enum ZonePreference {
  /** Those with the most free CPUs, as crane does: pods are far from each other. */
  MOST_FREE,
  /** Those with the fewest free CPUs that suffice: room for large pods is kept. */
  LEAST_FREE
}

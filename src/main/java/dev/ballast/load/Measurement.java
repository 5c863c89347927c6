package dev.ballast.load;

/**
 * A value and when it was measured.
 *
 * @param value fraction of capacity, as read: not checked for plausibility
 * @param epochMillis time of the sample, milliseconds since the epoch
 */
public record Measurement(double value, long epochMillis) {}

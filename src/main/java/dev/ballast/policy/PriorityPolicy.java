package dev.ballast.policy;

/**
 * A term of the score.
 *
 * @param name the metric
 * @param weight its weight, 0 or more; only the proportion between weights matters
 */
public record PriorityPolicy(String name, double weight) {}

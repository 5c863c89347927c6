package dev.ballast.policy;

/**
 * A limit that refuses a node.
 *
 * @param name the metric
 * @param limit fraction 0..1 of capacity above which the node is refused; 0 switches the limit off
 */
public record PredicatePolicy(String name, double limit) {}

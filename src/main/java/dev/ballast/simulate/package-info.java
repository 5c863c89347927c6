/**
 * A cluster in memory: nodes, pods, a small scheduler loop that speaks the extender protocol, and
 * time that can run faster. Edge: depends on core, {@code config} and {@code metrics}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.simulate;

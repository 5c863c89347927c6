/**
 * What is known of the load of nodes: annotation text, states of a reading, the immutable snapshot
 * that requests read, and the breaker that says when too much of it is lost. Core: depends on the
 * JDK and {@code policy}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.load;

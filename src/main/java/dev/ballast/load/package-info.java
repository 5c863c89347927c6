/**
 * What is known of the load of nodes: annotation text, states of a reading, and the immutable
 * snapshot that requests read. Core: depends on the JDK and {@code policy}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.load;

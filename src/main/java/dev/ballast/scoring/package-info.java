/**
 * The verdict on a node (filter) and its score, as pure functions of a snapshot, a policy and the
 * time. Core: depends on the JDK, {@code policy} and {@code load}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.scoring;

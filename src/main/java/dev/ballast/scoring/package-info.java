/**
 * The verdict on a node (filter) and its score, as pure functions of a snapshot, a policy and the
 * time. Core: depends on the JDK, {@code policy}, {@code load} and {@code inflight}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.scoring;

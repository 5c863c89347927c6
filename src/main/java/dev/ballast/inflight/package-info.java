/**
 * What was bound to nodes and is not in their averages yet: estimates of pods, the ledger of pods
 * in flight, provisional charges, crane's hot value. Core: depends on the JDK, {@code policy} and
 * {@code load}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.inflight;

/** Every metric that Ballast publishes about itself, in one table. Seen by all edges. */
@org.jspecify.annotations.NullMarked
package dev.ballast.metrics;

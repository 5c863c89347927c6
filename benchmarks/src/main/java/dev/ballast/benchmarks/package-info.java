/** Benchmarks of Ballast: whole schedulers on a real control plane, and single parts with JMH. */
@org.jspecify.annotations.NullMarked
package dev.ballast.benchmarks;

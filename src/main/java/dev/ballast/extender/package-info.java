/**
 * The scheduler extender: filter and prioritize over HTTP. Edge: depends on core, {@code config},
 * {@code metrics} and {@code http}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.extender;

/**
 * Why pods are where they are: a ring of decisions, the explanations of bindings and of pods that
 * wait, their HTTP interface and their text. Edge: depends on core, {@code config}, {@code metrics}
 * and {@code http}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.explain;

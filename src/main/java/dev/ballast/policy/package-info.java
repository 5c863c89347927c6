/**
 * The scheduling policy as checked records: which metrics are synchronised, which limits refuse a
 * node, which weights rank it. Core: depends on the JDK and the words of {@code topology} only;
 * reading YAML is the business of {@code config}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.policy;

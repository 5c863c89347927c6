/**
 * The node annotator: asks a {@link dev.ballast.annotator.MetricSource} for load, decides which
 * nodes have something new to say and writes it on them. Edge: depends on core, {@code config} and
 * {@code metrics}; Prometheus and Kubernetes are behind its ports.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.annotator;

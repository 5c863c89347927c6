/**
 * The Prometheus HTTP API as a {@link dev.ballast.annotator.MetricSource}. The only user of OkHttp
 * beside {@code kube}. Edge: depends on core, {@code config}, {@code metrics} and the ports of
 * {@code annotator}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.prometheus;

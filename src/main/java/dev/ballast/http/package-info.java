/**
 * Two HTTP servers with the same routes and answers: one of our own for the port that
 * kube-scheduler calls, and Jetty for health checks, metrics and pages. The only user of Jetty.
 * Edge: depends on {@code config} and {@code metrics}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.http;

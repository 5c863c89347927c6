/**
 * The HTTP server that the extender, health checks and metrics share. The only user of Jetty. Edge:
 * depends on {@code config} and {@code metrics}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.http;

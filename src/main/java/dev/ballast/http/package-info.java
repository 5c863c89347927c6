/**
 * The HTTP server that the extender, health checks and metrics share. The only user of Javalin and
 * Jetty. Edge: depends on {@code config} and {@code metrics}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.http;

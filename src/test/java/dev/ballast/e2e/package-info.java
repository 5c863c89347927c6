/**
 * End-to-end tests: a real control plane, a real Prometheus and the built jar as processes of their
 * own, started by the scripts in {@code deploy/local}.
 */
@org.jspecify.annotations.NullMarked
package dev.ballast.e2e;

package dev.ballast.policy;

import java.time.Duration;

/**
 * A window of crane's hot value: each full {@code count} of bindings within {@code timeRange} adds
 * one.
 *
 * @param timeRange length of the window, at least one second
 * @param count bindings that make one point, at least 1
 */
public record HotValuePolicy(Duration timeRange, int count) {}

package dev.ballast.http;

import java.util.concurrent.TimeUnit;

/**
 * How much a {@link CallServer} bears.
 *
 * @param connections open at the same time
 * @param idleNanos without a request, or without an answer being taken. kube-scheduler drops its
 *     connections after 90 s and must be the one who does
 * @param requestNanos from the first byte of a request to its last
 * @param endingNanos from the end of this side of a connection to the client's
 * @param stopMillis for calls under way when the server is closed
 */
record CallLimits(
    int connections, long idleNanos, long requestNanos, long endingNanos, int stopMillis) {
  static final CallLimits USUAL =
      new CallLimits(
          256,
          TimeUnit.MINUTES.toNanos(5),
          TimeUnit.SECONDS.toNanos(30),
          TimeUnit.SECONDS.toNanos(1),
          2_000);
}

package dev.ballast.e2e;

import java.time.Duration;

/** Ballast that hands out zones. */
final class ZoneSetup {
  /**
   * Keys of the policy: requests are what is counted, as pods would be refused for what they will
   * use.
   */
  static final String POLICY =
      "inFlight: {enabled: false}\n  topology: {enabled: true, weight: 0.5}";

  /** The same without zones. */
  static final String BLIND = "inFlight: {enabled: false}\n  topology: {enabled: false}";

  private static final Duration KNOWN = Duration.ofSeconds(30);

  private ZoneSetup() {}

  /** Waits until a process has listed all that it hands zones out by. */
  static void awaitKnown(BallastProcess ballast) {
    Await.until(
        "pods and topologies listed",
        KNOWN,
        () -> {
          var metrics = ballast.metrics();
          return metrics.sum("ballast_synced", "pods") == 1
              && metrics.sum("ballast_synced", "topologies") == 1;
        });
  }

  /** Waits until a process knows so many pods. */
  static void awaitKnownPods(BallastProcess ballast, int pods) {
    Await.until(pods + " pods known", KNOWN, () -> ballast.metric("ballast_pods", "") == pods);
  }

  /** Waits until a process has seen so many pods on nodes. */
  static void awaitBound(BallastProcess ballast, int pods) {
    Await.until(pods + " pods bound", KNOWN, () -> ballast.metric("ballast_pods", "bound") == pods);
  }
}

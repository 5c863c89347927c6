package dev.ballast.inflight;

/** Pods for tests. */
final class Pods {
  private Pods() {}

  /** A pod of this many requested cores that waits for a node. */
  static PodFacts waiting(String uid, double cpu) {
    return new PodFacts(
        uid,
        "shop",
        "pod-" + uid,
        "s",
        "",
        false,
        PodFacts.NEVER,
        PodFacts.NEVER,
        PodFacts.NEVER,
        new PodResources(cpu, cpu * 1e9, 0, 0, PodOverrides.NONE),
        "",
        false);
  }

  /** The pod on a node. */
  static PodFacts bound(PodFacts pod, String node, long boundMillis, long startMillis) {
    return new PodFacts(
        pod.uid(),
        pod.namespace(),
        pod.name(),
        pod.schedulerName(),
        node,
        false,
        PodFacts.NEVER,
        boundMillis,
        startMillis,
        pod.resources(),
        "",
        false);
  }

  /** A pod of this many requested cores that was bound and shows from then on. */
  static PodFacts bound(String uid, String node, double cpu, long millis) {
    return bound(waiting(uid, cpu), node, millis, millis);
  }

  /** The pod, ended. */
  static PodFacts ended(PodFacts pod) {
    return new PodFacts(
        pod.uid(),
        pod.namespace(),
        pod.name(),
        pod.schedulerName(),
        pod.node(),
        true,
        PodFacts.NEVER,
        pod.boundMillis(),
        pod.startMillis(),
        pod.resources(),
        "",
        false);
  }
}

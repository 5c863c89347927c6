package dev.ballast.extender.wire;

import java.util.List;
import java.util.Map;

/**
 * What Ballast reads of the pod in a request. Absent texts are empty.
 *
 * @param uid metadata.uid
 * @param namespace metadata.namespace
 * @param name metadata.name
 * @param annotations those of metadata.annotations that start with {@link #ANNOTATIONS} or {@link
 *     #TOPOLOGY_ANNOTATIONS}
 * @param schedulerName spec.schedulerName
 * @param nominatedNodeName status.nominatedNodeName
 * @param daemonSet whether an owner is a DaemonSet
 * @param resources what it requests and may use
 * @param preferredAffinity whether it has a preferred node affinity, pod affinity or anti-affinity
 * @param topologySpread whether it has topologySpreadConstraints of its own
 */
public record ExtenderPod(
    String uid,
    String namespace,
    String name,
    Map<String, String> annotations,
    String schedulerName,
    String nominatedNodeName,
    boolean daemonSet,
    Resources resources,
    boolean preferredAffinity,
    boolean topologySpread) {
  /** A pod of which nothing is known. */
  public static final ExtenderPod NOBODY =
      new ExtenderPod("", "", "", Map.of(), "", "", false, Resources.NONE, false, false);

  /** Start of the names of Ballast's own annotations. */
  public static final String ANNOTATIONS = "ballast.dev/";

  /** Start of the names of crane's annotations about zones. */
  public static final String TOPOLOGY_ANNOTATIONS = "topology.crane.io/";

  /**
   * What a pod requests and may use.
   *
   * @param containers its init containers in their order, and its containers
   * @param requests of the whole pod, spec.resources.requests
   * @param limits of the whole pod, spec.resources.limits
   * @param overhead spec.overhead
   */
  public record Resources(
      List<ExtenderContainer> containers,
      Quantities requests,
      Quantities limits,
      Quantities overhead) {
    /** Nothing given. */
    public static final Resources NONE =
        new Resources(List.of(), Quantities.NONE, Quantities.NONE, Quantities.NONE);

    /** {@link #equals}, which of a record takes the first JIT compiler tens of microseconds. */
    public boolean isAs(Resources other) {
      boolean alike =
          containers.size() == other.containers.size()
              && requests.isAs(other.requests)
              && limits.isAs(other.limits)
              && overhead.isAs(other.overhead);
      for (int i = 0; alike && i < containers.size(); i++) {
        alike = containers.get(i).isAs(other.containers.get(i));
      }
      return alike;
    }
  }
}

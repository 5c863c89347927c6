package dev.ballast.simulate;

import java.util.List;
import java.util.Optional;

/**
 * A simulation at one moment, for showing it.
 *
 * @param loadBlind the side without an extender
 * @param withBallast the side with Ballast
 * @param refused the nodes that Ballast's filter refuses now
 * @param newest the pods that came last, newest first
 */
public record SimulationView(
    SideView loadBlind, SideView withBallast, List<RefusedNode> refused, List<NewPod> newest) {
  public SimulationView {
    refused = List.copyOf(refused);
    newest = List.copyOf(newest);
  }

  /**
   * A node that the filter refuses.
   *
   * @param node its name
   * @param metric the metric over its limit
   * @param value the reading, a fraction
   * @param limit the limit, a fraction
   * @param ageMillis the reading's age
   */
  public record RefusedNode(
      String node, String metric, double value, double limit, long ageMillis) {}

  /**
   * A pod and where it went on both sides; empty while it waits.
   *
   * @param pod the pod
   * @param loadBlind its place without an extender
   * @param withBallast its place with Ballast
   */
  public record NewPod(
      SimulatedPod pod, Optional<Placement> loadBlind, Optional<Placement> withBallast) {}
}

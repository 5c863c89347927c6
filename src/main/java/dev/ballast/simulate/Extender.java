package dev.ballast.simulate;

import java.util.List;
import java.util.Map;

/** A scheduler extender as kube-scheduler sees it: two questions about a pod and its nodes. */
public interface Extender {
  /**
   * Asks which of the nodes may have the pod.
   *
   * @return the names that pass, all of them from {@code nodes}
   * @throws ExtenderCallException when there is no answer, or none that kube-scheduler would take
   */
  List<String> filter(SimulatedPod pod, List<String> nodes) throws ExtenderCallException;

  /**
   * Asks for scores.
   *
   * @return scores by name, 0..10 by the protocol; names may be missing
   * @throws ExtenderCallException when there is no answer, or none that kube-scheduler would take
   */
  Map<String, Long> prioritize(SimulatedPod pod, List<String> nodes) throws ExtenderCallException;
}

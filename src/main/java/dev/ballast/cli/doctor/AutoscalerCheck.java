package dev.ballast.cli.doctor;

import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.Workload;
import dev.ballast.kube.ProbeException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Is there a node autoscaler? Those simulate scheduling with kube-scheduler's own plugins and never
 * ask an extender.
 */
final class AutoscalerCheck {
  static final String NAME = "autoscalers";

  /** Written by every cluster-autoscaler, also one that a provider runs out of sight. */
  private static final String STATUS = "cluster-autoscaler-status";

  private static final String KARPENTER = "karpenter.sh";
  private static final Pattern KNOWN = Pattern.compile("cluster-autoscaler|karpenter");

  private AutoscalerCheck() {}

  static Finding of(ClusterProbe probe) {
    var seen = new ArrayList<String>();
    var unseen = new ArrayList<String>();
    try {
      seen.addAll(known(probe.deployments()));
    } catch (ProbeException e) {
      unseen.add("deployments");
    }
    try {
      if (probe.hasConfigMap("kube-system", STATUS)) {
        seen.add("ConfigMap kube-system/" + STATUS);
      }
    } catch (ProbeException e) {
      unseen.add("configmaps in kube-system");
    }
    try {
      if (probe.hasGroup(KARPENTER)) {
        seen.add("API group " + KARPENTER);
      }
    } catch (ProbeException e) {
      unseen.add("API groups");
    }
    return judge(seen, unseen);
  }

  /** Those of these that are autoscalers, by name or image. */
  static List<String> known(List<Workload> deployments) {
    return deployments.stream()
        .filter(
            deployment ->
                KNOWN.matcher(deployment.name()).find()
                    || deployment.images().stream().anyMatch(image -> KNOWN.matcher(image).find()))
        .map(deployment -> "Deployment " + deployment.namespace() + "/" + deployment.name())
        .toList();
  }

  static Finding judge(List<String> seen, List<String> unseen) {
    if (!seen.isEmpty()) {
      return Finding.warning(
          NAME,
          String.join(", ", seen),
          "it does not ask extenders: for a pod that waits for load alone it adds no node, as the"
              + " requests fit. Keep limits high enough that requests fill nodes first, or add nodes"
              + " by ballast_pods_waiting_for_load");
    }
    return unseen.isEmpty()
        ? Finding.ok(NAME, "neither cluster-autoscaler nor karpenter is here")
        : Finding.skipped(
            NAME,
            "this account may not read " + String.join(", ", unseen),
            "run doctor as an administrator");
  }
}

package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the accounts of the manifests may do: exactly what is used, and nothing else. */
final class RightsIT {
  private static final List<String> VERBS =
      List.of("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection");
  private static final List<String> RESOURCES =
      List.of(
          "/nodes",
          "/nodes/status",
          "/pods",
          "/pods/binding",
          "/secrets",
          "/configmaps",
          "/events",
          "events.k8s.io/events",
          "/serviceaccounts/token",
          "apps/deployments",
          "coordination.k8s.io/leases",
          "rbac.authorization.k8s.io/clusterroles",
          "topology.crane.io/noderesourcetopologies",
          "topology.node.k8s.io/noderesourcetopologies");

  /** What both accounts see in every namespace. */
  private static final List<String> SEEN =
      List.of(
          "list /nodes",
          "watch /nodes",
          "list /pods",
          "watch /pods",
          "list topology.crane.io/noderesourcetopologies",
          "watch topology.crane.io/noderesourcetopologies",
          "list topology.node.k8s.io/noderesourcetopologies",
          "watch topology.node.k8s.io/noderesourcetopologies");

  /** Every verb that an account has on these resources, in the namespace of Ballast. */
  private static Set<String> rights(LocalCluster cluster, String account, String name) {
    return rights(cluster, account, name, "ballast-system");
  }

  /** Every verb that an account of Ballast has on these resources in a namespace. */
  private static Set<String> rights(
      LocalCluster cluster, String account, String name, String namespace) {
    var rights = new TreeSet<String>();
    for (String groupResource : RESOURCES) {
      String group = groupResource.substring(0, groupResource.indexOf('/'));
      String[] resource = groupResource.substring(groupResource.indexOf('/') + 1).split("/", 2);
      for (String verb : VERBS) {
        var review =
            cluster
                .admin()
                .resource(
                    new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser("system:serviceaccount:ballast-system:" + account)
                        .withGroups(
                            "system:serviceaccounts",
                            "system:serviceaccounts:ballast-system",
                            "system:authenticated")
                        .withNewResourceAttributes()
                        .withGroup(group)
                        .withResource(resource[0])
                        .withSubresource(resource.length > 1 ? resource[1] : null)
                        .withNamespace(namespace)
                        .withName(name)
                        .withVerb(verb)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .create();
        if (review.getStatus().getAllowed()) {
          rights.add(verb + " " + groupResource);
        }
      }
    }
    return rights;
  }

  private static Set<String> seenAnd(String... rights) {
    var all = new TreeSet<>(SEEN);
    all.addAll(List.of(rights));
    return all;
  }

  @Test
  void allow_accountsOfTheManifests_onlyWhatIsUsed() {
    try (var cluster = LocalCluster.up("--nodes", "1", "--no-scheduler", "--no-prometheus")) {
      assertThat(rights(cluster, "ballast-extender", "any"))
          .isEqualTo(seenAnd("create events.k8s.io/events"));
      assertThat(rights(cluster, "ballast-extender", "any", "default"))
          .as("events of Ballast's own namespace only")
          .isEqualTo(seenAnd());
      assertThat(rights(cluster, "ballast-annotator", "any"))
          .isEqualTo(seenAnd("patch /nodes", "create coordination.k8s.io/leases"));
      assertThat(rights(cluster, "ballast-annotator", "ballast-annotator"))
          .contains(
              "get coordination.k8s.io/leases",
              "update coordination.k8s.io/leases",
              "patch coordination.k8s.io/leases")
          .doesNotContain("delete coordination.k8s.io/leases");
    }
  }

  @Test
  void allow_accountsOfTheTopology_whatZonesAddAndNothingElse() {
    try (var cluster = LocalCluster.up("--nodes", "1", "--no-scheduler", "--no-prometheus")) {
      cluster.kubectl("apply", "--server-side", "-k", "deploy/topology").orFail("apply");
      cluster
          .kubectl(
              "create",
              "clusterrolebinding",
              "extender-topology",
              "--clusterrole=ballast-extender-topology",
              "--serviceaccount=ballast-system:ballast-extender")
          .orFail("bind");
      assertThat(rights(cluster, "ballast-extender", "any", "default"))
          .isEqualTo(seenAnd("get /pods", "create /pods/binding", "create events.k8s.io/events"));
      assertThat(rights(cluster, "ballast-annotator", "any", "default"))
          .isEqualTo(seenAnd("patch /nodes", "patch /pods", "create events.k8s.io/events"));
      assertThat(rights(cluster, "ballast-scheduler", "any", "default"))
          .containsAll(SEEN)
          .contains("create /pods/binding");
    }
  }
}

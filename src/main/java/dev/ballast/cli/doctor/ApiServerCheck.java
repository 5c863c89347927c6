package dev.ballast.cli.doctor;

import dev.ballast.config.LeaderElectionConfig;
import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.Right;
import dev.ballast.kube.ProbeException;
import dev.ballast.topology.NodeTopology.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Is the API server there, and does it give this account the rights that Ballast's roles need? */
final class ApiServerCheck {
  static final String SERVER = "api-server";
  static final String PERMISSIONS = "permissions";

  private ApiServerCheck() {}

  static Finding reached(ClusterProbe.Server server, Duration took) {
    return Finding.ok(
        SERVER,
        "%s at %s, answered in %d ms".formatted(server.version(), server.url(), took.toMillis()));
  }

  static Finding unreached(ProbeException e) {
    String advice =
        switch (e.reason()) {
          case UNREACHABLE -> "check the server of the kubeconfig, the network and any proxy";
          case TLS -> "check certificate-authority of the kubeconfig, and that the server is https";
          case UNAUTHORIZED -> "renew the token or the client certificate of the kubeconfig";
          case FORBIDDEN, OTHER -> "check that the kubeconfig's server is a Kubernetes API server";
        };
    return Finding.broken(SERVER, "no answer: " + e.getMessage(), advice);
  }

  /** The rights that a role needs, and the role of the manifests that gives each. */
  record Needed(Right right, String role) {}

  /** What the roles need, as the manifests in {@code deploy/base} give it. */
  static List<Needed> needed(boolean answers, boolean annotates, LeaderElectionConfig election) {
    var needed = new ArrayList<Needed>();
    if (answers) {
      for (String resource : List.of("nodes", "pods")) {
        needed.add(core("list", resource, "ClusterRole ballast-extender"));
        needed.add(core("watch", resource, "ClusterRole ballast-extender"));
      }
      needed.addAll(topologies("ClusterRole ballast-extender"));
      needed.add(
          new Needed(
              new Right("create", "events.k8s.io", "events", election.namespace(), ""),
              "Role ballast-extender in " + election.namespace()));
    }
    if (annotates) {
      for (String verb : List.of("list", "watch", "patch")) {
        needed.add(core(verb, "nodes", "ClusterRole ballast-annotator"));
      }
      for (String verb : List.of("list", "watch")) {
        needed.add(core(verb, "pods", "ClusterRole ballast-annotator"));
      }
      needed.addAll(topologies("ClusterRole ballast-annotator"));
      for (String verb : List.of("get", "update", "patch")) {
        needed.add(lease(verb, election, election.name()));
      }
      needed.add(lease("create", election, ""));
    }
    return needed;
  }

  /**
   * What the roles need beyond that for results of zones, as {@code deploy/topology} gives it.
   *
   * @param binds whether Ballast binds pods
   * @param lateResult whether it gives results to pods that were bound without one
   */
  static List<Needed> neededForResults(boolean binds, boolean lateResult) {
    var needed = new ArrayList<Needed>();
    if (binds) {
      String role = "ClusterRole ballast-extender-topology";
      needed.add(core("create", "pods/binding", role));
      needed.add(core("get", "pods", role));
      needed.add(events(role));
    }
    if (lateResult) {
      String role = "ClusterRole ballast-annotator-topology";
      needed.add(core("patch", "pods", role));
      needed.add(events(role));
    }
    return needed;
  }

  /** Events about pods, in the namespace of each. */
  private static Needed events(String role) {
    return new Needed(new Right("create", "events.k8s.io", "events", "", ""), role);
  }

  private static Needed core(String verb, String resource, String role) {
    return new Needed(new Right(verb, "", resource, "", ""), role);
  }

  private static List<Needed> topologies(String role) {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of("list", "watch")
                    .map(verb -> new Right(verb, kind.group(), "noderesourcetopologies", "", "")))
        .map(right -> new Needed(right, role))
        .toList();
  }

  private static Needed lease(String verb, LeaderElectionConfig election, String name) {
    return new Needed(
        new Right(verb, "coordination.k8s.io", "leases", election.namespace(), name),
        "Role ballast-annotator in " + election.namespace());
  }

  static Finding permissions(ClusterProbe probe, List<Needed> needed) {
    try {
      return permissions(needed, probe.missing(needed.stream().map(Needed::right).toList()));
    } catch (ProbeException e) {
      return Finding.skipped(
          PERMISSIONS,
          "rights cannot be reviewed: " + e.getMessage(),
          "let this account create selfsubjectaccessreviews (ClusterRole system:basic-user)");
    }
  }

  static Finding permissions(List<Needed> needed, List<Right> missing) {
    if (missing.isEmpty()) {
      return Finding.ok(PERMISSIONS, "this account has all %d rights".formatted(needed.size()));
    }
    var roles = new LinkedHashSet<String>();
    needed.stream().filter(n -> missing.contains(n.right())).forEach(n -> roles.add(n.role()));
    return Finding.broken(
        PERMISSIONS,
        "this account may not "
            + missing.stream()
                .distinct()
                .map(ApiServerCheck::text)
                .collect(Collectors.joining(", ")),
        "bind " + String.join(" and ", roles) + " to it, or look at one role only by --role");
  }

  private static String text(Right right) {
    String where = right.namespace().isEmpty() ? "" : " in " + right.namespace();
    String name = right.name().isEmpty() ? "" : " " + right.name();
    return right.verb() + " " + right.resource() + name + where;
  }
}

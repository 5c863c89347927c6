package dev.ballast.cli.doctor;

import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfiguration.Extender;
import java.time.Duration;
import java.util.List;

/** Do kube-scheduler and Ballast agree on who binds, and of which pods? */
final class BindCheck {
  static final String BIND = "bindVerb";
  static final String MANAGED = "managedResources";

  /** The verb that Ballast serves. */
  private static final String VERB = "bind";

  private static final Duration SHORT = Duration.ofSeconds(1);

  private final SchedulerConfiguration configuration;
  private final List<String> schedulerNames;
  private final boolean binds;

  /**
   * A check of a configuration.
   *
   * @param schedulerNames whose pods Ballast judges
   * @param binds whether Ballast serves the verb
   */
  BindCheck(SchedulerConfiguration configuration, List<String> schedulerNames, boolean binds) {
    this.configuration = configuration;
    this.schedulerNames = List.copyOf(schedulerNames);
    this.binds = binds;
  }

  Finding verb(Entries ballast) {
    long binders =
        configuration.extenders().stream().filter(each -> !each.bindVerb().isEmpty()).count();
    if (binders > 1) {
      return Finding.broken(
          BIND, binders + " entries have one: kube-scheduler does not start", "keep one");
    }
    if (ballast.binding().isEmpty()) {
      return binds
          ? Finding.broken(
              BIND,
              "none, though extender.bind is true: kube-scheduler binds, and pods get no topology"
                  + " result with their binding",
              "add the second entry of scheduler-config/topology.yaml, or set extender.bind: false")
          : Finding.ok(BIND, "none: kube-scheduler binds");
    }
    return verb(ballast.binding().get());
  }

  private Finding verb(Extender binder) {
    String quoted = "\"" + binder.bindVerb() + "\"";
    if (!binds) {
      return Finding.broken(
          BIND,
          quoted + ", which Ballast does not serve: extender.bind is false",
          "remove bindVerb, or set extender.bind: true");
    }
    if (!binder.bindVerb().equals(VERB)) {
      return Finding.broken(BIND, quoted + ", which Ballast does not serve", "set bindVerb: bind");
    }
    long millis = binder.httpTimeout().toMillis();
    return binder.httpTimeout().compareTo(SHORT) < 0
        ? Finding.warning(
            BIND,
            "%s with %d ms for a binding, a write to the API server".formatted(quoted, millis),
            "give it an entry of its own with httpTimeout: 5s, as scheduler-config/topology.yaml does")
        : Finding.ok(BIND, "%s: Ballast binds, within %d ms".formatted(quoted, millis));
  }

  Finding managed(Entries ballast) {
    var resources = ballast.judging().managedResources();
    var ofBinder = ballast.binding().map(Extender::managedResources).orElse(resources);
    if (!ofBinder.equals(resources)) {
      return Finding.warning(
          MANAGED,
          "%s are judged, %s are bound".formatted(pods(resources), pods(ofBinder)),
          "remove it from both entries: kube-scheduler allows a resource in one entry only");
    }
    if (!resources.isEmpty()) {
      return Finding.ok(MANAGED, "only " + pods(resources) + " are sent");
    }
    long foreign =
        configuration.profiles().stream()
            .filter(p -> !schedulerNames.contains(p.schedulerName()))
            .count();
    if (foreign == 0) {
      return Finding.ok(MANAGED, "none: all pods of this scheduler are sent");
    }
    String sent =
        "none: pods of %s are sent too, and ".formatted(Words.count(foreign, "other profile"));
    return ballast.binding().isPresent()
        ? Finding.warning(
            MANAGED,
            sent + "Ballast binds them",
            "give Ballast a scheduler of its own, as deploy/topology does")
        : Finding.warning(
            MANAGED,
            sent + "come back unchanged",
            "add ballast.dev/load-aware, as scheduler-config/control-plane.yaml does");
  }

  private static String pods(List<String> resources) {
    return resources.isEmpty() ? "all pods" : "pods that name " + String.join(" or ", resources);
  }
}

package dev.ballast.cli.doctor;

import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfiguration.Extender;
import dev.ballast.config.SchedulerConfiguration.Lease;
import dev.ballast.config.SchedulerConfiguration.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Does kube-scheduler's configuration call Ballast, cheaply and without depending on it? */
final class SchedulerCheck {
  static final String FILE = "scheduler-config";
  static final String PROFILE = "profile";
  static final String LEASE = "scheduler-lease";
  static final String CAPABLE = "nodeCacheCapable";
  static final String IGNORABLE = "ignorable";
  static final String TIMEOUT = "httpTimeout";
  static final String WEIGHT = "weight";
  static final String HTTPS = "enableHTTPS";
  static final String OTHERS = "other-extenders";

  /**
   * kube-scheduler's: a score of an extender, 0 to 10, is worth as much as 0 to 100 of a plugin.
   */
  private static final int POINTS_PER_WEIGHT = 100;

  private static final Duration LONG = Duration.ofSeconds(1);

  private final SchedulerConfiguration configuration;
  private final List<String> schedulerNames;
  private final Duration clientTimeout;
  private final BindCheck bind;

  /**
   * A check of a configuration.
   *
   * @param schedulerNames whose pods Ballast judges
   * @param clientTimeout for how long Ballast believes that it is waited for
   * @param binds whether Ballast serves the verb that binds
   */
  SchedulerCheck(
      SchedulerConfiguration configuration,
      List<String> schedulerNames,
      Duration clientTimeout,
      boolean binds) {
    this.configuration = configuration;
    this.schedulerNames = List.copyOf(schedulerNames);
    this.clientTimeout = clientTimeout;
    this.bind = new BindCheck(configuration, schedulerNames, binds);
  }

  /** All but the call itself. */
  List<Finding> findings(Entries ballast) {
    var findings = new ArrayList<Finding>();
    findings.add(verbs(ballast));
    findings.add(profile());
    findings.add(lease());
    findings.add(capable(ballast.judging()));
    findings.add(ignorable(ballast));
    findings.add(timeout(ballast.judging()));
    findings.add(weight(ballast.judging()));
    findings.add(https(ballast));
    findings.add(bind.verb(ballast));
    findings.add(bind.managed(ballast));
    findings.add(others(ballast));
    return findings;
  }

  static Finding none(int extenders) {
    return extenders == 0
        ? Finding.broken(
            FILE, "it has no extenders", "add the entry of scheduler-config/second-scheduler.yaml")
        : Finding.broken(
            FILE,
            "none of its " + extenders + " extenders has the port of extender.port",
            "say which one is Ballast by --extender URL, or correct urlPrefix");
  }

  private static Finding verbs(Entries entries) {
    Extender ballast = entries.judging();
    String seen =
        "%s with filterVerb \"%s\" and prioritizeVerb \"%s\""
            .formatted(ballast.urlPrefix(), ballast.filterVerb(), ballast.prioritizeVerb());
    if (entries.judges() > 1) {
      return Finding.warning(
          FILE,
          "%d entries of %s judge nodes".formatted(entries.judges(), ballast.urlPrefix()),
          "keep one with filterVerb and prioritizeVerb: each is asked about each pod");
    }
    if (entries.judges() == 0) {
      return Finding.broken(
          FILE, seen, "set filterVerb: filter and prioritizeVerb: prioritize; it is never called");
    }
    return ballast.filterVerb().isEmpty() || ballast.prioritizeVerb().isEmpty()
        ? Finding.warning(FILE, seen, "set both verbs: Ballast gives half of its advice")
        : Finding.ok(FILE, seen);
  }

  private Finding profile() {
    var profiles = configuration.profiles().stream().map(Profile::schedulerName).toList();
    var without = schedulerNames.stream().filter(name -> !profiles.contains(name)).toList();
    String seen = "profiles " + profiles + ", the policy's schedulerNames " + schedulerNames;
    if (without.isEmpty()) {
      return Finding.ok(PROFILE, seen);
    }
    String advice =
        "add a profile with schedulerName: %s: its pods wait for ever".formatted(without.get(0));
    return without.size() == schedulerNames.size()
        ? Finding.broken(PROFILE, seen, advice)
        : Finding.warning(PROFILE, seen, advice + ", unless another scheduler has one");
  }

  private Finding lease() {
    Lease lease = configuration.lease();
    boolean second =
        configuration.profiles().stream()
            .noneMatch(p -> p.schedulerName().equals(SchedulerConfiguration.DEFAULT_SCHEDULER));
    if (!lease.enabled()) {
      return Finding.ok(LEASE, "leaderElect is false: run one replica only");
    }
    String seen = lease.namespace() + "/" + lease.name();
    return second && lease.equals(Lease.DEFAULT)
        ? Finding.broken(
            LEASE,
            "a second scheduler with the lease of the cluster's own, " + seen,
            "set leaderElection.resourceName: ballast-scheduler and resourceNamespace:"
                + " ballast-system: now one of the two always stands still")
        : Finding.ok(LEASE, seen);
  }

  private static Finding capable(Extender ballast) {
    return ballast.nodeCacheCapable()
        ? Finding.ok(CAPABLE, "true: calls carry names of nodes")
        : Finding.broken(
            CAPABLE,
            "false: each call carries whole Node objects, megabytes of them",
            "set nodeCacheCapable: true");
  }

  private static Finding ignorable(Entries ballast) {
    return ballast.all().stream().allMatch(Extender::ignorable)
        ? Finding.ok(IGNORABLE, "true: without Ballast pods are placed as before")
        : Finding.broken(IGNORABLE, "false: no Ballast, no scheduling", "set ignorable: true");
  }

  private Finding timeout(Extender ballast) {
    Duration waits = ballast.httpTimeout();
    Duration half = clientTimeout.dividedBy(2);
    String seen =
        "kube-scheduler waits %d ms; Ballast gives up after %d ms, half of extender.clientTimeout"
            .formatted(waits.toMillis(), half.toMillis());
    if (waits.compareTo(half) <= 0) {
      return Finding.broken(
          TIMEOUT,
          seen,
          "set extender.clientTimeout: %dms; now answers come too late"
              .formatted(waits.toMillis()));
    }
    if (waits.compareTo(LONG) > 0) {
      return Finding.broken(
          TIMEOUT,
          seen,
          "set httpTimeout: %dms; a hanging extender costs it twice a pod"
              .formatted(clientTimeout.toMillis()));
    }
    return waits.equals(clientTimeout)
        ? Finding.ok(TIMEOUT, seen)
        : Finding.warning(
            TIMEOUT, seen, "set extender.clientTimeout: %dms".formatted(waits.toMillis()));
  }

  private Finding weight(Extender ballast) {
    if (ballast.prioritizeVerb().isEmpty()) {
      return Finding.skipped(WEIGHT, "there is no prioritizeVerb", "");
    }
    if (ballast.weight() == 0) {
      return Finding.broken(WEIGHT, "0: kube-scheduler does not start", "set weight: 5");
    }
    long sum =
        configuration.profiles().stream()
            .filter(p -> schedulerNames.contains(p.schedulerName()))
            .mapToLong(Profile::weightSum)
            .max()
            .orElse(0);
    long points = (long) ballast.weight() * POINTS_PER_WEIGHT;
    String seen =
        "%d: up to %d points beside %d of the profile's plugins"
            .formatted(ballast.weight(), points, sum * POINTS_PER_WEIGHT);
    if (sum > 0 && ballast.weight() > sum) {
      return Finding.warning(
          WEIGHT, seen, "lower it: load overrules every preference that a pod states");
    }
    return ballast.weight() * 10L < sum
        ? Finding.warning(WEIGHT, seen, "raise it, to 5 beside 1400: load hardly counts")
        : Finding.ok(WEIGHT, seen);
  }

  private static Finding https(Entries ballast) {
    boolean https = ballast.judging().urlPrefix().startsWith("https:");
    if (https) {
      return Finding.warning(
          HTTPS,
          "urlPrefix is https; Ballast itself speaks plain HTTP",
          "use http:// on 127.0.0.1, unless a proxy in front of it ends TLS");
    }
    return ballast.all().stream().anyMatch(Extender::enableHttps)
        ? Finding.warning(
            HTTPS, "true, but urlPrefix is http: the scheme decides", "set enableHTTPS: false")
        : Finding.ok(HTTPS, "false, as urlPrefix is plain HTTP");
  }

  private Finding others(Entries ballast) {
    var others =
        configuration.extenders().stream()
            .filter(extender -> !ballast.all().contains(extender))
            .map(Extender::urlPrefix)
            .toList();
    return others.isEmpty()
        ? Finding.ok(OTHERS, "none")
        : Finding.warning(
            OTHERS,
            String.join(", ", others),
            "compare weights, and see that each is ignorable and quick: calls are one after the"
                + " other, and any of them can refuse what Ballast prefers");
  }
}

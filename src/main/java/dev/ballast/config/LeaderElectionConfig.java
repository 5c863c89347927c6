package dev.ballast.config;

import java.time.Duration;

/**
 * The lease that the annotators share. Immutable.
 *
 * @param namespace namespace of the lease
 * @param name name of the lease
 * @param leaseDuration time after which others may take a lease that is not renewed; whole seconds
 * @param renewDeadline time after which a leader that cannot renew stops to lead; shorter than the
 *     lease
 * @param retryPeriod time between two attempts; at most the renew deadline divided by 1.2, as the
 *     attempts are spread by that factor (client-go, {@code leaderelection.go})
 */
public record LeaderElectionConfig(
    String namespace,
    String name,
    Duration leaseDuration,
    Duration renewDeadline,
    Duration retryPeriod) {
  /** What holds without a configuration. */
  public static final LeaderElectionConfig DEFAULTS =
      new LeaderElectionConfig(
          "ballast-system",
          "ballast-annotator",
          Duration.ofSeconds(15),
          Duration.ofSeconds(8),
          Duration.ofSeconds(2));

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MIN_RETRY = Duration.ofMillis(100);

  static LeaderElectionConfig read(YamlMap map) {
    LeaderElectionConfig election =
        new LeaderElectionConfig(
            map.text("namespace", DEFAULTS.namespace, Names::label),
            map.text("name", DEFAULTS.name, Names::subdomain),
            map.duration("leaseDuration", DEFAULTS.leaseDuration, SECOND),
            map.duration("renewDeadline", DEFAULTS.renewDeadline, MIN_RETRY),
            map.duration("retryPeriod", DEFAULTS.retryPeriod, MIN_RETRY));
    map.finish();
    election.check(map);
    return election;
  }

  private void check(YamlMap map) {
    if (!leaseDuration.equals(Duration.ofSeconds(leaseDuration.toSeconds()))) {
      map.errorAt(
          "leaseDuration",
          "leaseDuration is "
              + Durations.format(leaseDuration)
              + ", but a Lease holds whole seconds: round it");
    }
    if (renewDeadline.compareTo(leaseDuration) >= 0) {
      map.errorAt(
          "renewDeadline",
          String.format(
              "renewDeadline is %s, not shorter than leaseDuration, %s: two would lead at once;"
                  + " give less",
              Durations.format(renewDeadline), Durations.format(leaseDuration)));
    }
    Duration mostRetry = renewDeadline.multipliedBy(5).dividedBy(6);
    if (retryPeriod.compareTo(mostRetry) > 0) {
      map.errorAt(
          "retryPeriod",
          String.format(
              "retryPeriod is %s, too long for a renewDeadline of %s: give %s or less",
              Durations.format(retryPeriod),
              Durations.format(renewDeadline),
              Durations.format(mostRetry)));
    }
  }
}

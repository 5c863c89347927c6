package dev.ballast.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a KubeSchedulerConfiguration that decides how an extender is called. Immutable.
 *
 * @param profiles its profiles; kube-scheduler's default one when the file has none
 * @param extenders its extenders, in the order of the file
 * @param lease the lease that its replicas share
 */
public record SchedulerConfiguration(
    List<Profile> profiles, List<Extender> extenders, Lease lease) {
  /** The kind of document. */
  public static final String KIND = "KubeSchedulerConfiguration";

  /** The scheduler name of pods that give none. */
  public static final String DEFAULT_SCHEDULER = "default-scheduler";

  /**
   * {@code httpTimeout} where the file gives none (kubernetes, {@code pkg/scheduler/extender.go}).
   */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  public SchedulerConfiguration {
    profiles = List.copyOf(profiles);
    extenders = List.copyOf(extenders);
  }

  /**
   * A profile.
   *
   * @param schedulerName pods with this {@code spec.schedulerName} are its
   * @param scoreWeights weight of each score plugin that is on, by name
   */
  public record Profile(String schedulerName, Map<String, Integer> scoreWeights) {
    /** Score plugins that are on by default (kubernetes 1.36, {@code default_plugins.go}). */
    static final Map<String, Integer> DEFAULT_WEIGHTS = defaultWeights();

    public Profile {
      scoreWeights = Map.copyOf(scoreWeights);
    }

    /** The sum of the weights: each plugin gives at most 100 points times its weight. */
    public long weightSum() {
      return scoreWeights.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static Map<String, Integer> defaultWeights() {
      var weights = new LinkedHashMap<String, Integer>();
      weights.put("TaintToleration", 3);
      weights.put("NodeAffinity", 2);
      weights.put("PodTopologySpread", 2);
      weights.put("InterPodAffinity", 2);
      weights.put("DynamicResources", 2);
      weights.put("NodeResourcesFit", 1);
      weights.put("NodeResourcesBalancedAllocation", 1);
      weights.put("ImageLocality", 1);
      return weights;
    }
  }

  /**
   * An extender.
   *
   * @param urlPrefix its address, to which a slash and a verb are added
   * @param filterVerb empty when it does not filter
   * @param prioritizeVerb empty when it does not score
   * @param bindVerb empty when it does not bind
   * @param weight its scores times this and times 10 are points
   * @param enableHttps verification is off when there is no CA
   * @param httpTimeout time for a whole call
   * @param nodeCacheCapable calls carry names of nodes, not whole objects
   * @param ignorable a failed call leaves the nodes as they were
   * @param managedResources only pods that name one of them are sent; none: all pods are
   */
  public record Extender(
      String urlPrefix,
      String filterVerb,
      String prioritizeVerb,
      String bindVerb,
      int weight,
      boolean enableHttps,
      Duration httpTimeout,
      boolean nodeCacheCapable,
      boolean ignorable,
      List<String> managedResources) {
    public Extender {
      managedResources = List.copyOf(managedResources);
    }
  }

  /**
   * The lease of a scheduler.
   *
   * @param enabled whether its replicas elect a leader at all
   * @param namespace namespace of the lease
   * @param name name of the lease
   */
  public record Lease(boolean enabled, String namespace, String name) {
    /** kube-scheduler's own. */
    public static final Lease DEFAULT = new Lease(true, "kube-system", "kube-scheduler");
  }
}

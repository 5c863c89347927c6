package dev.ballast.config;

import dev.ballast.config.SchedulerConfiguration.Extender;
import dev.ballast.config.SchedulerConfiguration.Lease;
import dev.ballast.config.SchedulerConfiguration.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what Ballast has to know of a KubeSchedulerConfiguration. Other keys are kube-scheduler's
 * own business and are passed over; it refuses unknown ones itself.
 */
public final class SchedulerConfigurationReader {
  private SchedulerConfigurationReader() {}

  /** Reads a configuration. */
  public static Checked<SchedulerConfiguration> read(YamlSource source) {
    Problems problems = new Problems(source.name());
    return Checked.of(
        YamlReader.read(source, problems)
            .filter(
                root -> DocumentHead.kind(root, List.of(SchedulerConfiguration.KIND)).isPresent())
            .map(SchedulerConfigurationReader::read),
        problems);
  }

  private static SchedulerConfiguration read(YamlMap root) {
    var profiles = new ArrayList<Profile>();
    maps(root, "profiles").forEach(map -> profiles.add(profile(map)));
    if (profiles.isEmpty()) {
      profiles.add(new Profile(SchedulerConfiguration.DEFAULT_SCHEDULER, Profile.DEFAULT_WEIGHTS));
    }
    return new SchedulerConfiguration(
        profiles,
        maps(root, "extenders").stream().map(SchedulerConfigurationReader::extender).toList(),
        map(root, "leaderElection").map(SchedulerConfigurationReader::lease).orElse(Lease.DEFAULT));
  }

  private static Profile profile(YamlMap map) {
    Map<String, Integer> weights = new LinkedHashMap<>(Profile.DEFAULT_WEIGHTS);
    Optional<YamlMap> plugins = map(map, "plugins");
    plugins.flatMap(p -> map(p, "multiPoint")).ifPresent(p -> change(weights, p));
    plugins.flatMap(p -> map(p, "score")).ifPresent(p -> change(weights, p));
    return new Profile(
        text(map, "schedulerName", SchedulerConfiguration.DEFAULT_SCHEDULER), weights);
  }

  /** A plugin that is enabled anew has weight 1 when the file gives none. */
  private static void change(Map<String, Integer> weights, YamlMap set) {
    for (YamlMap plugin : maps(set, "disabled")) {
      String name = text(plugin, "name", "");
      if (name.equals("*")) {
        weights.clear();
      } else {
        weights.remove(name);
      }
    }
    for (YamlMap plugin : maps(set, "enabled")) {
      int weight = plugin.integer("weight", 0, 0, Integer.MAX_VALUE);
      String name = text(plugin, "name", "");
      boolean scores = weight > 0 || Profile.DEFAULT_WEIGHTS.containsKey(name);
      if (scores) {
        weights.put(name, Math.max(1, weight));
      }
    }
  }

  private static Extender extender(YamlMap map) {
    Duration timeout =
        present(map, "httpTimeout").flatMap(v -> v.duration(Duration.ZERO)).orElse(Duration.ZERO);
    return new Extender(
        text(map, "urlPrefix", "").replaceAll("/+$", ""),
        text(map, "filterVerb", ""),
        text(map, "prioritizeVerb", ""),
        text(map, "bindVerb", ""),
        map.integer("weight", 0, 0, Integer.MAX_VALUE),
        bool(map, "enableHTTPS", false),
        timeout.isZero() ? SchedulerConfiguration.DEFAULT_TIMEOUT : timeout,
        bool(map, "nodeCacheCapable", false),
        bool(map, "ignorable", false),
        maps(map, "managedResources").stream().map(r -> text(r, "name", "")).toList());
  }

  private static Lease lease(YamlMap map) {
    return new Lease(
        bool(map, "leaderElect", Lease.DEFAULT.enabled()),
        text(map, "resourceNamespace", Lease.DEFAULT.namespace()),
        text(map, "resourceName", Lease.DEFAULT.name()));
  }

  /** The value of a key, unless it is null or an empty text, which count as absent. */
  private static Optional<YamlValue> present(YamlMap map, String key) {
    return map.get(key).filter(value -> !value.isVoid());
  }

  private static String text(YamlMap map, String key, String fallback) {
    return present(map, key).flatMap(YamlValue::text).orElse(fallback);
  }

  private static boolean bool(YamlMap map, String key, boolean fallback) {
    return present(map, key).flatMap(YamlValue::bool).orElse(fallback);
  }

  private static Optional<YamlMap> map(YamlMap map, String key) {
    return present(map, key).flatMap(YamlValue::map);
  }

  private static List<YamlMap> maps(YamlMap map, String key) {
    return present(map, key).map(YamlValue::items).orElse(List.of()).stream()
        .flatMap(item -> item.map().stream())
        .toList();
  }
}

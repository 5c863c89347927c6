package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Zone;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What nodes that are built alike have in common: the names of zones, of resources, and the sets.
 * Immutable.
 */
final class ZoneLayout {
  final String[] zones;
  final String[] resources; // sorted
  final int cpu; // its place among the resources; below 0 when no zone tells of it
  final ZoneSets sets;

  /**
   * The layout of zones.
   *
   * @param zones at most {@value NodeTopology#MAX_NUMA_NODES}
   */
  ZoneLayout(List<Zone> zones) {
    this.zones = zones.stream().map(Zone::name).toArray(String[]::new);
    resources = resources(zones).toArray(String[]::new);
    cpu = Arrays.binarySearch(resources, NodeTopology.CPU);
    sets = new ZoneSets(zones);
  }

  private static SortedSet<String> resources(List<Zone> zones) {
    var names = new TreeSet<String>();
    zones.forEach(zone -> names.addAll(zone.resources().keySet()));
    return names;
  }

  /** The place of a zone; below 0 when there is none of that name. */
  int zone(String name) {
    for (int i = 0; i < zones.length; i++) {
      if (zones[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The place of a resource; below 0 when no zone tells of it. */
  int resource(String name) {
    return Arrays.binarySearch(resources, name);
  }

  /**
   * Layouts by what they are made of, so that a cluster of equal nodes has one. Confined to one
   * thread.
   */
  static final class Known {
    private static final int MAX = 256; // then all are forgotten: nodes keep their own

    private final Map<Key, ZoneLayout> layouts = new HashMap<>();

    private record Key(List<String> zones, List<Map<String, Long>> costs, List<String> resources) {}

    /** The layout of zones. */
    ZoneLayout of(List<Zone> zones) {
      if (layouts.size() >= MAX) {
        layouts.clear();
      }
      var key =
          new Key(
              zones.stream().map(Zone::name).toList(),
              zones.stream().map(Zone::costs).toList(),
              List.copyOf(resources(zones)));
      return layouts.computeIfAbsent(key, k -> new ZoneLayout(zones));
    }
  }
}

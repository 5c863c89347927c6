package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Zone;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Sets of a node's zones, the smallest first, of one size the closest first. Of a node with up to
 * {@value #MAX_LISTED} zones these are all sets; of a larger one each zone with its nearest, 1 to
 * all of them. Bit {@code i} of a set is zone {@code i}. Immutable.
 */
final class ZoneSets {
  /** 255 sets: more of them would cost each pod that nearly fits. */
  static final int MAX_LISTED = 8;

  /** A set is a long. */
  static final int MAX_ZONES = 64;

  private static final long NEAREST = 10; // the distance of a zone to itself, by the firmware
  private static final long FAR = 20; // of zones that name none

  /** The sets. */
  final long[] sets;

  /** By set, the mean distance of two of its zones, 0 (none or as near as can be) to 1. */
  final double[] distances;

  private final long[][] costs;
  private final double scale;

  /**
   * The sets of some zones.
   *
   * @param zones 1 to {@value #MAX_ZONES}
   */
  ZoneSets(List<Zone> zones) {
    costs = costs(zones);
    long most = NEAREST;
    for (long[] row : costs) {
      for (long cost : row) {
        most = Math.max(most, cost);
      }
    }
    scale = most > NEAREST ? most - NEAREST : 1;
    sets =
        listed(zones.size()).stream()
            .distinct()
            .sorted(
                Comparator.<Long>comparingInt(Long::bitCount)
                    .thenComparingDouble(this::distance)
                    .thenComparing(Comparator.naturalOrder()))
            .mapToLong(Long::longValue)
            .toArray();
    distances = new double[sets.length];
    for (int i = 0; i < sets.length; i++) {
      distances[i] = distance(sets[i]);
    }
  }

  private static long[][] costs(List<Zone> zones) {
    long[][] costs = new long[zones.size()][zones.size()];
    for (int i = 0; i < zones.size(); i++) {
      for (int j = 0; j < zones.size(); j++) {
        costs[i][j] =
            zones.get(i).costs().getOrDefault(zones.get(j).name(), i == j ? NEAREST : FAR);
      }
    }
    return costs;
  }

  private List<Long> listed(int zones) {
    var all = new ArrayList<Long>();
    if (zones <= MAX_LISTED) {
      for (long set = 1; set < 1L << zones; set++) {
        all.add(set);
      }
      return all;
    }
    for (int zone = 0; zone < zones; zone++) {
      int from = zone;
      var byCost = new TreeMap<Long, List<Integer>>();
      IntStream.range(0, zones)
          .filter(other -> other != from)
          .forEach(
              other ->
                  byCost.computeIfAbsent(costs[from][other], c -> new ArrayList<>()).add(other));
      long set = 1L << zone;
      all.add(set);
      for (var others : byCost.values()) {
        for (int other : others) {
          set |= 1L << other;
          all.add(set);
        }
      }
    }
    return all;
  }

  /** The mean distance of two zones of a set, 0 to 1. */
  private double distance(long set) {
    double sum = 0;
    int pairs = 0;
    for (long left = set; left != 0; left &= left - 1) {
      int i = Long.numberOfTrailingZeros(left);
      for (long others = left & left - 1; others != 0; others &= others - 1) {
        int j = Long.numberOfTrailingZeros(others);
        sum += (costs[i][j] + costs[j][i]) / 2.0 - NEAREST;
        pairs++;
      }
    }
    return pairs == 0 ? 0 : Math.max(0, Math.min(1, sum / pairs / scale));
  }
}

package dev.ballast.topology;

import dev.ballast.topology.NodeTopology.Zone;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Sets of a node's zones, the smallest first, of one size the closest first. Of a node with up to
 * {@value #MAX_LISTED} zones these are all sets; of a larger one those of one zone. Bit {@code i}
 * of a set is zone {@code i}. Immutable.
 */
final class ZoneSets {
  /** 255 sets: more of them would cost each pod that nearly fits. */
  static final int MAX_LISTED = 8;

  private static final long NEAREST = 10; // the distance of a zone to itself, by the firmware
  private static final long FAR = 20; // of zones that name none

  /** The sets. */
  final long[] sets;

  /** By set, its zones. */
  final int[][] members;

  /** By set, the mean distance of two of its zones, 0 (none or as near as can be) to 1. */
  final double[] distances;

  private final int[] from; // by size, the place of the first set of that size or of a larger one
  private final double[][] costs; // both ways together
  private final double scale;

  /**
   * The sets of some zones.
   *
   * @param zones at most {@value NodeTopology#MAX_NUMA_NODES}
   */
  ZoneSets(List<Zone> zones) {
    int count = zones.size();
    costs = costs(zones);
    double most = 2 * NEAREST;
    for (double[] row : costs) {
      for (double cost : row) {
        most = Math.max(most, cost);
      }
    }
    scale = most > 2 * NEAREST ? most - 2 * NEAREST : 1;
    sets =
        (count <= MAX_LISTED
                ? LongStream.range(1, 1L << count)
                : IntStream.range(0, count).mapToLong(zone -> 1L << zone))
            .mapToObj(set -> new Measured(set, distance(set)))
            .sorted(
                Comparator.<Measured>comparingInt(m -> Long.bitCount(m.set()))
                    .thenComparingDouble(Measured::distance)
                    .thenComparing(Measured::set, Long::compareUnsigned))
            .mapToLong(Measured::set)
            .toArray();
    members = new int[sets.length][];
    distances = new double[sets.length];
    from = new int[count + 2];
    for (int i = 0; i < sets.length; i++) {
      members[i] = members(sets[i]);
      distances[i] = distance(sets[i]);
      from[Long.bitCount(sets[i]) + 1] = i + 1;
    }
    for (int size = 1; size < from.length; size++) {
      from[size] = Math.max(from[size], from[size - 1]);
    }
  }

  private record Measured(long set, double distance) {}

  private static double[][] costs(List<Zone> zones) {
    double[][] costs = new double[zones.size()][zones.size()];
    for (int i = 0; i < zones.size(); i++) {
      for (int j = 0; j < zones.size(); j++) {
        double cost =
            zones.get(i).costs().getOrDefault(zones.get(j).name(), i == j ? NEAREST : FAR);
        costs[i][j] += cost;
        costs[j][i] += cost;
      }
    }
    return costs;
  }

  /** The zones of a set. */
  static int[] members(long set) {
    int[] members = new int[Long.bitCount(set)];
    int count = 0;
    for (long zones = set; zones != 0; zones &= zones - 1) {
      members[count++] = Long.numberOfTrailingZeros(zones);
    }
    return members;
  }

  /** Whether all sets are listed. */
  boolean isComplete() {
    return costs.length <= MAX_LISTED;
  }

  /**
   * The place of the first set of a size; of the size after the largest the number of sets.
   *
   * @param size 0 to one more than there are zones
   */
  int from(int size) {
    return from[size];
  }

  /** The zone that is nearest to one, of some others; the lowest of several. */
  int nearest(int zone, long others) {
    int nearest = Long.numberOfTrailingZeros(others);
    for (long left = others & others - 1; left != 0; left &= left - 1) {
      int other = Long.numberOfTrailingZeros(left);
      if (costs[zone][other] < costs[zone][nearest]) {
        nearest = other;
      }
    }
    return nearest;
  }

  /** The mean distance of two zones of a set, 0 to 1. */
  double distance(long set) {
    double sum = 0;
    int pairs = 0;
    for (long left = set; left != 0; left &= left - 1) {
      double[] row = costs[Long.numberOfTrailingZeros(left)];
      for (long others = left & left - 1; others != 0; others &= others - 1) {
        sum += row[Long.numberOfTrailingZeros(others)] - 2 * NEAREST;
        pairs++;
      }
    }
    return pairs == 0 ? 0 : Math.max(0, Math.min(1, sum / pairs / scale));
  }
}

package dev.ballast.topology;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the NUMA nodes over which a request is spread: as few as possible, each with the same
 * share, so that what is left free differs least between all nodes. Confined to one request.
 *
 * <p>After the kubelet 1.36 (cpu_assignment.go, takeByTopologyNUMADistributed; KEP 2902), with two
 * differences. There choices are remembered in an array that is written to later, so that from four
 * nodes on another choice may be taken than the one that was found to be best; here they are
 * copied. There a rest that nodes hold in sum but not in whole groups makes the search endless;
 * here such a choice is left out.
 */
final class Distribution {
  private final int[] free;
  private final int[] nodes;
  private final int cpus;
  private final int group;

  private double best;
  private Optional<Split> split = Optional.empty();

  /**
   * A way to spread the request.
   *
   * @param nodes the NUMA nodes that give
   * @param each how many CPUs each of them gives
   * @param rest those that give a group more, in turns, until there are enough
   */
  record Split(List<Integer> nodes, int each, List<Integer> rest) {}

  /**
   * A request.
   *
   * @param nodes the NUMA nodes with a free CPU, in order
   * @param free by node, how many CPUs are free
   * @param cpus how many are wanted, a multiple of {@code group}
   */
  Distribution(int[] nodes, int[] free, int cpus, int group) {
    this.nodes = nodes;
    this.free = free;
    this.cpus = cpus;
    this.group = group;
  }

  /**
   * The best way over the lowest number of nodes that has one; none when no number has.
   *
   * @param allCpus the CPUs of the machine
   * @param allNodes its NUMA nodes
   */
  Optional<Split> find(int allCpus, int allNodes) {
    int groupsOfNode = (ceil(allCpus, group) + allNodes - 1) / allNodes;
    int groups = ceil(cpus, group);
    int most = Math.min(groups, nodes.length);
    for (int count = ceil(groups, groupsOfNode); count <= most; count++) {
      best = Double.MAX_VALUE;
      Combinations.each(nodes, count, this::weigh);
      if (split.isPresent()) {
        return split;
      }
    }
    return split;
  }

  private static int ceil(int number, int divisor) {
    return (number + divisor - 1) / divisor;
  }

  /** Weighs a choice of nodes; false when none can be better than what was found. */
  private boolean weigh(int[] chosen) {
    if (best == 0) {
      return false;
    }
    int each = cpus / chosen.length / group * group;
    int groups = 0;
    for (int node : chosen) {
      if (free[node] < each) {
        return true;
      }
      groups += free[node] / group;
    }
    if (groups * group < cpus) {
      return true;
    }
    int[] after = free.clone();
    for (int node : chosen) {
      after[node] -= each;
    }
    int rest = cpus - each * chosen.length;
    if (rest == 0) {
      keep(chosen, each, new int[0], deviation(after));
    } else {
      weighRests(chosen, each, after, rest);
    }
    return true;
  }

  private void keep(int[] chosen, int each, int[] rest, double balance) {
    if (balance < best) {
      best = balance;
      split = Optional.of(new Split(listed(chosen), each, listed(rest)));
    }
  }

  private static List<Integer> listed(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  /** Weighs a choice with each choice of nodes that give the rest, large ones first. */
  private void weighRests(int[] chosen, int each, int[] after, int rest) {
    int[] givers = Arrays.stream(chosen).filter(node -> after[node] >= group).toArray();
    for (int count = givers.length; count > 0; count--) {
      Combinations.each(
          givers,
          count,
          some -> {
            if (IntStream.of(some).map(node -> after[node] / group).sum() * group >= rest) {
              keep(chosen, each, some, deviation(without(after, some, rest)));
            }
            return true;
          });
    }
  }

  /** What is free after the rest was given in turns, a group at a time. */
  private int[] without(int[] after, int[] givers, int rest) {
    int[] left = after.clone();
    for (int more = rest; more > 0; ) {
      for (int node : givers) {
        if (more > 0 && left[node] >= group) {
          left[node] -= group;
          more -= group;
        }
      }
    }
    return left;
  }

  /**
   * The population's standard deviation of what is free on the nodes, mean and result rounded to
   * three decimals.
   */
  private double deviation(int[] left) {
    double sum = 0;
    for (int node : nodes) {
      sum += left[node];
    }
    double mean = rounded(sum / nodes.length);
    double squares = 0;
    for (int node : nodes) {
      squares += (left[node] - mean) * (left[node] - mean);
    }
    return rounded(Math.sqrt(squares / nodes.length));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}

package dev.ballast.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a result counts as. Its CPUs are believed: an agent binds as many. Of all else it is
 * believed where its shares add up to what the pod asks for; else that follows the CPUs, as crane's
 * results name CPUs only, or give their thousandths as the bytes of memory.
 */
final class CountedShares {
  private CountedShares() {}

  /** The shares that count; empty for a result that gives a pod no CPUs. */
  static Optional<List<ZoneShare>> of(List<ZoneShare> result, PodTopology pod) {
    long cpus = sum(result, NodeTopology.CPU);
    if (cpus == 0) {
      return Optional.empty();
    }
    List<SortedMap<String, Long>> counted = new ArrayList<>();
    result.forEach(share -> counted.add(new TreeMap<>(share.amounts())));
    pod.request()
        .forEach(
            (resource, amount) -> {
              if (!resource.equals(NodeTopology.CPU) && sum(result, resource) != amount) {
                counted.forEach(share -> share.put(resource, part(amount, share, cpus)));
              }
            });
    List<ZoneShare> shares = new ArrayList<>();
    for (int i = 0; i < counted.size(); i++) {
      shares.add(new ZoneShare(result.get(i).zone(), counted.get(i)));
    }
    return Optional.of(List.copyOf(shares));
  }

  private static long part(long amount, Map<String, Long> share, long cpus) {
    double part = (double) share.getOrDefault(NodeTopology.CPU, 0L) / cpus;
    return (long) Math.ceil(amount * part);
  }

  private static long sum(List<ZoneShare> shares, String resource) {
    long sum = 0;
    for (var share : shares) {
      sum = PodTopology.plus(sum, share.amount(resource));
    }
    return sum;
  }
}

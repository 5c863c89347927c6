package dev.ballast.topology;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a pod has of a zone. Immutable.
 *
 * @param zone the name of the zone
 * @param amounts by resource, how much: thousandths of a CPU for {@code cpu}, bytes or pieces for
 *     all else; 0 or more
 */
public record ZoneShare(String zone, SortedMap<String, Long> amounts) {
  public ZoneShare {
    amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
  }

  /** How much of a resource it is; 0 when it is not named. */
  public long amount(String resource) {
    return amounts.getOrDefault(resource, 0L);
  }
}

package dev.ballast.topology;

import org.jspecify.annotations.Nullable;

/**
 * The search for the best set of zones that has a request: the fewest, of these the closest, of
 * these as is preferred. Confined to one call.
 */
final class ZoneSearch {
  private final ZoneRequest request;
  private final ZoneSets sets;
  private final long[] left;
  private final @Nullable ZonePreference preference;

  /** The best set so far; 0 when there is none. */
  long set;

  private int size;
  private double distance;
  private long cpus;

  /**
   * Searches.
   *
   * @param left what is left, as {@link ZoneRequest} counts it
   * @param limit how many zones there may be
   * @param preference of sets that are as close; null for the lowest set of the fewest zones,
   *     however far these are
   */
  ZoneSearch(ZoneRequest request, long[] left, int limit, @Nullable ZonePreference preference) {
    this.request = request;
    this.left = left;
    this.preference = preference;
    sets = request.layout.sets;
    tryEach();
    if (set == 0 && limit > 1) {
      int least = request.least(left);
      if (least <= limit && sets.isComplete()) {
        tryListed(sets.from(Math.max(2, least)), sets.from(limit + 1));
      } else if (least <= limit) {
        tryNearest();
        tryRichest();
      }
    }
  }

  /** The mean distance of two of its zones, 0 to 1. */
  double distance() {
    return distance;
  }

  /** The CPUs that are left of it, in thousandths. */
  long cpus() {
    return cpus;
  }

  /** One zone: most pods need no more, so this is the short way. */
  private void tryEach() {
    for (int zone = 0; zone < request.layout.zones.length; zone++) {
      long there = request.cpusOf(left, zone);
      if (there >= request.cpus()
          && (set == 0 || isPreferred(there))
          && request.fitsOthers(left, zone)) {
        set = 1L << zone;
        size = 1;
        cpus = there;
      }
    }
  }

  private boolean isPreferred(long there) {
    return preference == ZonePreference.MOST_FREE
        ? there > cpus
        : preference == ZonePreference.LEAST_FREE && there < cpus;
  }

  private void tryListed(int from, int to) {
    for (int i = from; i < to; i++) {
      int[] members = sets.members[i];
      double far = sets.distances[i];
      if (set != 0 && (members.length > size || (preference != null && far > distance))) {
        break; // those that come later are no better
      }
      offer(sets.sets[i], members, far);
    }
  }

  /** From each zone on the nearest ones that can be a part, until they suffice. */
  private void tryNearest() {
    long all = request.members(left);
    for (long starts = all; starts != 0; starts &= starts - 1) {
      int start = Long.numberOfTrailingZeros(starts);
      long tried = 1L << start;
      while (!offer(tried) && tried != all) {
        tried |= 1L << sets.nearest(start, all & ~tried);
      }
    }
  }

  /** Those with the most CPUs, until they suffice. */
  private void tryRichest() {
    long all = request.members(left);
    long tried = 0;
    while (tried != all) {
      tried |= 1L << request.richest(left, all & ~tried);
      if (offer(tried)) {
        return;
      }
    }
  }

  private boolean offer(long tried) {
    int[] members = ZoneSets.members(tried);
    return (members.length > size && set != 0) || offer(tried, members, sets.distance(tried));
  }

  /** Takes a set if it has the request and is better; whether it has it as far as that matters. */
  private boolean offer(long other, int[] members, double far) {
    long there = request.cpusOf(left, members);
    if (there < 0) {
      return false;
    }
    if (set != 0 && !isBetter(other, members.length, far, there)) {
      return false;
    }
    if (!request.fitsOthers(left, members)) {
      return false;
    }
    set = other;
    size = members.length;
    distance = far;
    cpus = there;
    return true;
  }

  private boolean isBetter(long other, int members, double far, long there) {
    if (members != size) {
      return members < size;
    }
    if (preference == null) {
      return Long.compareUnsigned(other, set) < 0;
    }
    if (far != distance) {
      return far < distance;
    }
    return isPreferred(there);
  }
}

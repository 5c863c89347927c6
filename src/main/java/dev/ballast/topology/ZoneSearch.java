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
    long most = tryEach();
    if (set == 0 && limit > 1 && request.isIn(left)) {
      if (sets.isComplete()) {
        tryListed(limit, most);
      } else {
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

  /**
   * One zone: most pods need no more, so this is the short way. Returns the most CPUs of a zone.
   */
  private long tryEach() {
    long most = 0;
    int zones = request.layout.zones.length;
    for (int zone = 0; zone < zones; zone++) {
      long there = request.cpusOf(left, zone);
      most = Math.max(most, there);
      if (there >= request.cpus()
          && (set == 0 || isPreferred(1L << zone, there))
          && request.fitsOthers(left, zone)) {
        take(1L << zone, 1, 0, there);
      }
    }
    return most;
  }

  /** Whether a set as large and as close is better. */
  private boolean isPreferred(long other, long there) {
    if (preference == null) {
      return Long.compareUnsigned(other, set) < 0;
    }
    return preference == ZonePreference.MOST_FREE ? there > cpus : there < cpus;
  }

  private void take(long other, int members, double far, long there) {
    set = other;
    size = members;
    distance = far;
    cpus = there;
  }

  /** Size by size, of the zones that can be one of so many: most pods have few such sets. */
  private void tryListed(int limit, long most) {
    for (int count = request.least(most); count <= limit && set == 0; count++) {
      long able = request.able(left, most, count);
      if (Long.bitCount(able) >= count) {
        tryListed(sets.from(count), sets.from(count + 1), able);
      }
    }
  }

  private void tryListed(int from, int to, long able) {
    long[] listed = sets.sets;
    double[] distances = sets.distances;
    for (int i = from; i < to; i++) {
      long other = listed[i];
      if ((other & ~able) != 0) {
        continue;
      }
      double far = distances[i];
      if (set != 0 && preference != null && far > distance) {
        break; // those that come later are no better
      }
      int[] members = sets.members[i];
      long there = request.sumOf(left, members);
      if (there >= request.cpus()
          && (set == 0 || isPreferred(other, there))
          && request.fitsOthers(left, members)) {
        take(other, members.length, far, there);
      }
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

  /** Takes a set if it has the request and is better; whether it has it as far as that matters. */
  private boolean offer(long other) {
    int[] members = ZoneSets.members(other);
    if (set != 0 && members.length > size) {
      return true;
    }
    double far = sets.distance(other);
    long there = request.cpusOf(left, members);
    if (there < 0
        || (set != 0 && !isBetter(other, members.length, far, there))
        || !request.fitsOthers(left, members)) {
      return false;
    }
    take(other, members.length, far, there);
    return true;
  }

  private boolean isBetter(long other, int members, double far, long there) {
    if (members != size) {
      return members < size;
    }
    if (preference != null && far != distance) {
      return far < distance;
    }
    return isPreferred(other, there);
  }
}

package dev.ballast.load;

import dev.ballast.policy.DataPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Notices that stamps are written in another time zone than they are read in. A stamp that has just
 * been written is at most two minutes ahead of our clock and less than 13 minutes old, so its
 * distance from the clock within that quarter of an hour tells the offset between the two zones. It
 * only tells; nothing is corrected by it. Confined to its owner.
 */
public final class ZoneHint {
  private static final long QUARTER_MILLIS = Duration.ofMinutes(15).toMillis();
  private static final int MAX_QUARTERS = 14 * 4 + 12 * 4; // from UTC-12 to UTC+14

  private final Map<String, Integer> quartersByNode = new HashMap<>();

  /**
   * An offset that most nodes share.
   *
   * @param offset what the writing zone is ahead of the reading zone, a whole number of quarter
   *     hours, at least two
   * @param nodes nodes with that offset
   * @param observed nodes whose stamps were seen to change
   */
  public record Hint(Duration offset, int nodes, int observed) {}

  /**
   * The offset that most of these stamps share.
   *
   * @param stampMillis the newest stamp of each node, as it was read
   */
  public static Optional<Hint> of(Map<String, Long> stampMillis, long nowMillis) {
    var hint = new ZoneHint();
    stampMillis.forEach((node, stamp) -> hint.observe(node, stamp, nowMillis));
    return hint.shared();
  }

  /** Takes a stamp at the moment it was seen to be written. */
  void observe(String node, long stampMillis, long nowMillis) {
    long aheadMillis = stampMillis - nowMillis - DataPolicy.CLOCK_TOLERANCE.toMillis();
    long quarters = -Math.floorDiv(-aheadMillis, QUARTER_MILLIS); // rounded up
    // A quarter of an hour is a clock that is off, rather than a zone.
    boolean aZone = Math.abs(quarters) > 1 && Math.abs(quarters) <= MAX_QUARTERS;
    quartersByNode.put(node, aZone ? (int) quarters : 0);
  }

  void forget(String node) {
    quartersByNode.remove(node);
  }

  /** The offset that more than half of the observed nodes share, unless it is none. */
  Optional<Hint> shared() {
    var counts = new HashMap<Integer, Integer>();
    quartersByNode.values().forEach(q -> counts.merge(q, 1, Integer::sum));
    return counts.entrySet().stream()
        .filter(e -> e.getKey() != 0 && 2 * e.getValue() > quartersByNode.size())
        .map(
            e ->
                new Hint(
                    Duration.ofMillis(e.getKey() * QUARTER_MILLIS),
                    e.getValue(),
                    quartersByNode.size()))
        .findFirst();
  }
}

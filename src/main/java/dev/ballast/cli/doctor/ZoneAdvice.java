package dev.ballast.cli.doctor;

import dev.ballast.load.ZoneHint;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** Puts a {@link ZoneHint} into words: which {@code annotations.timeZone} to set. */
public final class ZoneAdvice {
  /** Preferred names; crane's default comes first. */
  private static final List<String> WELL_KNOWN =
      List.of("Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles");

  private ZoneAdvice() {}

  /** What was seen, and what to do. */
  public static String text(ZoneHint.Hint hint, ZoneId configured, long nowMillis) {
    return seen(hint, configured) + ". " + advice(hint, configured, nowMillis);
  }

  static String seen(ZoneHint.Hint hint, ZoneId configured) {
    return ("The load annotations of %d of %d nodes are stamped %s off our clock, as if their writer"
            + " used another time zone than annotations.timeZone (%s)")
        .formatted(hint.nodes(), hint.observed(), hint.offset(), configured);
  }

  static String advice(ZoneHint.Hint hint, ZoneId configured, long nowMillis) {
    var now = Instant.ofEpochMilli(nowMillis);
    int seconds =
        configured.getRules().getOffset(now).getTotalSeconds() + (int) hint.offset().toSeconds();
    boolean possible = Math.abs(seconds) <= ZoneOffset.MAX.getTotalSeconds();
    String zone = possible ? zoneOf(ZoneOffset.ofTotalSeconds(seconds), now) : "unknown";
    return "If they are written by crane or another Ballast, set annotations.timeZone: " + zone;
  }

  private static String zoneOf(ZoneOffset offset, Instant now) {
    return Stream.concat(WELL_KNOWN.stream(), ZoneId.getAvailableZoneIds().stream().sorted())
        .filter(id -> ZoneId.of(id).getRules().getOffset(now).equals(offset))
        .findFirst()
        .orElse(offset.toString());
  }
}

package dev.ballast.load;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/**
 * The text of a load annotation, {@code "0.41283,2026-11-22T12:00:00Z"}: a fraction with five
 * decimals and a time to the second. Immutable.
 *
 * <p>crane-scheduler ({@code pkg/utils/utils.go}) writes the local time of its {@code TZ} (default
 * Asia/Shanghai) with a literal {@code Z}; the zone given here is used for reading and writing, so
 * that either side understands the other. We differ in the default, which is UTC. In a zone with
 * daylight saving the hour that occurs twice is read as its earlier occurrence.
 */
public final class LoadAnnotations {
  /** Key of crane's hot value annotation. */
  public static final String HOT_VALUE = "node_hot_value";

  /**
   * Key of the annotation that says since when a node gives no samples: readings taken at or before
   * that time are stale. Its value is a time in the same form and zone as the readings'.
   */
  public static final String STALE_SINCE = "ballast.dev/load-stale-since";

  /**
   * Key of the annotation whose change wakes pods that wait for load: when the node last was seen
   * to accept while pods waited. Nobody reads its value, a time in the same form; the event counts.
   */
  public static final String ACCEPTING_SINCE = "ballast.dev/accepting-since";

  /**
   * Key of the annotation that says since when a node's exporter is frozen, which is to say that it
   * answers but its counters stand still. While it is there, with whatever text, every reading of
   * the node is implausible. Its value is a time in the same form and zone as the readings'.
   */
  public static final String FROZEN_SINCE = "ballast.dev/load-frozen-since";

  /** Years of four digits only: others would not even fit milliseconds. */
  private static final int TIME_CHARS = "2026-11-22T12:00:00Z".length();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private final ZoneId zone;

  public LoadAnnotations(ZoneId zone) {
    this.zone = zone;
  }

  /** The text of a reading; the time is cut to the second. */
  public String format(double value, Instant time) {
    return String.format(Locale.ROOT, "%.5f,%s", value, formatTime(time));
  }

  /** The text of a time. */
  public String formatTime(Instant time) {
    return TIME.format(LocalDateTime.ofInstant(time, zone));
  }

  /**
   * Reads the text of a reading.
   *
   * @return empty when the text is not a number and a time; a number of any size is returned as it
   *     is
   */
  public Optional<Measurement> parse(String text) {
    int comma = text.indexOf(',');
    String number = text.substring(0, Math.max(comma, 0));
    // Java takes spaces around a number and a type behind it; a reading has neither.
    if (!number.equals(number.trim()) || number.matches(".*[dDfF]")) {
      return Optional.empty();
    }
    double value;
    try {
      value = Double.parseDouble(number);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
    return parseTime(text.substring(comma + 1)).map(t -> new Measurement(value, t.toEpochMilli()));
  }

  /** Reads the text of a time; empty when it is not one. */
  public Optional<Instant> parseTime(String text) {
    if (text.length() != TIME_CHARS) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDateTime.parse(text, TIME).atZone(zone).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

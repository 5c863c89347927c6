package dev.ballast.load;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
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
  private static final String SHAPE = "0000-00-00T00:00:00Z";

  private static final int TIME_CHARS = SHAPE.length();

  /** For years of other than four digits. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);

  private static final int DECIMALS = 5;
  private static final int SCALE = 100_000;
  private static final double MAX_SCALED = 1e9;
  private static final double NEAR_HALF = 1e-6;

  private final ZoneId zone;

  public LoadAnnotations(ZoneId zone) {
    this.zone = zone;
  }

  /** The text of a reading; the time is cut to the second. */
  public String format(double value, Instant time) {
    var text = new StringBuilder(8 + TIME_CHARS);
    double scaled = value * SCALE;
    double up = scaled - Math.floor(scaled) - 0.5;
    // Close to a half the product may lie on the other side of it than the decimal number.
    if (value > 0 && scaled < MAX_SCALED && Math.abs(up) > NEAR_HALF) {
      long digits = Math.round(scaled);
      text.append(digits / SCALE).append('.');
      append(text, (int) (digits % SCALE), DECIMALS);
    } else {
      text.append(String.format(Locale.ROOT, "%.5f", value));
    }
    text.append(',');
    appendTime(text, time);
    return text.toString();
  }

  /** The text of a time. */
  public String formatTime(Instant time) {
    var text = new StringBuilder(TIME_CHARS);
    appendTime(text, time);
    return text.toString();
  }

  private void appendTime(StringBuilder text, Instant time) {
    var local = LocalDateTime.ofInstant(time, zone);
    if (local.getYear() < 0 || local.getYear() > 9999) {
      text.append(TIME.format(local));
      return;
    }
    append(text, local.getYear(), 4);
    append(text.append('-'), local.getMonthValue(), 2);
    append(text.append('-'), local.getDayOfMonth(), 2);
    append(text.append('T'), local.getHour(), 2);
    append(text.append(':'), local.getMinute(), 2);
    append(text.append(':'), local.getSecond(), 2);
    text.append('Z');
  }

  /** Appends a number that is not negative, with leading zeros. */
  private static void append(StringBuilder text, int number, int width) {
    int start = text.length();
    text.append(number);
    while (text.length() - start < width) {
      text.insert(start, '0');
    }
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
    if (number.isEmpty()
        || !number.equals(number.trim())
        || "dDfF".indexOf(number.charAt(number.length() - 1)) >= 0) {
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
    if (!hasShapeOfTime(text)) {
      return Optional.empty();
    }
    try {
      var local =
          LocalDateTime.of(
              number(text, 0, 4),
              number(text, 5, 7),
              number(text, 8, 10),
              number(text, 11, 13),
              number(text, 14, 16),
              number(text, 17, 19));
      return Optional.of(local.atZone(zone).toInstant());
    } catch (DateTimeException e) { // such as February 30
      return Optional.empty();
    }
  }

  /** True when digits and signs are where those of a time are. */
  private static boolean hasShapeOfTime(String text) {
    if (text.length() != TIME_CHARS) {
      return false;
    }
    for (int i = 0; i < TIME_CHARS; i++) {
      char c = text.charAt(i);
      char shape = SHAPE.charAt(i);
      if (shape == '0' ? c < '0' || c > '9' : c != shape) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}

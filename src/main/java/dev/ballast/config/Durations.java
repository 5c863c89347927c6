package dev.ballast.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations in Go's form, {@code 1h30m}, {@code 1.5h}, {@code 100ms}, as Kubernetes and crane write
 * them. We differ from Go in that a number without a unit, {@code 0} included, is refused.
 */
public final class Durations {
  private static final Pattern PART = Pattern.compile("([0-9]*\\.?[0-9]*)([^0-9.]*)");
  private static final BigDecimal MAX_NANOS = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final int MAX_CHARS = 64;
  private static final Map<String, Long> UNIT_NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L, // micro sign
          "\u03bcs", 1_000L, // Greek letter mu
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private Durations() {}

  /**
   * Reads a duration.
   *
   * @return 0 or more, at most 2^63 - 1 ns (292 years) as in Go; cut to the nanosecond
   * @throws IllegalArgumentException saying what is wrong with the text and what to write
   */
  public static Duration parse(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("not a duration: write one such as 90s, 15m or 1h30m");
    }
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("negative: write a duration such as 90s, 15m or 1h30m");
    }
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int start = text.startsWith("+") && text.length() > 1 ? 1 : 0;
    for (int at = start; at < text.length(); at = part.end()) {
      part.region(at, text.length());
      if (!part.lookingAt() || part.end() == at) {
        throw new IllegalArgumentException("not a duration: write one such as 90s, 15m or 1h30m");
      }
      nanos = nanos.add(nanos(part.group(1), part.group(2)));
    }
    if (nanos.compareTo(MAX_NANOS) > 0) {
      throw new IllegalArgumentException("longer than 292 years: write a shorter one");
    }
    return Duration.ofNanos(nanos.setScale(0, RoundingMode.DOWN).longValueExact());
  }

  private static BigDecimal nanos(String number, String unit) {
    if (number.isEmpty() || number.equals(".")) {
      throw new IllegalArgumentException("not a duration: write one such as 90s, 15m or 1h30m");
    }
    if (unit.isEmpty()) {
      throw new IllegalArgumentException(
          "without a unit: write " + number + "ms, " + number + "s or " + number + "m");
    }
    Long unitNanos = UNIT_NANOS.get(unit);
    if (unitNanos == null) {
      String hint = unit.equals("d") ? "; a day is 24h" : "";
      throw new IllegalArgumentException(
          Quoted.text(unit) + " is not a unit: use ms, s, m or h" + hint);
    }
    return new BigDecimal(number).multiply(BigDecimal.valueOf(unitNanos));
  }

  /** The duration as people write it, {@code 1h30m}; Go and PromQL read it too. Cut to 1 ms. */
  public static String format(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toHours(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}

package dev.ballast.explain;

import dev.ballast.config.Durations;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parameters of a request, each at most once. Immutable. */
final class Query {
  /** A parameter that cannot be used; the message names it, its value and what is allowed. */
  static final class BadParameter extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String parameter;
    private final String value;
    private final String allowed;

    BadParameter(String parameter, String value, String allowed) {
      super("parameter " + parameter + " is \"" + value + "\": give " + allowed);
      this.parameter = parameter;
      this.value = value;
      this.allowed = allowed;
    }

    Answers.Problem answer() {
      return new Answers.Problem(String.valueOf(getMessage()), parameter, value, allowed);
    }
  }

  private static final int MAX_NAME = 253; // of a Kubernetes object

  private final Map<String, String> values;

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads the text behind the question mark.
   *
   * @param known the parameters that there are
   * @throws BadParameter when one is unknown, comes twice or is not percent-encoded rightly
   */
  static Query parse(String text, Collection<String> known) {
    var values = new LinkedHashMap<String, String>();
    for (String part : text.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      String name = decode(equals < 0 ? part : part.substring(0, equals), part);
      String value = equals < 0 ? "" : decode(part.substring(equals + 1), name);
      if (!known.contains(name)) {
        throw new BadParameter(name, value, "one of the parameters " + String.join(", ", known));
      }
      if (values.put(name, value) != null) {
        throw new BadParameter(name, value, "it once");
      }
    }
    return new Query(values);
  }

  private static String decode(String text, String parameter) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new BadParameter(parameter, text, "percent-encoded UTF-8");
    }
  }

  /** A name, empty when the parameter is absent. */
  String name(String parameter) {
    String value = values.getOrDefault(parameter, "");
    if (value.length() > MAX_NAME || (value.isEmpty() && values.containsKey(parameter))) {
      throw new BadParameter(parameter, value, "1 to " + MAX_NAME + " characters");
    }
    return value;
  }

  /** A name that must be there. */
  String required(String parameter) {
    if (!values.containsKey(parameter)) {
      throw new BadParameter(parameter, "", "it: it is required");
    }
    return name(parameter);
  }

  /** One of a few words, empty when the parameter is absent. */
  String word(String parameter, List<String> words) {
    String value = values.getOrDefault(parameter, "");
    if (values.containsKey(parameter) && !words.contains(value)) {
      throw new BadParameter(parameter, value, "one of " + String.join(", ", words));
    }
    return value;
  }

  int integer(String parameter, int absent, int min, int max) {
    String value = values.get(parameter);
    if (value == null) {
      return absent;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // as out of range
    }
    throw new BadParameter(parameter, value, "a whole number from " + min + " to " + max);
  }

  /** A time, or a duration before now; the beginning of time when the parameter is absent. */
  long since(String parameter, long nowMillis) {
    String value = values.get(parameter);
    if (value == null) {
      return Long.MIN_VALUE;
    }
    try {
      return OffsetDateTime.parse(value).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      // maybe a duration
    }
    try {
      return Instant.ofEpochMilli(nowMillis).minus(Durations.parse(value)).toEpochMilli();
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new BadParameter(
          parameter, value, "a duration such as 10m, or a time such as 2026-11-22T12:00:00Z");
    }
  }

  /** The text of a parameter, empty when it is absent. */
  String text(String parameter) {
    return values.getOrDefault(parameter, "");
  }
}

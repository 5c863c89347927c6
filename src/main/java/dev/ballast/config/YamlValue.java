package dev.ballast.config;

import dev.ballast.config.Problems.Position;
import dev.ballast.inflight.Quantity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of a YAML file, with its place. Each reading method gives the value in one type, or
 * reports why it is not of that type and gives nothing. Confined to the thread that reads the file.
 */
final class YamlValue {
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(Ki|Mi|Gi)?");
  private static final Map<String, Integer> SIZE_SHIFTS = Map.of("Ki", 10, "Mi", 20, "Gi", 30);

  private final Node node;
  private final String path;
  private final String name;
  private final Problems problems;

  /**
   * @param path the place in the document
   * @param name what messages call it
   */
  YamlValue(Node node, String path, String name, Problems problems) {
    this.node = node;
    this.path = path;
    this.name = name;
    this.problems = problems;
  }

  String path() {
    return path;
  }

  Position position() {
    return YamlReader.position(node.getStartMark());
  }

  int line() {
    return position().line();
  }

  void error(String message) {
    problems.error(position(), path, message);
  }

  void warning(String message) {
    problems.warning(position(), path, message);
  }

  Optional<YamlMap> map() {
    if (node instanceof MappingNode mapping) {
      return Optional.of(new YamlMap(mapping, this, problems));
    }
    return wrongType("a mapping of keys and values");
  }

  /** The items of a list; none, and an error, when it is something else. */
  List<YamlValue> items() {
    if (!(node instanceof SequenceNode sequence)) {
      wrongType("a list");
      return List.of();
    }
    List<YamlValue> items = new ArrayList<>();
    for (Node item : sequence.getValue()) {
      String index = "[" + items.size() + "]";
      items.add(new YamlValue(item, path + index, name + index, problems));
    }
    return items;
  }

  boolean isEmptyList() {
    return node instanceof SequenceNode sequence && sequence.getValue().isEmpty();
  }

  /** Whether there is nothing in it: null or an empty text. */
  boolean isVoid() {
    return node instanceof ScalarNode scalar
        && (scalar.getValue().isEmpty() || scalar.getTag().equals(Tag.NULL));
  }

  /** A text that is not blank. */
  Optional<String> text() {
    if (!(node instanceof ScalarNode scalar) || !scalar.getTag().equals(Tag.STR)) {
      return wrongType("a text");
    }
    if (scalar.getValue().isBlank()) {
      error(name + " is empty: give a text");
      return Optional.empty();
    }
    return Optional.of(scalar.getValue());
  }

  Optional<Boolean> bool() {
    return scalar(Tag.BOOL).map(Boolean::parseBoolean).or(() -> wrongType("true or false"));
  }

  /** A number within a range, ends included. */
  Optional<Double> number(double least, double most) {
    Optional<Double> number = scalar(Tag.FLOAT).or(() -> scalar(Tag.INT)).flatMap(this::toDouble);
    if (number.isEmpty()) {
      return wrongType("a decimal number such as 0.65");
    }
    double value = number.get();
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      error(name + " is " + plain() + ", not a finite number: " + range(least, most));
      return Optional.empty();
    }
    return inRange(value < least, value > most, least, most) ? number : Optional.empty();
  }

  /** A whole number within a range, ends included. */
  Optional<Integer> integer(int least, int most) {
    Optional<String> text = scalar(Tag.INT).filter(t -> t.matches("[-+]?[0-9]{1,1000}"));
    if (text.isEmpty()) {
      return wrongType("a whole number");
    }
    BigInteger value = new BigInteger(text.get());
    boolean low = value.compareTo(BigInteger.valueOf(least)) < 0;
    boolean high = value.compareTo(BigInteger.valueOf(most)) > 0;
    return inRange(low, high, least, most) ? Optional.of(value.intValue()) : Optional.empty();
  }

  /** A duration of at least a length. */
  Optional<Duration> duration(Duration least) {
    if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      return wrongType("a duration such as 90s, 15m or 1h30m");
    }
    try {
      Duration duration = Durations.parse(scalar.getValue());
      if (duration.compareTo(least) >= 0) {
        return Optional.of(duration);
      }
      error(name + " is " + plain() + ": give a duration of at least " + Durations.format(least));
    } catch (IllegalArgumentException e) {
      error(name + " is " + plain() + ", " + e.getMessage());
    }
    return Optional.empty();
  }

  /** A number of bytes, {@code 65536} or {@code 64Ki}, within a range, ends included. */
  Optional<Long> bytes(long least, long most) {
    Matcher size = SIZE.matcher(node instanceof ScalarNode scalar ? scalar.getValue() : "");
    if (!size.matches()) {
      return wrongType("a size such as 512Ki, 8Mi or 1Gi");
    }
    String unit = size.group(2);
    int shift = unit == null ? 0 : SIZE_SHIFTS.getOrDefault(unit, 0);
    BigInteger bytes = new BigInteger(size.group(1)).shiftLeft(shift);
    if (bytes.compareTo(BigInteger.valueOf(least)) < 0
        || bytes.compareTo(BigInteger.valueOf(most)) > 0) {
      error(
          String.format(
              "%s is %s: give a size from %s to %s", name, plain(), size(least), size(most)));
      return Optional.empty();
    }
    return Optional.of(bytes.longValueExact());
  }

  /** An amount of a resource as Kubernetes writes it, {@code 250m} or {@code 200Mi}; 0 or more. */
  Optional<Double> quantity() {
    if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      return wrongType("a quantity such as 250m, 1.5 or 200Mi");
    }
    try {
      return Optional.of(Quantity.parse(scalar.getValue()));
    } catch (IllegalArgumentException e) {
      error(name + " is " + plain() + ", " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The value that a word stands for. */
  <T> Optional<T> choice(Map<String, T> choices) {
    Optional<String> word = scalar(Tag.STR);
    Optional<T> choice = word.flatMap(w -> Optional.ofNullable(choices.get(w)));
    if (choice.isEmpty()) {
      List<String> words = choices.keySet().stream().sorted().toList();
      error(
          String.format(
              "%s is %s: use %s%s",
              name,
              describe(),
              String.join(" or ", words),
              Similar.question(word.orElse(""), words)));
    }
    return choice;
  }

  private Optional<String> scalar(Tag tag) {
    return node instanceof ScalarNode scalar && scalar.getTag().equals(tag)
        ? Optional.of(scalar.getValue())
        : Optional.empty();
  }

  /** The number that YAML's core schema writes so; empty for hexadecimal and octal ones. */
  private Optional<Double> toDouble(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".nan")) {
      return Optional.of(Double.NaN);
    }
    if (lower.endsWith(".inf")) {
      double infinite = Double.POSITIVE_INFINITY;
      return Optional.of(lower.startsWith("-") ? -infinite : infinite);
    }
    try {
      return Optional.of(Double.valueOf(lower));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private boolean inRange(boolean low, boolean high, double least, double most) {
    if (low || high) {
      String how = low ? "less than " + plain(least) : "more than " + plain(most);
      error(name + " is " + plain() + ", " + how + ": " + range(least, most));
    }
    return !low && !high;
  }

  private static String range(double least, double most) {
    return most == Double.MAX_VALUE
        ? "give " + plain(least) + " or more"
        : "give a value from " + plain(least) + " to " + plain(most);
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String size(long bytes) {
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + "Mi" : (bytes >> 10) + "Ki";
  }

  private String plain() {
    return node instanceof ScalarNode scalar ? Quoted.line(scalar.getValue()) : describe();
  }

  private <T> Optional<T> wrongType(String wanted) {
    boolean quotedNumber =
        node instanceof ScalarNode scalar && !scalar.isPlain() && wanted.contains("number");
    String hint = quotedNumber ? " without quotes" : "";
    error(name + " is " + describe() + ": give " + wanted + hint);
    return Optional.empty();
  }

  private String describe() {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (!(node instanceof ScalarNode scalar)) {
      return "a list";
    }
    Tag tag = scalar.getTag();
    if (tag.equals(Tag.NULL)) {
      return "empty";
    }
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return "the number " + plain();
    }
    return tag.equals(Tag.STR) ? "the text " + Quoted.text(scalar.getValue()) : plain();
  }
}

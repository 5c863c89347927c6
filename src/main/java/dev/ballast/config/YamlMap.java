package dev.ballast.config;

import dev.ballast.config.Problems.Position;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of a YAML file. Who reads it asks for each key that may be there, then calls {@link
 * #finish}, which reports all keys that nobody asked for. Confined to the thread that reads the
 * file.
 */
final class YamlMap {
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final YamlValue self;
  private final Problems problems;

  /** Reports keys that are doubled or no text. */
  YamlMap(MappingNode mapping, YamlValue self, Problems problems) {
    this.self = self;
    this.problems = problems;
    for (NodeTuple tuple : mapping.getValue()) {
      Node node = tuple.getKeyNode();
      Position at = YamlReader.position(node.getStartMark());
      if (!(node instanceof ScalarNode scalar)) {
        problems.error(at, self.path(), "a key is not a text: write key: value");
        continue;
      }
      String key = scalar.getValue();
      Entry first = entries.get(key);
      if (first != null) {
        String message =
            String.format(
                "the key %s occurs twice, first in line %d: keep one",
                Quoted.text(key), first.at().line());
        problems.error(at, path(key), message);
        continue;
      }
      YamlValue value = new YamlValue(tuple.getValueNode(), path(key), Quoted.line(key), problems);
      entries.put(key, new Entry(at, value));
    }
  }

  private String path(String key) {
    return self.path().isEmpty() ? key : self.path() + "." + key;
  }

  /** The mapping as a value, for messages about the whole. */
  YamlValue self() {
    return self;
  }

  /** All keys with their values; none of them is unknown then. */
  Map<String, YamlValue> all() {
    Map<String, YamlValue> all = new LinkedHashMap<>();
    entries.forEach((key, entry) -> all.put(key, entry.value()));
    known.addAll(entries.keySet());
    return all;
  }

  Optional<YamlValue> get(String key) {
    known.add(key);
    return Optional.ofNullable(entries.get(key)).map(Entry::value);
  }

  /** The value of a key that must be there. */
  Optional<YamlValue> require(String key) {
    Optional<YamlValue> value = get(key);
    if (value.isEmpty()) {
      problems.error(self.position(), path(key), key + " is missing: add it here");
    }
    return value;
  }

  /** A mapping within this one; an empty Optional when it is absent. */
  Optional<YamlMap> map(String key) {
    return get(key).flatMap(YamlValue::map);
  }

  /** The value of a key, or what holds without it. */
  <T> T get(String key, T fallback, Function<YamlValue, Optional<T>> read) {
    return get(key).flatMap(read).orElse(fallback);
  }

  String text(String key, String fallback) {
    return get(key, fallback, YamlValue::text);
  }

  /** A text that must pass a check, which says what is wrong. */
  String text(String key, String fallback, Function<String, Optional<String>> check) {
    return get(
        key,
        fallback,
        value -> {
          Optional<String> text = value.text();
          Optional<String> wrong = text.flatMap(check);
          wrong.ifPresent(w -> value.error(key + " " + Quoted.text(text.orElse("")) + " " + w));
          return wrong.isPresent() ? Optional.empty() : text;
        });
  }

  Duration duration(String key, Duration fallback, Duration least) {
    return get(key, fallback, value -> value.duration(least));
  }

  int integer(String key, int fallback, int least, int most) {
    return get(key, fallback, value -> value.integer(least, most));
  }

  /** Reports a key that may not be here, with the reason. */
  void refuse(String key, String why) {
    known.add(key);
    Entry entry = entries.get(key);
    if (entry != null) {
      problems.error(entry.at(), path(key), key + " " + why);
    }
  }

  /** Reports a warning at a key. */
  void warnAt(String key, String message) {
    Entry entry = entries.get(key);
    problems.warning(entry == null ? self.position() : entry.at(), path(key), message);
  }

  /** Reports an error at a key, or at the mapping when the key is absent. */
  void errorAt(String key, String message) {
    Entry entry = entries.get(key);
    problems.error(entry == null ? self.position() : entry.at(), path(key), message);
  }

  /** Reports all keys that nobody asked for. */
  void finish() {
    entries.forEach(
        (key, entry) -> {
          if (!known.contains(key)) {
            String advice =
                Similar.to(key, known)
                    .map(k -> "did you mean " + Quoted.text(k) + "?")
                    .orElse("remove it; known here: " + String.join(", ", known));
            problems.error(
                entry.at(), path(key), "unknown key " + Quoted.text(key) + ": " + advice);
          }
        });
  }

  private record Entry(Position at, YamlValue value) {}
}

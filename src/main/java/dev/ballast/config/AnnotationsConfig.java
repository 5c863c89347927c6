package dev.ballast.config;

import java.time.ZoneId;
import java.util.Optional;

/**
 * How node annotations are written. Immutable.
 *
 * @param timeZone zone of the times in annotations; crane's annotator writes its local time
 * @param minChange fraction of capacity by which a load must have changed to be written before its
 *     reading gets old; 0 writes each
 * @param maxWritesPerSecond most patches a second, over all nodes
 */
public record AnnotationsConfig(ZoneId timeZone, double minChange, int maxWritesPerSecond) {
  /** What holds without a configuration. */
  public static final AnnotationsConfig DEFAULTS =
      new AnnotationsConfig(ZoneId.of("UTC"), 0.01, 100);

  private static final int MAX_WRITES = 10_000;

  static AnnotationsConfig read(YamlMap map) {
    AnnotationsConfig annotations =
        new AnnotationsConfig(
            map.get("timeZone", DEFAULTS.timeZone, AnnotationsConfig::timeZone),
            map.get("minChange", DEFAULTS.minChange, value -> value.number(0, 1)),
            map.integer("maxWritesPerSecond", DEFAULTS.maxWritesPerSecond, 1, MAX_WRITES));
    map.finish();
    return annotations;
  }

  private static Optional<ZoneId> timeZone(YamlValue value) {
    Optional<String> id = value.text();
    if (id.isPresent() && !ZoneId.getAvailableZoneIds().contains(id.get())) {
      value.error(
          String.format(
              "timeZone is %s, which is not an IANA time zone: write one such as UTC or"
                  + " Asia/Shanghai%s",
              Quoted.text(id.get()), Similar.question(id.get(), ZoneId.getAvailableZoneIds())));
      return Optional.empty();
    }
    return id.map(ZoneId::of);
  }
}

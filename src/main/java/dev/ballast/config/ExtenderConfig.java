package dev.ballast.config;

import java.time.Duration;

/**
 * How the extender is reached. Immutable.
 *
 * @param address where it listens
 * @param port TCP port, 1..65535; 0 for a free one
 * @param clientTimeout the {@code httpTimeout} of the scheduler's configuration; Ballast answers as
 *     if it were not there once half of it is over
 * @param maxRequestBytes largest request that is read
 * @param bind whether the verb {@code bind} is served, by which kube-scheduler lets Ballast write
 *     bindings
 */
public record ExtenderConfig(
    String address, int port, Duration clientTimeout, long maxRequestBytes, boolean bind) {
  /** What holds without a configuration. */
  public static final ExtenderConfig DEFAULTS =
      new ExtenderConfig("127.0.0.1", 9443, Duration.ofMillis(200), 8L << 20, false);

  private static final Duration MIN_TIMEOUT = Duration.ofMillis(10);
  private static final long MIN_BYTES = 64L << 10;
  private static final long MAX_BYTES = 1L << 30;

  static ExtenderConfig read(YamlMap map) {
    ExtenderConfig extender =
        new ExtenderConfig(
            map.text("address", DEFAULTS.address, Names::address),
            map.integer("port", DEFAULTS.port, 0, 65_535),
            map.duration("clientTimeout", DEFAULTS.clientTimeout, MIN_TIMEOUT),
            map.get(
                "maxRequestBytes", DEFAULTS.maxRequestBytes, v -> v.bytes(MIN_BYTES, MAX_BYTES)),
            map.get("bind", DEFAULTS.bind, YamlValue::bool));
    map.finish();
    return extender;
  }
}

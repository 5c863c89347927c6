package dev.ballast.config;

/**
 * How the health checks and the metrics are reached. Immutable.
 *
 * @param address where they listen
 * @param port TCP port, 1..65535; 0 for a free one
 */
public record OperationsConfig(String address, int port) {
  /** What holds without a configuration. */
  public static final OperationsConfig DEFAULTS = new OperationsConfig("0.0.0.0", 9444);

  static OperationsConfig read(YamlMap map) {
    OperationsConfig operations =
        new OperationsConfig(
            map.text("address", DEFAULTS.address, Names::address),
            map.integer("port", DEFAULTS.port, 0, 65_535));
    map.finish();
    return operations;
  }
}

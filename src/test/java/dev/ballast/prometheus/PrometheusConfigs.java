package dev.ballast.prometheus;

import dev.ballast.config.PrometheusConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Configurations without credentials. */
public final class PrometheusConfigs {
  private PrometheusConfigs() {}

  public static PrometheusConfig of(String url) {
    return new PrometheusConfig(
        Optional.of(URI.create(url)),
        Duration.ofSeconds(30),
        200L << 20,
        Duration.ofSeconds(15),
        5_000_000,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Map.of());
  }
}

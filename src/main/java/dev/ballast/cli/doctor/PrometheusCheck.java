package dev.ballast.cli.doctor;

import dev.ballast.annotator.MetricSource.SourceException;
import dev.ballast.prometheus.PrometheusClient.ServerInfo;
import java.time.Duration;

/** Is Prometheus there? */
final class PrometheusCheck {
  static final String NAME = "prometheus";

  private PrometheusCheck() {}

  static Finding reached(String url, ServerInfo info, Duration took) {
    String version = info.version().map(v -> "version " + v).orElse("tells no version");
    return Finding.ok(NAME, "%s at %s, answered in %d ms".formatted(version, url, took.toMillis()));
  }

  static Finding unreached(SourceException e) {
    String advice =
        switch (e.reason()) {
          case CREDENTIALS -> "give a readable bearerTokenFile or passwordFile";
          case HTTP_STATUS ->
              switch (e.httpStatus()) {
                case 401, 403 ->
                    "give valid credentials: bearerTokenFile, or username and passwordFile";
                default -> "correct prometheus.url, its scheme and its path prefix";
              };
          case TIMEOUT -> "raise prometheus.timeout, or see why it is slow";
          case NOT_JSON, BAD_SHAPE -> "correct prometheus.url: something else answers there";
          default -> "correct prometheus.url (scheme, host, port), caFile, or the network";
        };
    return Finding.broken(NAME, String.valueOf(e.getMessage()), advice);
  }
}

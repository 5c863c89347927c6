package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** For each record: what holds by default, and that each key arrives where it belongs. */
final class ConfigurationReaderTest {
  private static final String HEAD =
      "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n";

  private static BallastConfiguration read(String text) {
    Checked<BallastConfiguration> read = ConfigurationReader.read(YamlSource.of("c", HEAD + text));
    assertThat(read.problems()).isEmpty();
    return read.value().orElseThrow();
  }

  @Test
  void read_headOnly_allDefaults() {
    assertThat(read("metadata: {name: x}\n")).isEqualTo(BallastConfiguration.DEFAULTS);
  }

  @Test
  void extender_absent_defaults() {
    assertThat(read("extender: {}").extender())
        .isEqualTo(new ExtenderConfig("127.0.0.1", 9443, Duration.ofMillis(200), 8_388_608, false));
  }

  @Test
  void extender_explicit_asWritten() {
    String text =
        "extender: {address: '::1', port: 0, clientTimeout: 1s, maxRequestBytes: 65536, bind: true}";
    assertThat(read(text).extender())
        .isEqualTo(new ExtenderConfig("::1", 0, Duration.ofSeconds(1), 65_536, true));
  }

  @Test
  void operations_absent_defaults() {
    assertThat(read("operations: {}").operations())
        .isEqualTo(new OperationsConfig("0.0.0.0", 9444));
  }

  @Test
  void operations_explicit_asWritten() {
    assertThat(read("operations: {address: localhost, port: 1234}").operations())
        .isEqualTo(new OperationsConfig("localhost", 1234));
  }

  @Test
  void prometheus_absent_defaults() {
    assertThat(read("prometheus: {}").prometheus())
        .isEqualTo(
            new PrometheusConfig(
                Optional.empty(),
                Duration.ofSeconds(10),
                67_108_864,
                Duration.ofSeconds(15),
                5_000_000,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Map.of()));
  }

  @Test
  void prometheus_explicit_asWritten() {
    PrometheusConfig prometheus =
        read("""
                prometheus:
                  url: https://prometheus:9090/base
                  timeout: 5s
                  maxResponseBytes: 1Mi
                  scrapeInterval: 1m
                  maxSeriesSteps: 1000
                  username: me
                  passwordFile: /run/password
                  caFile: ca.pem
                  insecureSkipVerify: false
                  headers:
                    X-Scope-OrgID: "7"
                """)
            .prometheus();
    assertThat(prometheus)
        .isEqualTo(
            new PrometheusConfig(
                Optional.of(URI.create("https://prometheus:9090/base")),
                Duration.ofSeconds(5),
                1_048_576,
                Duration.ofMinutes(1),
                1_000,
                Optional.empty(),
                Optional.of(new PrometheusConfig.BasicAuth("me", Path.of("/run/password"))),
                Optional.of(Path.of("ca.pem")),
                false,
                Map.of("X-Scope-OrgID", "7")));
  }

  @Test
  void prometheus_bearerToken_asWritten() {
    assertThat(read("prometheus: {bearerTokenFile: /run/token}").prometheus().bearerTokenFile())
        .contains(Path.of("/run/token"));
  }

  @Test
  void annotations_absent_defaults() {
    assertThat(read("annotations: {}").annotations())
        .isEqualTo(new AnnotationsConfig(ZoneId.of("UTC"), 0.01, 100));
  }

  @Test
  void annotations_explicit_asWritten() {
    String text = "annotations: {timeZone: Asia/Shanghai, minChange: 0, maxWritesPerSecond: 5}";
    assertThat(read(text).annotations())
        .isEqualTo(new AnnotationsConfig(ZoneId.of("Asia/Shanghai"), 0, 5));
  }

  @Test
  void leaderElection_absent_defaults() {
    assertThat(read("leaderElection: {}").leaderElection())
        .isEqualTo(
            new LeaderElectionConfig(
                "ballast-system",
                "ballast-annotator",
                Duration.ofSeconds(15),
                Duration.ofSeconds(8),
                Duration.ofSeconds(2)));
  }

  @Test
  void leaderElection_explicit_asWritten() {
    LeaderElectionConfig election =
        read("""
                leaderElection:
                  namespace: kube-system
                  name: other.lease
                  leaseDuration: 30s
                  renewDeadline: 20s
                  retryPeriod: 500ms
                """)
            .leaderElection();
    assertThat(election)
        .isEqualTo(
            new LeaderElectionConfig(
                "kube-system",
                "other.lease",
                Duration.ofSeconds(30),
                Duration.ofSeconds(20),
                Duration.ofMillis(500)));
  }
}

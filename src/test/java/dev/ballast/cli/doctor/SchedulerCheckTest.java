package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfigurationReader;
import dev.ballast.config.YamlSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SchedulerCheckTest {
  private static final String GOOD =
      """
      kind: KubeSchedulerConfiguration
      leaderElection: {resourceName: ballast-scheduler, resourceNamespace: ballast-system}
      profiles:
      - schedulerName: load-aware-scheduler
      extenders:
      - urlPrefix: http://127.0.0.1:9443/v1
        filterVerb: filter
        prioritizeVerb: prioritize
        weight: 5
        nodeCacheCapable: true
        ignorable: true
        httpTimeout: 200ms
      """;

  private static SchedulerConfiguration read(String text) {
    var read = SchedulerConfigurationReader.read(YamlSource.of("scheduler.yaml", text));
    return read.value().orElseThrow(() -> new AssertionError(read.problems()));
  }

  private static List<Finding> findings(String text) {
    var configuration = read(text);
    var entry = SchedulerCheck.ballast(configuration, Optional.empty(), 9443).orElseThrow();
    return new SchedulerCheck(
            configuration, List.of("load-aware-scheduler"), Duration.ofMillis(200))
        .findings(entry);
  }

  private static List<Finding> problems(String text) {
    return findings(text).stream().filter(f -> f.status() != Status.OK).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scheduler-config/second-scheduler.yaml", "scheduler-config/control-plane.yaml"})
  void findings_shippedConfiguration_areOk(String file) throws IOException {
    assertThat(problems(Files.readString(Path.of(file)))).isEmpty();
    assertThat(findings(Files.readString(Path.of(file)))).hasSize(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nodeCacheCapable: true | nodeCacheCapable: false | nodeCacheCapable | BROKEN",
        "ignorable: true | ignorable: false | ignorable | BROKEN",
        "  httpTimeout: 200ms | '' | httpTimeout | BROKEN",
        "httpTimeout: 200ms | httpTimeout: 1001ms | httpTimeout | BROKEN",
        "httpTimeout: 200ms | httpTimeout: 1s | httpTimeout | WARNING",
        "httpTimeout: 200ms | httpTimeout: 100ms | httpTimeout | BROKEN",
        "httpTimeout: 200ms | httpTimeout: 101ms | httpTimeout | WARNING",
        "weight: 5 | weight: 0 | weight | BROKEN",
        "weight: 5 | weight: 1 | weight | WARNING",
        "weight: 5 | weight: 15 | weight | WARNING",
        "filterVerb: filter | filterVerb: '' | scheduler-config | WARNING",
        "http://127 | https://127 | enableHTTPS | WARNING",
        "ignorable: true | 'ignorable: true; enableHTTPS: true' | enableHTTPS | WARNING",
        "ignorable: true | 'ignorable: true; bindVerb: bind' | bindVerb | BROKEN",
        "schedulerName: load-aware-scheduler | schedulerName: x | profile | BROKEN",
        "resourceName: ballast-scheduler, resourceNamespace: ballast-system | leaderElect: true | scheduler-lease | BROKEN",
        "- schedulerName | '- schedulerName: default-scheduler\n- schedulerName' | managedResources | WARNING",
        "extenders: | 'extenders:\n- urlPrefix: http://other:1' | other-extenders | WARNING",
      })
  void findings_oneFault_isNamed(String right, String wrong, String check, Status status) {
    assertThat(GOOD).contains(right.strip());
    String changed = GOOD.replace(right.strip(), wrong.replace("; ", "\n  ").strip());
    assertThat(problems(changed))
        .as(changed)
        .anySatisfy(
            finding -> {
              assertThat(finding.check()).isEqualTo(check);
              assertThat(finding.status()).isEqualTo(status);
              assertThat(finding.seen()).isNotEmpty();
              assertThat(finding.advice()).isNotEmpty();
            });
  }

  @Test
  void findings_disabledPlugins_countLess() {
    String fewer =
        GOOD.replace(
            "- schedulerName: load-aware-scheduler",
            """
            - schedulerName: load-aware-scheduler
              plugins:
                score:
                  disabled: [{name: '*'}]
                  enabled: [{name: NodeResourcesFit, weight: 3}]""");
    assertThat(problems(fewer))
        .extracting(Finding::seen)
        .containsExactly("5: up to 500 points beside 300 of the profile's plugins");
  }

  @Test
  void ballast_severalExtenders_isFoundByUrlThenByPort() {
    var two = read(GOOD.replace("extenders:", "extenders:\n- urlPrefix: http://127.0.0.1:8000/x/"));
    assertThat(SchedulerCheck.ballast(two, Optional.empty(), 9443).orElseThrow().urlPrefix())
        .isEqualTo("http://127.0.0.1:9443/v1");
    assertThat(
            SchedulerCheck.ballast(two, Optional.of("http://127.0.0.1:8000/x"), 9443)
                .orElseThrow()
                .urlPrefix())
        .isEqualTo("http://127.0.0.1:8000/x");
    assertThat(SchedulerCheck.ballast(two, Optional.empty(), 1)).isEmpty();
    assertThat(SchedulerCheck.none(2).advice()).contains("--extender URL");
  }

  @Test
  void ballast_oneExtender_isIt() {
    assertThat(SchedulerCheck.ballast(read(GOOD), Optional.empty(), 1)).isPresent();
    assertThat(SchedulerCheck.none(0).seen()).isEqualTo("it has no extenders");
  }
}

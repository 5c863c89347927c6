package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.SchedulerConfiguration;
import dev.ballast.config.SchedulerConfiguration.Extender;
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

  private static final String BINDER =
      """
      - urlPrefix: http://127.0.0.1:9443/v1
        bindVerb: bind
        ignorable: true
        httpTimeout: 5s
      """;

  private static SchedulerConfiguration read(String text) {
    var read = SchedulerConfigurationReader.read(YamlSource.of("scheduler.yaml", text));
    return read.value().orElseThrow(() -> new AssertionError(read.problems()));
  }

  private static List<Finding> findings(String text, boolean binds) {
    var configuration = read(text);
    var entries = Entries.of(configuration, Optional.empty(), 9443).orElseThrow();
    return new SchedulerCheck(
            configuration, List.of("load-aware-scheduler"), Duration.ofMillis(200), binds)
        .findings(entries);
  }

  private static List<Finding> problems(String text) {
    return problems(text, false);
  }

  private static List<Finding> problems(String text, boolean binds) {
    return findings(text, binds).stream().filter(f -> f.status() != Status.OK).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "scheduler-config/second-scheduler.yaml, false",
    "scheduler-config/control-plane.yaml, false",
    "scheduler-config/topology.yaml, true",
  })
  void findings_shippedConfiguration_areOk(String file, boolean binds) throws IOException {
    assertThat(problems(Files.readString(Path.of(file)), binds)).isEmpty();
    assertThat(findings(Files.readString(Path.of(file)), binds)).hasSize(11);
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bindVerb: bind | bindVerb: '' | bindVerb | BROKEN",
        "bindVerb: bind | bindVerb: binds | bindVerb | BROKEN",
        "httpTimeout: 5s | httpTimeout: 999ms | bindVerb | WARNING",
        "bindVerb: bind | 'bindVerb: bind; filterVerb: filter' | scheduler-config | WARNING",
        "ignorable: true | ignorable: false | ignorable | BROKEN",
        "ignorable: true | 'ignorable: true; enableHTTPS: true' | enableHTTPS | WARNING",
        "ignorable: true | 'ignorable: true; managedResources: [{name: x/y}]' | managedResources | WARNING",
        "127.0.0.1:9443 | other:1 | bindVerb | BROKEN",
      })
  void findings_oneFaultOfTheBinder_isNamed(
      String right, String wrong, String check, Status status) {
    assertThat(BINDER).contains(right);
    String changed = GOOD + BINDER.replace(right, wrong.replace("; ", "\n  "));
    assertThat(problems(GOOD + BINDER, true)).isEmpty();
    assertThat(problems(changed, true))
        .as(changed)
        .anySatisfy(
            finding -> {
              assertThat(finding.check()).isEqualTo(check);
              assertThat(finding.status()).isEqualTo(status);
              assertThat(finding.advice()).isNotEmpty();
            });
  }

  @Test
  void findings_bindVerbThatIsNotServed_namesTheKeyOfBallast() {
    assertThat(problems(GOOD + BINDER, false))
        .containsExactly(
            Finding.broken(
                "bindVerb",
                "\"bind\", which Ballast does not serve: extender.bind is false",
                "remove bindVerb, or set extender.bind: true"));
    assertThat(problems(GOOD, true))
        .extracting(Finding::seen)
        .containsExactly(
            "none, though extender.bind is true: kube-scheduler binds, and pods get no topology"
                + " result with their binding");
  }

  @Test
  void findings_twoBinders_kubeSchedulerWouldNotStart() {
    assertThat(problems(GOOD + BINDER + BINDER, true))
        .extracting(Finding::seen)
        .containsExactly("2 entries have one: kube-scheduler does not start");
  }

  @Test
  void findings_verbsInOneEntry_warnOfTheShortTimeout() {
    String one = GOOD.replace("weight: 5", "weight: 5\n  bindVerb: bind");
    assertThat(problems(one, true))
        .extracting(Finding::seen)
        .containsExactly("\"bind\" with 200 ms for a binding, a write to the API server");
  }

  @Test
  void findings_binderOfOtherProfiles_asksForASchedulerOfItsOwn() {
    String two =
        GOOD.replace("- schedulerName", "- schedulerName: default-scheduler\n- schedulerName");
    assertThat(problems(two + BINDER, true))
        .extracting(Finding::seen)
        .containsExactly("none: pods of 1 other profile are sent too, and Ballast binds them");
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
  void of_severalExtenders_areFoundByUrlThenByPort() {
    var three =
        read(
            GOOD.replace("extenders:", "extenders:\n- urlPrefix: http://127.0.0.1:8000/x/")
                + BINDER);
    assertThat(Entries.of(three, Optional.empty(), 9443).orElseThrow().all())
        .extracting(Extender::urlPrefix)
        .containsExactly("http://127.0.0.1:9443/v1", "http://127.0.0.1:9443/v1");
    assertThat(Entries.of(three, Optional.of("http://127.0.0.1:8000/x"), 9443).orElseThrow().all())
        .extracting(Extender::urlPrefix)
        .containsExactly("http://127.0.0.1:8000/x");
    assertThat(Entries.of(three, Optional.empty(), 1)).isEmpty();
    assertThat(SchedulerCheck.none(2).advice()).contains("--extender URL");
  }

  @Test
  void judging_binderFirst_isTheOther() {
    var entries =
        Entries.of(
                read(GOOD.replace("extenders:\n", "extenders:\n" + BINDER)), Optional.empty(), 9443)
            .orElseThrow();
    assertThat(entries.judging().filterVerb()).isEqualTo("filter");
    assertThat(entries.binding().orElseThrow().httpTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void of_oneExtender_isIt() {
    assertThat(Entries.of(read(GOOD), Optional.empty(), 1)).isPresent();
    assertThat(SchedulerCheck.none(0).seen()).isEqualTo("it has no extenders");
  }
}

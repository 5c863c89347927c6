package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.SchedulerConfiguration.Lease;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SchedulerConfigurationReaderTest {
  private static Checked<SchedulerConfiguration> read(String text) {
    return SchedulerConfigurationReader.read(
        YamlSource.of("s.yaml", "kind: KubeSchedulerConfiguration\n" + text));
  }

  private static SchedulerConfiguration good(String text) {
    return read(text).value().orElseThrow();
  }

  @Test
  void read_nothingSaid_hasTheDefaultsOfKubeScheduler() {
    var configuration = good("");
    assertThat(configuration.profiles())
        .singleElement()
        .satisfies(profile -> assertThat(profile.schedulerName()).isEqualTo("default-scheduler"))
        .satisfies(profile -> assertThat(profile.weightSum()).isEqualTo(14));
    assertThat(configuration.extenders()).isEmpty();
    assertThat(configuration.lease()).isEqualTo(new Lease(true, "kube-system", "kube-scheduler"));
  }

  @Test
  void read_emptyExtender_hasTheDefaultsOfItsFields() {
    var extender =
        good("extenders: [{urlPrefix: 'http://a:1/v1/', bindVerb: '', weight: 3}]")
            .extenders()
            .get(0);
    assertThat(extender.urlPrefix()).isEqualTo("http://a:1/v1");
    assertThat(extender.bindVerb()).isEmpty();
    assertThat(extender.weight()).isEqualTo(3);
    assertThat(extender.httpTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(extender.nodeCacheCapable()).isFalse();
    assertThat(extender.ignorable()).isFalse();
    assertThat(extender.managedResources()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "score: {disabled: [{name: ImageLocality}]} | 13",
        "score: {enabled: [{name: NodeAffinity, weight: 7}]} | 19",
        "score: {enabled: [{name: Mine, weight: 7}]} | 21",
        "multiPoint: {enabled: [{name: Mine}]} | 14",
        "multiPoint: {disabled: [{name: '*'}]} | 0",
      })
  void read_plugins_changeTheSumOfWeights(String plugins, long sum) {
    assertThat(good("profiles: [{plugins: {" + plugins + "}}]").profiles().get(0).weightSum())
        .isEqualTo(sum);
  }

  @Test
  void read_keysOfKubeScheduler_arePassedOver() {
    var configuration =
        good("parallelism: 4\nextenders: [{urlPrefix: 'http://a', tlsConfig: {insecure: true}}]");
    assertThat(configuration.extenders()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "extenders: {} | extenders is a mapping: give a list",
        "extenders: [{ignorable: maybe}] | ignorable is the text \"maybe\": give true or false",
        "extenders: [{httpTimeout: 5}] | httpTimeout is 5, without a unit",
      })
  void read_wrongType_isAProblemWithItsPlace(String text, String problem) {
    var read = read(text);
    assertThat(read.value()).isEmpty();
    assertThat(read.problems()).first().asString().startsWith("s.yaml:2:").contains(problem);
  }

  @Test
  void read_anotherKind_isAProblem() {
    var read = SchedulerConfigurationReader.read(YamlSource.of("s.yaml", "kind: Pod\n"));
    assertThat(read.problems())
        .extracting(Problem::message)
        .isEqualTo(List.of("kind is \"Pod\": use KubeSchedulerConfiguration"));
  }
}
